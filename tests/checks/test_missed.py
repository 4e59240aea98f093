"""Missed responses in checks of people: their rate is measured, their features are of choices."""

import numpy as np
import pandas as pd
import pytest

from tests.checks.test_predictive import BERNOULLI, person, with_misses
from trnn.checks.misspecification.features import features_of, session_features
from trnn.checks.misspecification.surprise import surprise
from trnn.checks.priors.measured import task_measured
from trnn.config.task import WalkTask


def people() -> pd.DataFrame:
    other = person(seed=1, subject="p2")
    frame = pd.concat([with_misses(person(), [0, 4, 6, 14]), other], ignore_index=True)
    return frame.drop(columns="group")


def test_the_rate_is_measured_where_responses_are_missed_or_expected():
    found = task_measured(people(), BERNOULLI).set_index("quantity")
    assert found.loc["miss_rate", "measured"] == pytest.approx((4 / 15 + 0) / 2)
    assert found.loc["miss_rate", "configured"] == 0.0
    complete = person().drop(columns="group")
    assert "miss_rate" not in task_measured(complete, BERNOULLI)["quantity"].to_list()
    expecting = BERNOULLI.model_copy(update={"miss_rate": 0.1})
    found = task_measured(complete, expecting).set_index("quantity")
    assert found.loc["miss_rate", ["measured", "configured"]].tolist() == [0.0, 0.1]


def test_reversals_and_walks_are_measured_with_missed_trials():
    frame = person((8,), seed=2).drop(columns="group")
    frame["best_action"] = (frame["action"] == np.repeat([0, 1], 4)).astype(int)
    swapping = BERNOULLI.model_copy(update={"reversals": 5})
    found = task_measured(with_misses(frame, [0, 2, 3, 4]), swapping).set_index("quantity")
    assert found.loc["reversal_trials", ["measured", "n"]].tolist() == [5.0, 1]
    walk = WalkTask(
        **{"kind": "walk", "n_blocks": 1, "trials_per_block": 8, "low": -5, "high": 5},
        **{"step_sd": 1, "reward_sd": 2},
    )
    frame = frame.assign(mu_0=np.arange(8.0), mu_1=0.0, action=0, reward=np.arange(8) + 2.0)
    found = task_measured(with_misses(frame, [1, 7]), walk).set_index("quantity")["measured"]
    assert found["reward_sd"] == pytest.approx(2.0) and found["miss_rate"] == 0.25


def test_rates_of_rewards_are_of_choices():
    frame = people()
    found = task_measured(frame, BERNOULLI).set_index("quantity")["measured"]
    made = frame[frame["action"] >= 0]
    best = made["best_action"] == 1
    assert found["reward_rate_better"] == pytest.approx(made.loc[best, "reward"].mean())
    assert found["reward_rate_other"] == pytest.approx(made.loc[~best, "reward"].mean())


def test_features_of_choices_are_those_of_the_choices_alone():
    frame = people()
    found = session_features(frame, binary=True)
    made = frame[frame["action"] >= 0].reset_index(drop=True)
    made["trial"] = made.groupby(["subject", "block"]).cumcount()
    alone = session_features(made, binary=True)
    names = [f.name for f in features_of(binary=True) if f.kind == "choices"]
    pd.testing.assert_frame_equal(found[names], alone[names])
    assert found["n_trials"].tolist() == [15.0, 15.0] and found["block_max"].tolist() == [9.0, 9.0]
    assert found["miss_rate"].tolist() == [4 / 15, 0.0]
    there = [f.name for f in features_of(binary=True, misses=True)]
    assert set(there) - {f.name for f in features_of(binary=True)} == {"miss_rate"}


def test_surprise_is_that_of_choices():
    frame = people().assign(p_action_0=0.7)
    frame.loc[frame["action"] < 0, "p_action_0"] = np.nan
    pd.testing.assert_frame_equal(surprise(frame), surprise(frame[frame["action"] >= 0]))
