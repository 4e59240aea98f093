"""The grid, the halves of the people, and the rule: against counts and sums done by hand."""

import numpy as np
import pandas as pd
import pytest

from trnn.checks.priors.choice import behind, choose
from trnn.checks.priors.grid import configured_prior, grid_of, published_prior
from trnn.config.dynamics import Stationary, Switching
from trnn.config.priors import PriorGrid
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import DataError
from trnn.trials.halves import CHOOSING, REPORTING, halves

NAMES = ("alpha", "beta")
PUBLISHED = {
    "dynamics": {"kind": "switching", "hazard": 0.1, "min_gap": 5, "max_changes": [2, 3]},
    "parameters": {"beta": {"low": 0, "high": 10}, "alpha": {"low": 0, "high": 1}},
}


def grid(**changes: object) -> PriorGrid:
    raw = {"published": PUBLISHED, "hazards": [0.1, 0.2], "n_particles": 10}
    raw["ranges"] = {"wide": {"beta": {"low": 0, "high": 20}}}
    return PriorGrid.model_validate(raw | changes)


def people(sizes: dict[str | None, int]) -> pd.DataFrame:
    rows = [(f"{group}-{i}", group) for group, n in sizes.items() for i in range(n)]
    return pd.DataFrame([row for row in rows for _ in range(3)], columns=["subject", "group"])


def test_the_grid_is_the_published_prior_its_relatives_and_hazards_by_ranges():
    priors = grid_of(grid(), NAMES, None)
    found = [
        (p.ranges, p.dynamics.hazard, p.dynamics.min_gap, p.dynamics.max_changes) for p in priors
    ]
    assert found == [
        ("published", 0.1, 5, [2, 3]),
        ("published", 0.1, 5, None),
        ("published", 0.1, 0, [2, 3]),
        ("published", 0.1, 0, None),
        ("wide", 0.1, 0, None),
        ("published", 0.2, 0, None),
        ("wide", 0.2, 0, None),
    ]
    assert [list(p.parameters) for p in priors] == [list(NAMES)] * len(priors)
    assert priors[-1].parameters["beta"].high == 20
    assert priors[-1].parameters["alpha"].high == 1
    # gap, limit, hazard, range of beta
    assert [p.changes_from(priors[0]) for p in priors] == [0, 1, 1, 2, 3, 3, 4]


def test_a_configured_prior_is_added_only_where_the_grid_lacks_it():
    there = published_prior(grid(), NAMES)
    same = configured_prior(there.dynamics, there.parameters)
    assert len(grid_of(grid(), NAMES, same)) == 7
    other = configured_prior(Switching(kind="switching", hazard=0.3), there.parameters)
    assert grid_of(grid(), NAMES, other)[-1] is other
    assert configured_prior(Stationary(kind="stationary"), there.parameters) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hazards": [0.1, 0.1]}, "hazards must differ"),
        ({"ranges": {"x": {"gamma": {"low": 0, "high": 1}}}}, "gamma"),
        ({"ranges": {"published": {}}}, "the name is taken"),
    ],
)
def test_a_wrong_grid_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        grid(**changes)


def test_half_of_every_group_chooses_and_the_halves_are_drawn_again_alike():
    table = people({"a": 5, "b": 4})
    first = halves(table, "dezfouli", 1)
    assert first == halves(table, "dezfouli", 1)
    chosen = {s for s, half in first.items() if half == CHOOSING}
    assert len([s for s in chosen if s.startswith("a")]) == 3
    assert len([s for s in chosen if s.startswith("b")]) == 2
    assert list(first) == list(table["subject"].unique())
    others = [halves(table, "dezfouli", seed) for seed in range(2, 10)]
    assert any(other != first for other in others)
    # A group that comes or goes changes nothing for the others.
    alone = halves(people({"b": 4}), "dezfouli", 1)
    assert {s: first[s] for s in alone} == alone


def test_people_without_groups_are_one_group_and_too_few_are_refused():
    found = list(halves(people({None: 6}), "gershman", 1).values())
    assert found.count(CHOOSING) == found.count(REPORTING) == 3
    with pytest.raises(DataError, match=r"no group has two\. Give more people"):
        halves(people({"a": 1, "b": 1}), "dezfouli", 1)


def test_the_prior_of_the_highest_evidence_is_chosen():
    # Sums -12, -10, -10.5; differences from the second: (-1, -1), (-0.25, -0.25), (3, -4).
    evidence = np.array([[-6.0, -6.0], [-5.0, -5.0], [-5.25, -5.25], [-2.0, -9.0]])
    error = np.array([[0.1, 0.0], [0.3, 0.4], [0.0, 0.0], [1.2, 0.0]])
    choice = choose(evidence, error)
    assert choice.chosen == 1
    np.testing.assert_allclose(choice.behind.total, [2, 0, 0.5, 1])
    # The SD of (-3, 4), sqrt(24.5), times sqrt(2) is 7: the last is within, the others differ
    # by the same for both subjects and are told apart.
    np.testing.assert_allclose(choice.behind.standard_error, [0, 0, 0, 7])
    np.testing.assert_array_equal(choice.candidate, [False, True, False, True])
    # Of both filters, over both subjects: of the best 0.5 alone.
    np.testing.assert_allclose(choice.behind.mc_error, [np.sqrt(0.26), 0, 0.5, 1.3])


def test_behind_the_chosen_one_others_may_lie_before_it():
    # Differences of the second from the first: (-3, 1).
    evidence = np.array([[-6.0, -6.0], [-3.0, -7.0]])
    found = behind(evidence, np.array([[0.3, 0.0], [0.4, 0.0]]), 0)
    np.testing.assert_allclose(found.total, [0, -2])
    np.testing.assert_allclose(found.standard_error, [0, np.sqrt(8) * np.sqrt(2)])
    np.testing.assert_allclose(found.mc_error, [0, 0.5])


def test_one_subject_is_enough():
    assert choose(np.array([[-2.0], [-1.0]]), np.zeros((2, 1))).chosen == 1


def test_evidence_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="1 values not finite"):
        choose(np.array([[-1.0, np.nan]]), np.zeros((1, 2)))


def test_experiments_view_has_the_law_of_bayes_and_the_published_ones_share_the_grid(experiments):
    for name in ("dezfouli", "gershman"):
        own = from_view(view(experiments[name], "select_prior"))
        (law,) = own.dynamics.values()
        assert law == experiments[name].dynamics[experiments[name].estimators.bayes.dynamics]
        priors = grid_of(
            own.prior_grid, tuple(own.parameters), configured_prior(law, own.parameters)
        )
        assert "configured" not in {p.ranges for p in priors}
    assert experiments["artificial"].prior_grid is None
