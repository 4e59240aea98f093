"""The models once more, trial by trial and number by number: the tests' independent answer."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from trnn.config.dynamics import Range
from trnn.trials.sequences import Sequences, from_frame

RANGES = {
    "q_learning": {"alpha": Range(low=0, high=1), "beta": Range(low=0, high=10)},
    # Before anything is learned, its choice does not depend on its one parameter.
    "q_learning_known_temperature": {"alpha": Range(low=0, high=1)},
    "q_learning_perseveration": {
        "alpha": Range(low=0, high=0.2),
        "beta": Range(low=0, high=10),
        "kappa": Range(low=-0.5, high=0.5),
    },
    "hybrid_exploration": {"beta": Range(low=0, high=4), "gamma": Range(low=0, high=1)},
}
MODEL_NAMES = sorted(RANGES)


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def predictions(
    model: str,
    parameters: Sequence[Sequence[float]],
    actions: Sequence[int],
    rewards: Sequence[float],
    trials: Sequence[int],
) -> list[tuple[float, float]]:
    """Return P(0) and P(1) before each trial of one subject; `parameters` has a row a trial."""
    out = []
    q = [0.0, 0.0]
    mean, variance = [0.0, 0.0], [100.0, 100.0]
    last = None
    for values, action, reward, trial in zip(parameters, actions, rewards, trials, strict=True):
        if trial == 0:
            q, mean, variance, last = [0.0, 0.0], [0.0, 0.0], [100.0, 100.0], None
        if model == "hybrid_exploration":
            beta, gamma = values
            total = math.sqrt(variance[0] + variance[1])
            relative = math.sqrt(variance[0]) - math.sqrt(variance[1])
            x = beta * (mean[0] - mean[1]) / total + gamma * relative
            out.append((normal_cdf(x), normal_cdf(-x)))
            gain = variance[action] / (variance[action] + 10.0)
            mean[action] += gain * (reward - mean[action])
            variance[action] -= gain * variance[action]
        else:
            alpha, beta = values[0], values[1] if len(values) > 1 else 5.0
            kappa = values[2] if len(values) == 3 else 0.0
            value_0 = q[0] + (kappa if last == 0 else 0.0)
            value_1 = q[1] + (kappa if last == 1 else 0.0)
            x = beta * (value_0 - value_1)
            out.append((logistic(x), logistic(-x)))
            q[action] += alpha * (reward - q[action])
        last = action
    return out


def plain_nll(
    model: str,
    values: Sequence[float],
    actions: Sequence[int],
    rewards: Sequence[float],
    trials: Sequence[int],
) -> float:
    p = predictions(model, [values] * len(actions), actions, rewards, trials)
    return -sum(math.log(p_t[a]) for p_t, a in zip(p, actions, strict=True))


def session(subject: str, actions: Sequence[int], rewards: Sequence[float], trials: Sequence[int]):
    """Return the rows of one subject; `trials` counts from 0 in each block."""
    block = np.cumsum(np.array(trials) == 0) - 1
    columns = {"block": block, "trial": trials, "action": actions, "reward": rewards}
    return pd.DataFrame({"subject": subject, **columns}).astype({"reward": float})


def random_sessions(model: str, lengths: Sequence[Sequence[int]], seed: int = 0) -> Sequences:
    """Return subjects with blocks of the given lengths, random choices and rewards."""
    rng = np.random.default_rng(seed)
    frames = []
    for i, blocks in enumerate(lengths):
        n = sum(blocks)
        rewards = rng.normal(0, 5, n) if model == "hybrid_exploration" else rng.random(n) < 0.5
        trials = np.concatenate([np.arange(b) for b in blocks])
        frames.append(session(f"s{i}", rng.integers(0, 2, n), rewards, trials))
    return from_frame(pd.concat(frames, ignore_index=True))


def random_parameters(model: str, shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """Return parameters drawn from the ranges, (*shape, n_parameters)."""
    rng = np.random.default_rng(seed)
    ranges = RANGES[model].values()
    return np.stack([rng.uniform(r.low, r.high, shape) for r in ranges], axis=-1)


def of_subject(sequences: Sequences, i: int) -> tuple[list[int], list[float], list[int]]:
    """Return actions, rewards and trials of a subject as plain lists."""
    v = sequences.valid[i]
    arrays = (sequences.action, sequences.reward, sequences.trial)
    actions, rewards, trials = (a[i][v].tolist() for a in arrays)
    return actions, rewards, trials
