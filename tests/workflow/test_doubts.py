"""What is told of settings that void what is made of them."""

import numpy as np
import pytest

from tests.conftest import ROOT
from trnn.config.dynamics import Switching
from trnn.config.load import read_yaml
from trnn.theory.dynamics import SwitchingDynamics
from trnn.workflow.doubts import chance_of_change, doubts
from trnn.workflow.settings import read_settings

WALK = {"start_mean": 0, "start_sd": 1, "low": 0}


def told(**given):
    found = read_settings(ROOT, given)
    return doubts(found.run, found.experiments)


def told_of_artificial(settings):
    (own,) = told(experiments=["artificial"], overrides={"artificial": settings}).values()
    return own


def test_nothing_is_told_of_the_projects_own_settings():
    assert not any(told().values())
    assert not any(told(experiments=["dezfouli_published", "gershman_published"]).values())
    assert not any(told(**read_yaml(ROOT / "config/tiny.yaml")).values())


@pytest.mark.parametrize(
    "settings",
    [
        {"hazard": 0.02},
        {"hazard": 0.02, "min_gap": 10, "max_changes": [2, 3, 4]},
        {"hazard": 0.1, "min_gap": 20, "max_changes": [0, 1], "stationary_share": 0.3},
        {"hazard": 0.5, "min_gap": 29},
        {"hazard": 0.5, "min_gap": 28},
        {"hazard": [0.005, 0.05, 0.5], "min_gap": 20},
    ],
)
def test_the_chance_of_a_change_is_that_of_the_simulated_agents(settings):
    n_trials, n_agents, rng = 30, 20_000, np.random.default_rng(1)
    dynamics = Switching(kind="switching", **settings)
    moves = SwitchingDynamics({"beta": _range()}, dynamics)
    state = moves.start(rng.random((moves.n_start + moves.n_last, n_agents)))
    first = moves.values(state).copy()
    changed = np.zeros(n_agents, dtype=bool)
    for trial in range(1, n_trials):
        state = moves.step(state, rng.random((1, n_agents)), trial)
        changed |= (moves.values(state) != first)[0]
    assert abs(changed.mean() - chance_of_change(dynamics, n_trials)) < 0.015
    if settings.get("min_gap") == 29:
        assert not changed.any()


def _range():
    from trnn.config.dynamics import Range

    return Range(low=0, high=1)


def test_a_gap_as_long_as_the_session_is_told_for_all_that_follow_it():
    task = {"n_blocks": 1, "trials_per_block": 100}
    own = told_of_artificial({"task": task, "test": {"recovery_trials": [25]}})
    assert len(own) == 2  # training, and switching; the walks are as they were
    assert own[0].startswith("dynamics.training (of the t-RNN's training agents): no parameter can")
    assert "min_gap is 100, and a session has 100 trials at most" in own[0]
    assert "dynamics.switching (of estimator bayes, of test agents)" in own[1]
    # One trial more than the gap, and one in which to change.
    task["trials_per_block"] = 102
    own = told_of_artificial({"task": task, "test": {"recovery_trials": [25]}})
    assert "changes in 0.45 % of sessions of 102 trials" in own[0]  # 0.9 of 0.005
    task["trials_per_block"] = 200
    assert not told_of_artificial({"task": task, "test": {"recovery_trials": [25]}})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"dynamics": {"switching": {"hazard": 0}}}, "no parameter can ever change (hazard 0,"),
        ({"dynamics": {"switching": {"max_changes": [0]}}}, "max_changes [0]"),
        (
            {"dynamics": {"switching": {"hazard": 0.5, "min_gap": 0, "max_changes": None}}},
            "a value lasts 2 trials on average",
        ),
        (
            {"dynamics": {"switching": {"hazard": [0.1, 0.5], "min_gap": 0, "max_changes": None}}},
            "a value lasts 2 trials on average (hazard 0.5,",
        ),
        ({"dynamics": {"switching": {"hazard": [1e-6, 1e-5]}}}, "(hazard 1e-06, 1e-05, min_gap"),
        ({"train": {"dynamics": "stationary"}}, "parameters never change"),
        (
            {"dynamics": {"filter_walk": {"parameters": {"alpha": {"step_sd": 0}}}}},
            "alpha walk by less than 1 %",
        ),
        (
            {"task": {"n_blocks": 900, "trials_per_block": 1}},
            "task.trials_per_block is 1: the values of both arms begin anew",
        ),
        ({"task": {"arm_probabilities": [[0, 0]]}}, "nobody is ever rewarded"),
    ],
)
def test_what_voids_the_result_is_told(settings, words):
    assert any(words in line for line in told_of_artificial(settings))


def test_too_few_resamples_and_permutations_are_told():
    (own,) = told(experiments=["gershman"], bootstrap_resamples=39, permutations=19).values()
    assert len(own) == 2
    (own,) = told(experiments=["gershman"], bootstrap_resamples=40, permutations=20).values()
    assert not own
