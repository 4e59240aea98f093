"""Random-effects model selection against independent answers and known cases."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

from trnn.statistics.model_selection import exceedance_probabilities, select_models


def exact_two(log_evidence: np.ndarray) -> tuple[float, float]:
    """Return E[r_1] and P(all equal | data) of two models, by a sum over a grid of r_1."""
    r = (np.arange(200_000) + 0.5) / 200_000
    log_shares = np.log(np.stack([r, 1 - r]))
    log_likelihood = sum(logsumexp(row[:, None] + log_shares, axis=0) for row in log_evidence)
    log_unequal = logsumexp(log_likelihood) - np.log(len(r))
    weights = np.exp(log_likelihood - logsumexp(log_likelihood))
    log_equal = (logsumexp(log_evidence, axis=1) - np.log(2)).sum()
    return float(weights @ r), float(1 / (1 + np.exp(log_unequal - log_equal)))


@pytest.mark.parametrize(("n", "shift"), [(20, 0.0), (20, 3.0), (60, 1.0), (8, -4.0)])
def test_two_models_agree_with_the_exact_posterior(n: int, shift: float):
    rng = np.random.default_rng(0)
    log_evidence = np.stack([shift + 6 * rng.standard_normal(n), np.zeros(n)], axis=1)
    got = select_models(log_evidence)
    frequency, risk = exact_two(log_evidence)
    assert got.frequency[0] == pytest.approx(frequency, abs=0.002)
    # The free energy is a lower bound of the evidence of unequal frequencies, so that the risk is
    # an upper bound.
    assert risk <= got.omnibus_risk <= risk + 0.06


def test_subjects_of_known_models_are_counted():
    # 7, 2 and 1 subjects, each beyond doubt: the posterior is Dirichlet(1 + counts), exactly.
    models = np.repeat([0, 1, 2], [7, 2, 1])
    log_evidence = np.where(models[:, None] == np.arange(3), 0.0, -500.0)
    got = select_models(log_evidence)
    np.testing.assert_allclose(got.alpha, [8, 3, 2], atol=1e-8)
    np.testing.assert_allclose(got.frequency, np.array([8, 3, 2]) / 13)
    draws = np.random.default_rng(1).dirichlet([8, 3, 2], 400_000)
    winners = np.bincount(draws.argmax(axis=1), minlength=3) / len(draws)
    np.testing.assert_allclose(got.exceedance, winners, atol=0.003)
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(got.frequency_low, low, atol=0.003)
    np.testing.assert_allclose(got.frequency_high, high, atol=0.003)
    # Evidence of unequal frequencies: the Dirichlet-multinomial probability of these models.
    log_unequal = stats.dirichlet_multinomial.logpmf([7, 2, 1], [1, 1, 1], 10)
    log_equal = stats.multinomial.logpmf([7, 2, 1], 10, [1 / 3] * 3)
    risk = 1 / (1 + np.exp(log_unequal - log_equal))
    assert got.omnibus_risk == pytest.approx(risk, abs=1e-6)
    np.testing.assert_allclose(
        got.protected_exceedance, (1 - risk) * got.exceedance + risk / 3, atol=1e-6
    )


@pytest.mark.parametrize("n_models", [2, 3, 5])
def test_equal_evidences_prefer_no_model(n_models: int):
    got = select_models(np.full((30, n_models), -700.0))
    np.testing.assert_allclose(got.frequency, 1 / n_models)
    np.testing.assert_allclose(got.exceedance, 1 / n_models)
    np.testing.assert_allclose(got.protected_exceedance, 1 / n_models)
    assert got.omnibus_risk > 0.5


def test_one_model_for_all_is_found_and_a_single_subject_proves_little():
    got = select_models(np.tile([-800.0, -600.0, -750.0], (40, 1)))
    assert got.protected_exceedance[1] > 0.999 and got.frequency[1] > 0.95
    one = select_models(np.array([[-800.0, -600.0]]))
    np.testing.assert_allclose(one.frequency, [1 / 3, 2 / 3])
    assert one.protected_exceedance[1] < 0.75


@pytest.mark.parametrize("alpha", [[1.0, 1.0], [30.0, 2.0], [1.5, 90.0], [400.0, 420.0]])
def test_exceedance_of_two_models_is_the_beta_integral(alpha: list[float]):
    expected = stats.beta.sf(0.5, *alpha)
    np.testing.assert_allclose(
        exceedance_probabilities(np.array(alpha)), [expected, 1 - expected], atol=1e-7
    )


@pytest.mark.parametrize("alpha", [[1.0, 1.0, 95.0], [40.0, 38.0, 1.0], [2.0, 2.0, 2.0, 2.0]])
def test_exceedance_agrees_with_draws(alpha: list[float]):
    draws = np.random.default_rng(2).dirichlet(alpha, 400_000)
    winners = np.bincount(draws.argmax(axis=1), minlength=len(alpha)) / len(draws)
    np.testing.assert_allclose(exceedance_probabilities(np.array(alpha)), winners, atol=0.003)


# Akaike weights of twelve people under six models, and what `VB_bms`, a translation of SPM12's
# `spm_BMS` to R, prints of them: README of bmsR (Lisi 2020, github.com/mattelisi/bmsR, CC BY),
# weights to four digits.
WEIGHTS = """
2.508e-22 0.03434 0.6779 0.2494 0.03375 0.004568
1.466e-04 0.004463 5.210e-08 0.8628 0.1168 0.01580
4.587e-25 0.001723 6.274e-04 0.8648 0.1170 0.01584
4.105e-07 9.908e-04 3.885e-04 0.8656 0.1171 0.01585
0.06866 0.1584 3.176e-18 0.1473 0.4979 0.1278
0.03678 0.02954 0.1912 0.6436 0.08710 0.01179
1.103e-04 1.255e-04 3.839e-07 0.8666 0.1173 0.01587
1.681e-08 0.02722 0.06192 0.7895 0.1069 0.01446
0.1083 0.05309 0.5592 0.2073 0.06356 0.008601
3.958e-11 2.073e-10 5.067e-09 0.8668 0.1173 0.01588
0.03678 0.02148 0.04189 0.7800 0.1056 0.01432
1.090e-07 4.734e-05 0.7020 0.2583 0.03495 0.004730
"""


def test_a_published_example_of_spm_comes_out_as_published():
    got = select_models(np.log(np.array(WEIGHTS.split(), dtype=float).reshape(12, 6)))
    alpha = [1.043623, 1.064976, 1.720754, 11.835847, 1.290641, 1.044160]
    frequency = [0.05797903, 0.05916533, 0.09559743, 0.65754706, 0.07170226, 0.05800889]
    # From a million draws.
    exceedance = [0.000279, 0.000319, 0.001173, 0.997441, 0.000514, 0.000274]
    protected = [0.00075992, 0.00079981, 0.00165134, 0.99503975, 0.00099424, 0.00075494]
    np.testing.assert_allclose(got.alpha, alpha, atol=2e-3)  # it stops at steps of 1e-3
    np.testing.assert_allclose(got.frequency, frequency, atol=2e-4)
    np.testing.assert_allclose(got.exceedance, exceedance, atol=2e-4)
    assert got.omnibus_risk == pytest.approx(0.002890379, rel=0.01)
    np.testing.assert_allclose(got.protected_exceedance, protected, atol=2e-4)


def test_what_cannot_be_compared_is_refused():
    for shape in ((0, 2), (5, 1), (5,)):
        with pytest.raises(ValueError, match="n_subjects"):
            select_models(np.zeros(shape))
    with pytest.raises(ValueError, match="finite"):
        select_models(np.array([[0.0, np.nan]]))
