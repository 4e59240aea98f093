"""A task measured from people's trials, and in what it differs from a configured one."""

import numpy as np
import pandas as pd
import pytest

from trnn.checks.priors.differences import task_differences
from trnn.checks.priors.measured import task_measured
from trnn.checks.priors.task_of_people import task_of_people, two_rates
from trnn.config.task import BernoulliTask, GaussianTask

PAIRS = [(0.8, 0.3), (0.3, 0.8)]


def people(n: int = 20, n_blocks: int = 4, n_trials: int = 30, arms=None, seed: int = 1):
    """People who mostly choose the better arm; `arms(person, block)` are their means."""
    rng = np.random.default_rng(seed)
    arms = arms or (lambda person, block: PAIRS[(person + block) % 2])
    rows = []
    for person in range(n):
        for block in range(n_blocks):
            means = np.array(arms(person, block))
            for trial in range(n_trials):
                action = int(means.argmax()) if rng.random() < 0.7 else int(means.argmin())
                reward = float(rng.random() < means[action])
                rows.append((f"p{person}", None, block, trial, action, reward, *means))
    columns = ["subject", "group", "block", "trial", "action", "reward", "mu_0", "mu_1"]
    return pd.DataFrame(rows, columns=columns)


def test_pairs_that_are_known_are_the_task():
    found = task_of_people(people()).settings
    assert found["arm_probabilities"] == [[0.3, 0.8], [0.8, 0.3]]
    assert (found["schedule"], found["n_blocks"], found["trials_per_block"]) == ("permuted", 4, 30)
    assert BernoulliTask.model_validate(found)
    uneven = task_of_people(people(arms=lambda person, block: PAIRS[block == 0])).settings
    assert uneven["schedule"] == "independent"
    many = task_of_people(people(arms=lambda p, b: ((p + 1) / 50, (b + 1) / 10)))
    assert (
        len(many.settings["arm_probabilities"]) == 24
        and "of the 80" in many.words["arm_probabilities"]
    )


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_rates_of_arms_that_no_column_tells_are_estimated(share):
    rng = np.random.default_rng(5)
    frame = people(n=100, arms=lambda person, block: PAIRS[int(rng.random() >= share)])
    known = ["mu_0", "mu_1"]
    high, low, first = two_rates(frame.drop(columns=known))
    # 12,000 choices: standard errors below 0.01.
    assert (high, low) == (pytest.approx(0.8, abs=0.03), pytest.approx(0.3, abs=0.03))
    assert first == pytest.approx(share, abs=0.1)
    pairs = task_of_people(frame.drop(columns=known)).settings["arm_probabilities"]
    assert len(pairs) == (1 if share == 1.0 else 2)


def test_arms_that_pay_alike_are_one_pair():
    frame = people(n=100, arms=lambda person, block: (0.5, 0.5)).drop(columns=["mu_0", "mu_1"])
    high, low, _ = two_rates(frame)
    assert high - low < 0.1


def points(centre: float, n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    frame = people(n=n, n_blocks=10, arms=lambda person, block: centre + rng.normal(0, 8, 2))
    chosen = np.where(frame["action"] == 0, frame["mu_0"], frame["mu_1"])
    return frame.assign(reward=chosen + rng.normal(0, 3, len(frame)))


def test_points_make_a_gaussian_task_whether_or_not_means_are_known():
    frame = points(0.0)
    for own in (frame, frame.drop(columns=["mu_0", "mu_1"])):
        found = task_of_people(own).settings
        assert found["arm_mean_sd"] == pytest.approx(8, abs=0.6)  # 800 arms
        assert found["reward_sd"] == pytest.approx(3, abs=0.1) and not found["rounded"]
        assert GaussianTask.model_validate(found)
    assert "lie about 49.6" in task_of_people(points(50.0)).words["arm_mean_sd"]
    whole = frame.assign(**{k: frame[k].round() for k in ("reward", "mu_0", "mu_1")})
    assert task_of_people(whole).settings["rounded"]


def test_blocks_that_vary_are_described():
    frame = people()
    frame = frame[frame["trial"] < 20 + 5 * (frame["block"] % 2)]
    found = task_of_people(frame)
    length = found.settings["trials_per_block"]
    assert (length["mean"], length["low"], length["high"]) == (22.5, 20, 25)
    assert "vary" in found.words["trials_per_block"]


def test_differences_are_told_and_equal_tasks_are_not():
    frame = people()
    own = BernoulliTask.model_validate(task_of_people(frame).settings)
    assert task_differences(task_measured(frame, own)) == []
    other = own.model_copy(update={"n_blocks": 8, "arm_probabilities": [(0.9, 0.1), (0.1, 0.9)]})
    told = task_differences(task_measured(frame, other))
    assert [words.split()[1] for words in told] == [
        "n_blocks",
        "reward_rate_better",
        "reward_rate_other",
    ]
    assert "is 4 in the people's data and 8 in the task" in told[0]
