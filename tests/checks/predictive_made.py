"""People and tasks that the tests of predictive checks share."""

import numpy as np
import pandas as pd

from trnn.config.task import BernoulliTask, GaussianTask

PAIRS = [(0.25, 0.05), (0.05, 0.25), (0.1, 0.05), (0.05, 0.1)]
BERNOULLI = BernoulliTask(
    kind="bernoulli",
    trials_per_block=10,
    n_blocks=2,
    arm_probabilities=PAIRS,
    schedule="independent",
)
GAUSSIAN = GaussianTask(
    kind="gaussian", trials_per_block=10, n_blocks=2, arm_mean_sd=8, reward_sd=1.5
)


def person(lengths=(6, 9), seed=0, kind="bernoulli", subject="p1") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = sum(lengths)
    frame = pd.DataFrame({"subject": subject, "group": "healthy", "block": 0}, index=range(n))
    frame["block"] = np.repeat(np.arange(len(lengths)), lengths)
    frame["trial"] = np.concatenate([np.arange(k) for k in lengths])
    frame["action"] = rng.integers(0, 2, n)
    best = frame["block"] % 2
    if kind == "bernoulli":
        frame["reward"] = rng.integers(0, 2, n) * 1.0
        frame["best_action"] = (frame["action"] == best).astype(int)
    else:
        frame["mu_0"], frame["mu_1"] = np.where(best == 0, 3.0, -2.0), np.where(best == 0, 1.0, 4.0)
        frame["reward"] = np.rint(rng.normal(0, 5, n))
    return frame


def with_misses(frame: pd.DataFrame, rows: list[int]) -> pd.DataFrame:
    frame = frame.copy()
    frame.loc[rows, "action"] = -1
    frame.loc[rows, ["reward", "best_action"]] = np.nan
    return frame
