"""How many people are inside of their own predictive intervals, and of agents that are."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.checks.predictive_made import BERNOULLI, person
from trnn.checks.predictive.choice_statistics import (
    CURVE,
    SCALARS,
    bins_of,
    session_statistics,
)
from trnn.checks.predictive.inside import is_inside, person_ranks
from trnn.checks.predictive.predictive_stage import group_rows
from trnn.checks.predictive.resimulate import resimulate
from trnn.checks.predictive.schedules import schedule
from trnn.theory.models import get_model


def test_agents_of_the_model_are_inside_of_their_own_intervals_in_90_percent():
    """Agents that are one more of their re-simulations; and others, who are not."""
    model, n, n_draws = get_model("q_learning_perseveration"), 400, 19
    bins, names = bins_of(24, 25), [f"a{i}" for i in range(n)]
    rng = np.random.default_rng(1)
    frame = person((25, 25, 25))
    own = schedule(frame, BERNOULLI)
    values = rng.uniform([0.1, 1, -0.2], [0.9, 6, 0.5], (n, 3))
    paths = [np.broadcast_to(v, (n_draws + 1, 75, 3)) for v in values]
    played = resimulate(model, paths, [own] * n, BERNOULLI, names, 1, ("inside",))
    found = np.stack([session_statistics(a.action, a.reward, own, bins) for a in played])
    inside = is_inside(person_ranks(found[:, 0], found[:, 1:], names, 1, ("x",)))[:, : len(SCALARS)]
    for name, column in zip(SCALARS, inside.T, strict=True):
        known = column[np.isfinite(column)]
        assert len(known) > 100, name
        assert stats.binomtest(int(known.sum()), len(known), 0.9).pvalue > 1e-4, name
    assert abs(np.nanmean(inside) - 0.9) < 0.01
    # Those who stay more than their constants say are told apart.
    others = values + np.array([0.0, 0.0, 0.5])
    paths = [np.broadcast_to(v, (1, 75, 3)) for v in others]
    other = resimulate(model, paths, [own] * n, BERNOULLI, names, 2, ("other",))
    theirs = np.concatenate([session_statistics(a.action, a.reward, own, bins) for a in other])
    outside = is_inside(person_ranks(theirs, found[:, 1:], names, 1, ("x",)))
    assert np.nanmean(outside[:, list(SCALARS).index("switch_rate")]) < 0.7


def test_ranks_are_uniform_however_many_values_are_equal():
    rng = np.random.default_rng(2)
    counts = rng.binomial(3, 0.4, (4000, 6, 1)).astype(float)
    names = [str(i) for i in range(4000)]
    ranks = person_ranks(counts[:, 0], counts[:, 1:], names, 1, ("u",))[:, 0]
    assert stats.kstest(ranks, "uniform").pvalue > 1e-3
    alone = person_ranks(counts[7:8, 0], counts[7:8, 1:], ["7"], 1, ("u",))
    assert alone[0, 0] == ranks[7]


def test_groups_tell_how_many_people_are_inside():
    bins, n = bins_of(3, 4), len(SCALARS)
    width = len(bins.columns())
    values = np.random.default_rng(0).random((4, 3, width))
    inside = np.ones((4, n))
    inside[0, 1], inside[1:3, 2] = np.nan, 0.0
    groups = pd.Series(["a", "a", "b", "b"])
    rows = group_rows(values[:, 0], values, groups, bins, None, inside)
    own = rows[rows["group"] == "all"].set_index("statistic")
    assert own.loc["switch_rate", ["n_ranked", "n_inside"]].tolist() == [3, 3]
    assert own.loc["win_stay", ["n_ranked", "n_inside"]].tolist() == [4, 2]
    exact = stats.binomtest(2, 4).proportion_ci(0.95, method="exact")
    ends = own.loc["win_stay", ["share_inside", "inside_ci_low", "inside_ci_high"]].tolist()
    assert ends == pytest.approx([0.5, exact.low, exact.high])
    assert own.loc[CURVE, "n_ranked"].isna().all()
