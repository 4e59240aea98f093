"""The models of tasks that show both outcomes, or whose arms differ, by plain loops."""

import math
from collections.abc import Sequence

# Models whose equations a task with full feedback, or with arms of different noise, calls for.
OF_TASKS = {"q_learning_counterfactual", "hybrid_risky_safe"}


def counterfactual(
    values: Sequence[float],
    actions: Sequence[int],
    rewards: Sequence[float],
    others: Sequence[float],
    starts: Sequence[bool],
) -> list[float]:
    """Return P(action 0) before each trial; `others` are NaN where they were not shown.

    An action of -1 is a missed response.
    """
    alpha, alpha_other, beta = values
    out = []
    for action, reward, other, start in zip(actions, rewards, others, starts, strict=True):
        if start:
            q = [0.0, 0.0]
        out.append(1.0 / (1.0 + math.exp(-beta * (q[0] - q[1]))))
        if action < 0:
            continue
        q[action] += alpha * (reward - q[action])
        if not math.isnan(other):
            q[1 - action] += alpha_other * (other - q[1 - action])
    return out


def perseverating(
    values: Sequence[float],
    actions: Sequence[int],
    rewards: Sequence[float],
    starts: Sequence[bool],
) -> list[float]:
    """Return P(action 0) of Q-learning with perseveration; an action of -1 is a missed response."""
    alpha, beta, kappa = values
    out = []
    for action, reward, start in zip(actions, rewards, starts, strict=True):
        if start:
            q, bonus = [0.0, 0.0], 0.0
        out.append(1.0 / (1.0 + math.exp(-beta * (q[0] - q[1] + bonus))))
        if action < 0:
            continue
        q[action] += alpha * (reward - q[action])
        bonus = kappa if action == 0 else -kappa
    return out


def risky_safe(
    values: Sequence[float],
    actions: Sequence[int],
    rewards: Sequence[float],
    starts: Sequence[bool],
) -> list[float]:
    """Return P(action 0) before each trial, from sums: the mean of n rewards around a prior of 0.

    Arm 0 has a prior variance of 100 and an observation variance of 16; arm 1 pays 0.
    """
    beta, gamma = values
    out = []
    for action, reward, start in zip(actions, rewards, starts, strict=True):
        if start:
            n, total = 0, 0.0
        variance = 1.0 / (1.0 / 100.0 + n / 16.0)
        mean = variance * total / 16.0
        x = beta * mean / math.sqrt(variance) + gamma * math.sqrt(variance)
        out.append(0.5 * math.erfc(-x / math.sqrt(2.0)))
        if action == 0:
            n, total = n + 1, total + reward
    return out
