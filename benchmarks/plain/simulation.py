"""Agents of Q-learning with switching parameters on a Bernoulli task, one trial at a time.

`simulate_agent` computes with plain numbers; `simulate_agent_in_numpy` as such models are usually
written, with an array of two values and numpy's random choices, which are slow one at a time.
"""

import math
import random

import numpy as np

from trnn.config.dynamics import Switching
from trnn.config.experiment import Experiment
from trnn.config.task import BernoulliTask

COLUMNS = ("block", "trial", "action", "reward", "p_action_0", "alpha", "beta", "q_0", "q_1")


def simulate_agent(experiment: Experiment, seed: int) -> dict[str, list[float]]:
    """Return one agent's session as lists, a number a trial; the experiment is `artificial`."""
    rng = random.Random(seed)
    task, law = experiment.task, experiment.dynamics["switching"]
    assert isinstance(task, BernoulliTask) and isinstance(law, Switching)
    assert isinstance(task.trials_per_block, int) and task.schedule == "independent"
    ranges = list(experiment.parameters.values())
    values = [rng.uniform(r.low, r.high) for r in ranges]
    limit = rng.choice(law.max_changes) if law.max_changes else math.inf
    last_change, n_changes = [0] * len(ranges), [0] * len(ranges)
    out: dict[str, list[float]] = {name: [] for name in (*COLUMNS, "arm_mean_0", "arm_mean_1")}
    t = 0
    for block in range(task.n_blocks):
        arms = rng.choice(task.arm_probabilities)
        q = [0.0, 0.0]
        for trial in range(task.trials_per_block):
            for i, bounds in enumerate(ranges):
                free = t - last_change[i] > law.min_gap and n_changes[i] < limit
                if t > 0 and rng.random() < law.hazard and free:
                    values[i] = rng.uniform(bounds.low, bounds.high)
                    last_change[i] = t
                    n_changes[i] += 1
            alpha, beta = values
            p = 1 / (1 + math.exp(-beta * (q[0] - q[1])))
            action = 0 if rng.random() < p else 1
            reward = 1.0 if rng.random() < arms[action] else 0.0
            row = (block, trial, action, reward, p, alpha, beta, q[0], q[1], *arms)
            for column, value in zip(out.values(), row, strict=True):
                column.append(value)
            q[action] += alpha * (reward - q[action])
            t += 1
    return out


def simulate_agent_in_numpy(experiment: Experiment, seed: int) -> dict[str, np.ndarray]:
    """Return one agent's session as arrays, from the same distributions as `simulate_agent`."""
    rng = np.random.default_rng(seed)
    task, law = experiment.task, experiment.dynamics["switching"]
    assert isinstance(task, BernoulliTask) and isinstance(law, Switching)
    assert isinstance(task.trials_per_block, int)
    low = np.array([r.low for r in experiment.parameters.values()])
    high = np.array([r.high for r in experiment.parameters.values()])
    values = rng.uniform(low, high)
    limit = rng.choice(law.max_changes) if law.max_changes else np.inf
    last_change, n_changes = np.zeros(len(low)), np.zeros(len(low))
    n_trials = task.n_blocks * task.trials_per_block
    out = {name: np.zeros(n_trials) for name in (*COLUMNS, "arm_mean_0", "arm_mean_1")}
    for t in range(n_trials):
        block, trial = divmod(t, task.trials_per_block)
        if trial == 0:
            arms = task.arm_probabilities[rng.integers(len(task.arm_probabilities))]
            q = np.zeros(2)
        free = (t - last_change > law.min_gap) & (n_changes < limit)
        moved = (rng.random(len(low)) < law.hazard) & free & (t > 0)
        values = np.where(moved, rng.uniform(low, high), values)
        last_change = np.where(moved, t, last_change)
        n_changes += moved
        alpha, beta = values
        p = np.exp(beta * q) / np.sum(np.exp(beta * q))
        action = rng.choice(2, p=p)
        reward = rng.binomial(1, arms[action])
        row = (block, trial, action, reward, p[0], alpha, beta, *q, *arms)
        for column, value in zip(out.values(), row, strict=True):
            column[t] = value
        q[action] += alpha * (reward - q[action])
    return out
