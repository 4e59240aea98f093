"""A bootstrap particle filter for Q-learning, one agent and one trial at a time.

`filter_agent` has all particles of the trial in one array, as a filter is usually written;
`filter_agent_by_particle` has none, only numbers.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from trnn.config.dynamics import RandomWalk, Switching
from trnn.config.experiment import Experiment
from trnn.seeds import generator

Array = np.ndarray


@dataclass(frozen=True)
class Answer:
    """Of one agent: P(action 0), means and standard deviations of the parameters, by trial."""

    p_action_0: Array
    mean: Array
    sd: Array


def filter_agent(
    experiment: Experiment,
    law: RandomWalk | Switching,
    data: tuple[list[int], list[float], list[int]],
    n: int,
    resample_below: float,
    seed: int,
    *keys: str,
) -> Answer:
    """Filter one agent's choices with arrays of n particles."""
    names = list(experiment.parameters)
    noise, uniforms = _generators(seed, *keys)
    resampling = uniforms.random(len(data[0]))
    cloud = _Walk(law, names) if isinstance(law, RandomWalk) else _Switch(law, experiment)
    cloud.start(noise, n)
    q = np.zeros((2, n))
    weights = np.full(n, 1.0 / n)
    rows = []
    for t, (action, reward, trial) in enumerate(zip(*data, strict=True)):
        if t > 0:
            cloud.step(noise, n, t)
        if trial == 0:
            q[:] = 0.0
        alpha, beta = values = cloud.values()
        p = 1.0 / (1.0 + np.exp(-beta * (q[0] - q[1])))
        mean = values @ weights
        sd = np.sqrt(((values - mean[:, None]) ** 2) @ weights)
        rows.append((weights @ p, mean, sd))
        weights = weights * (p if action == 0 else 1.0 - p)
        weights = weights / weights.sum()
        q[action] += alpha * (reward - q[action])
        if 1.0 / (weights**2).sum() < resample_below * n:
            cumulative = np.cumsum(weights)
            points = np.ceil(cumulative * (n / cumulative[-1]) - resampling[t]).astype(int)
            points[-1] = n
            ancestors = np.repeat(np.arange(n), np.diff(points, prepend=0))
            cloud.keep(ancestors)
            q = q[:, ancestors]
            weights = np.full(n, 1.0 / n)
    return Answer(*(np.array(column) for column in zip(*rows, strict=True)))


class _Walk:
    """Particles whose parameters walk."""

    def __init__(self, law: RandomWalk, names: list[str]) -> None:
        self.walks = [law.parameters[name] for name in names]

    def start(self, noise: np.random.Generator, n: int) -> None:
        normal = ndtri(noise.random((len(self.walks), n)))
        self.x = np.array(
            [w.start_mean + w.start_sd * z for w, z in zip(self.walks, normal, strict=True)]
        )

    def step(self, noise: np.random.Generator, n: int, t: int) -> None:
        normal = noise.standard_normal((len(self.walks), n))
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

    def start(self, noise: np.random.Generator, n: int) -> None:
        k, choices = len(self.ranges), self.law.max_changes
        uniform = noise.random((k + (choices is not None), n))
        self.x = np.array(
            [r.low + (r.high - r.low) * u for r, u in zip(self.ranges, uniform, strict=False)]
        )
        self.last, self.count = np.zeros((k, n)), np.zeros((k, n))
        self.limit = np.full(n, np.inf)
        if choices is not None:
            self.limit = np.array(choices, float)[(uniform[-1] * len(choices)).astype(int)]

    def step(self, noise: np.random.Generator, n: int, t: int) -> None:
        uniform = noise.random((len(self.ranges), n))
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


def filter_agent_by_particle(
    experiment: Experiment,
    law: RandomWalk,
    data: tuple[list[int], list[float], list[int]],
    n: int,
    resample_below: float,
    seed: int,
    *keys: str,
) -> Answer:
    """Filter one agent's choices under a random walk, one particle at a time."""
    walks = [law.parameters[name] for name in experiment.parameters]
    noise, uniforms = _generators(seed, *keys)
    resampling = uniforms.random(len(data[0])).tolist()
    starts = noise.random((len(walks), n)).tolist()
    x = [
        [w.start_mean + w.start_sd * float(ndtri(u)) for u in us]
        for w, us in zip(walks, starts, strict=True)
    ]
    q = [[0.0] * n, [0.0] * n]
    weights = [1.0 / n] * n
    rows = []
    for t, (action, reward, trial) in enumerate(zip(*data, strict=True)):
        if t > 0:
            normal = noise.standard_normal((len(walks), n)).tolist()
            for w, row, z in zip(walks, x, normal, strict=True):
                for i in range(n):
                    row[i] += w.step_sd * z[i]
        if trial == 0:
            q = [[0.0] * n, [0.0] * n]
        alpha, beta = values = [
            [_value(w, v) for v in row] for w, row in zip(walks, x, strict=True)
        ]
        p = [1.0 / (1.0 + math.exp(-b * (q0 - q1))) for b, q0, q1 in zip(beta, *q, strict=True)]
        mean = [sum(w * v for w, v in zip(weights, row, strict=True)) for row in values]
        sd = [
            math.sqrt(sum(w * (v - m) ** 2 for w, v in zip(weights, row, strict=True)))
            for row, m in zip(values, mean, strict=True)
        ]
        rows.append((sum(w * v for w, v in zip(weights, p, strict=True)), mean, sd))
        weights = [w * (v if action == 0 else 1.0 - v) for w, v in zip(weights, p, strict=True)]
        total = sum(weights)
        weights = [w / total for w in weights]
        for i in range(n):
            q[action][i] += alpha[i] * (reward - q[action][i])
        if 1.0 / sum(w * w for w in weights) < resample_below * n:
            ancestors = _ancestors(weights, resampling[t])
            x = [[row[i] for i in ancestors] for row in x]
            q = [[row[i] for i in ancestors] for row in q]
            weights = [1.0 / n] * n
    return Answer(*(np.array(column) for column in zip(*rows, strict=True)))


def _generators(seed: int, *keys: str) -> tuple[np.random.Generator, np.random.Generator]:
    return generator(seed, *keys, "particles"), generator(seed, *keys, "resampling")


def _value(walk, x: float) -> float:
    if walk.scale == "logit":
        return walk.low + (walk.high - walk.low) / (1.0 + math.exp(-x))
    return min(max(math.exp(x), walk.low), walk.high)


def _ancestors(weights: list[float], uniform: float) -> list[int]:
    n = len(weights)
    out: list[int] = []
    cumulative = 0.0
    for i, weight in enumerate(weights):
        cumulative += weight
        points = n if i == n - 1 else math.ceil(cumulative * n - uniform)
        out += [i] * (min(points, n) - len(out))
    return out
