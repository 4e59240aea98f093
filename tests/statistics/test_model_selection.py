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


def test_what_cannot_be_compared_is_refused():
    for shape in ((0, 2), (5, 1), (5,)):
        with pytest.raises(ValueError, match="n_subjects"):
            select_models(np.zeros(shape))
    with pytest.raises(ValueError, match="finite"):
        select_models(np.array([[0.0, np.nan]]))
