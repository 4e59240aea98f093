"""A bootstrap particle filter for Q-learning, one agent and one trial at a time.

All particles of the trial are in one array, as a filter is usually written.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from trnn.config.dynamics import RandomWalk, Switching
from trnn.config.experiment import Experiment
from trnn.theory.quantiles import PROBABILITIES

Array = np.ndarray


@dataclass(frozen=True)
class Answer:
    """An agent's log evidence; P(action 0), means, SDs and quantiles of each trial, if wanted."""

    log_evidence: float
    p_action_0: Array
    mean: Array
    sd: Array
    quantiles: Array


def filter_agent(
    experiment: Experiment,
    law: RandomWalk | Switching,
    data: tuple[list[int], list[float], list[int]],
    n: int,
    resample_below: float,
    posterior: bool,
    seed: int,
) -> Answer:
    """Filter one agent's choices with arrays of n particles; `posterior`: whether it is wanted."""
    names = list(experiment.parameters)
    rng = np.random.default_rng(seed)
    cloud = _Walk(law, names) if isinstance(law, RandomWalk) else _Switch(law, experiment)
    cloud.start(rng, n)
    q = np.zeros((2, n))
    weights = np.full(n, 1.0 / n)
    log_evidence = 0.0
    rows: list[tuple] = []
    for t, (action, reward, trial) in enumerate(zip(*data, strict=True)):
        if t > 0:
            cloud.step(rng, n, t)
        if trial == 0:
            q[:] = 0.0
        alpha, beta = values = cloud.values()
        p = 1.0 / (1.0 + np.exp(-beta * (q[0] - q[1])))
        if posterior:
            mean = values @ weights
            sd = np.sqrt(((values - mean[:, None]) ** 2) @ weights)
            rows.append((weights @ p, mean, sd, _quantiles(values, weights)))
        weights = weights * (p if action == 0 else 1.0 - p)
        total = weights.sum()
        log_evidence += math.log(total)
        weights = weights / total
        q[action] += alpha * (reward - q[action])
        if 1.0 / (weights**2).sum() < resample_below * n:
            cumulative = np.cumsum(weights)
            points = np.ceil(cumulative * (n / cumulative[-1]) - rng.random()).astype(int)
            points[-1] = n
            ancestors = np.repeat(np.arange(n), np.diff(points, prepend=0))
            cloud.keep(ancestors)
            q = q[:, ancestors]
            weights = np.full(n, 1.0 / n)
    columns = zip(*rows, strict=True) if rows else ((),) * 4
    return Answer(log_evidence, *(np.array(column) for column in columns))


def _quantiles(values: Array, weights: Array) -> Array:
    """Return each parameter's weighted quantiles, (n_parameters, 5), by sorting."""
    out = []
    for row in values:
        order = np.argsort(row)
        cumulative = np.cumsum(weights[order])
        out.append(row[order][np.searchsorted(cumulative, PROBABILITIES)])
    return np.array(out)


class _Walk:
    """Particles whose parameters walk."""

    def __init__(self, law: RandomWalk, names: list[str]) -> None:
        self.walks = [law.parameters[name] for name in names]

    def start(self, rng: np.random.Generator, n: int) -> None:
        normal = ndtri(rng.random((len(self.walks), n)))
        self.x = np.array(
            [w.start_mean + w.start_sd * z for w, z in zip(self.walks, normal, strict=True)]
        )

    def step(self, rng: np.random.Generator, n: int, t: int) -> None:
        normal = rng.standard_normal((len(self.walks), n))
        self.x = np.array(
            [x + w.step_sd * z for w, x, z in zip(self.walks, self.x, normal, strict=True)]
        )

    def values(self) -> Array:
        out = []
        for walk, x in zip(self.walks, self.x, strict=True):
            if walk.scale == "logit":
                out.append(walk.low + (walk.high - walk.low) / (1.0 + np.exp(-x)))
            else:
                out.append(np.clip(np.exp(x), walk.low, walk.high))
        return np.array(out)

    def keep(self, ancestors: Array) -> None:
        self.x = self.x[:, ancestors]


class _Switch:
    """Particles whose parameters are redrawn now and then."""

    def __init__(self, law: Switching, experiment: Experiment) -> None:
        self.law = law
        self.ranges = list(experiment.parameters.values())

    def start(self, rng: np.random.Generator, n: int) -> None:
        k, choices = len(self.ranges), self.law.max_changes
        uniform = rng.random((k + (choices is not None), n))
        self.x = np.array(
            [r.low + (r.high - r.low) * u for r, u in zip(self.ranges, uniform, strict=False)]
        )
        self.last, self.count = np.zeros((k, n)), np.zeros((k, n))
        self.limit = np.full(n, np.inf)
        if choices is not None:
            self.limit = np.array(choices, float)[(uniform[-1] * len(choices)).astype(int)]

    def step(self, rng: np.random.Generator, n: int, t: int) -> None:
        uniform = rng.random((len(self.ranges), n))
        for i, bounds in enumerate(self.ranges):
            free = (t - self.last[i] > self.law.min_gap) & (self.count[i] < self.limit)
            moved = (uniform[i] < self.law.hazard) & free
            drawn = bounds.low + (bounds.high - bounds.low) * (uniform[i] / self.law.hazard)
            self.x[i] = np.where(moved, drawn, self.x[i])
            self.last[i] = np.where(moved, t, self.last[i])
            self.count[i] += moved

    def values(self) -> Array:
        return self.x

    def keep(self, ancestors: Array) -> None:
        self.x, self.last = self.x[:, ancestors], self.last[:, ancestors]
        self.count, self.limit = self.count[:, ancestors], self.limit[ancestors]
