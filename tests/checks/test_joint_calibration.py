"""The joint test: right posteriors pass, those with right marginals and wrong correlations fail."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.checks.joint_made import frame_of, posteriors, probes_of
from trnn.checks.calibration.bins import Sessions, tenths
from trnn.checks.calibration.joint_ranks import joint_ranks, on_trials
from trnn.checks.calibration.joint_rows import no_rows
from trnn.checks.calibration.joint_table import ERROR_RATE, JOINT_CALIBRATION, LEVELS
from trnn.statistics.proportions import clopper_pearson
from trnn.tables.parquet import check_frame


def marginal_p(truth, draws, seed):
    """Return the p of the ranks of each parameter alone, corrected by their number."""
    rng = np.random.default_rng(seed)
    below = (draws < truth[:, :, None]).sum(axis=2)
    ranks = (below + rng.random(below.shape)) / (draws.shape[2] + 1)
    p = [stats.kstest(own, "uniform").pvalue for own in ranks.reshape(len(ranks), -1).T]
    return min(p) * len(p)


def failed(table):
    return table[~table["calibrated"].astype(bool)]


@pytest.mark.parametrize("d", [2, 3])
def test_exact_posteriors_fail_no_more_often_than_is_promised(d):
    """An agent's ten trials depend on one another, as do the quantities."""
    n_tables = 100 if d == 2 else 40
    wrong, first = 0, []
    for seed in range(n_tables):
        table = frame_of(*posteriors(40, seed, d), seed)
        wrong += len(failed(table)) > 0
        first.append(table["p"].iloc[0])
    _, low, _ = clopper_pearson(wrong, n_tables)
    assert low <= ERROR_RATE
    # The p of one test is uniform: neither too small nor too large.
    assert stats.kstest(first, "uniform").pvalue > 0.01


def test_right_marginals_with_the_wrong_correlation_fail():
    truth, draws = posteriors(300, 1, correlated=False)
    assert marginal_p(truth, draws, 1) > 0.05
    table = failed(frame_of(truth, draws, 1))
    table = table[(table["quantity"] == "trade_off") & (table["level"] == 0.5)]
    # What is known of the sum makes the correlation negative; a posterior without it is too high.
    assert (table["deviation"] > 0).all()
    assert {"all", "5", "6", "7", "8", "9", "10"} <= set(table["bin"])
    assert failed(frame_of(*posteriors(300, 1), 1)).empty


def test_posteriors_that_are_too_narrow_fail_by_nearness():
    truth, draws = posteriors(300, 2)
    centre = draws.mean(axis=2, keepdims=True)
    table = failed(frame_of(truth, centre + 0.6 * (draws - centre), 2))
    assert "nearness" in set(table["quantity"])


def test_the_table_holds_shares_intervals_and_the_limits_of_its_tests():
    truth, draws = posteriors(80, 3, d=3)
    table = frame_of(truth, draws, 3)
    check_frame(table, JOINT_CALIBRATION, "test")
    assert len(table) == 4 * 11 * len(LEVELS) and (table["n"] == 80).all()
    assert set(table["parameters"]) == {
        *("alpha, beta, kappa", "alpha, beta", "alpha, kappa", "beta, kappa")
    }
    own = probes_of(80, 3, 3)
    ranks = joint_ranks(draws, truth, own)
    row = table[(table["parameters"] == "alpha, kappa") & (table["bin"] == "4")].set_index("level")
    assert row["share"][0.3] == pytest.approx((ranks[:, 3, 2] <= 0.3).mean())
    assert row["ci_low"][0.3] < row["share"][0.3] < row["ci_high"][0.3]
    result = stats.kstest(ranks[:, 3, 2], "uniform")
    assert row["p"][0.3] == pytest.approx(result.pvalue)
    # At its limit, a test's p is that of Bonferroni's correction.
    p = stats.kstwo.sf(table["limit"].to_numpy(), 80)
    np.testing.assert_allclose(p, ERROR_RATE / 44, rtol=1e-6)
    chosen = ranks[np.arange(80), own.picked, 0]
    whole = table[(table["quantity"] == "nearness") & (table["by"] == "session")]
    np.testing.assert_allclose(whole["share"], [(chosen <= level).mean() for level in LEVELS])
    check_frame(no_rows(), JOINT_CALIBRATION, "test")


@pytest.mark.parametrize("length", [3, 9, 10, 57, 1000])
def test_a_trial_is_drawn_from_every_tenth_that_has_one(length):
    own = probes_of(200, 2, 1, length)
    codes = tenths(Sessions.of(pd.Series(["a"] * length))).codes
    there = np.isin(np.arange(10), codes)
    assert ((own.trials >= 0) == there).all()
    for tenth in np.flatnonzero(there):
        assert (codes[own.trials[:, tenth]] == tenth).all()
        wanted = min(10, (codes == tenth).sum())
        assert len(np.unique(own.trials[:, tenth])) >= wanted  # any of them
    assert set(own.picked) == set(np.flatnonzero(there))
    # Drawn from an agent's name alone.
    again = probes_of(7, 2, 1, length)
    np.testing.assert_array_equal(again.trials, own.trials[:7])
    truth = np.zeros((200, 10, 2))
    ranks = joint_ranks(np.random.default_rng(1).normal(size=(200, 10, 5, 2)), truth, own)
    assert (np.isnan(ranks).all(axis=2) == ~there).all()


def test_nearness_is_the_share_of_draws_nearer_to_the_point():
    truth, draws = posteriors(5, 4)
    own = probes_of(5, 2, 4)
    ranks = joint_ranks(draws, truth, own)
    point = own.points[2, 6]
    distance = np.hypot(*(draws[2, 6] - point).T)
    nearer = (distance < np.hypot(*(truth[2, 6] - point))).sum()
    assert nearer / 61 <= ranks[2, 6, 0] < (nearer + 1) / 61


def test_values_that_all_are_equal_rank_anywhere():
    """A constant at the end of its range, say: a point mass that holds the truth."""
    truth = np.ones((400, 10, 2))
    ranks = joint_ranks(np.ones((400, 10, 20, 2)), truth, probes_of(400, 2, 5))
    for i in range(2):
        assert stats.kstest(ranks[:, 0, i], "uniform").pvalue > 0.01


def test_values_are_those_of_the_chosen_trials():
    values = np.arange(2 * 5 * 3).reshape(2, 5, 3)
    found = on_trials(values, np.array([[4, 0], [2, -1]]))
    np.testing.assert_array_equal(found[0], values[0, [4, 0]])
    np.testing.assert_array_equal(found[1, 0], values[1, 2])
