"""Agents of Q-learning with switching parameters on a Bernoulli task, one trial at a time."""

import math
import random

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
