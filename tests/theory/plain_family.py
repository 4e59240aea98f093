"""The models of `FAMILY` once more, from sums over all past choices: nothing is updated.

A state that is updated trial by trial is here a sum over the choices since values began anew, each
with the weight that is left of it. Missed trials are left out before anything is summed.
"""

from collections.abc import Callable, Mapping

import numpy as np
from scipy.special import expit, ndtr

Array = np.ndarray
Values = Mapping[str, float]


def chosen(action: Array, arm: int) -> Array:
    return (action == arm).astype(float)


def remembered(gain: Array, kept: Array, given: Array) -> float:
    """Return the sum of what was given, of which each later trial keeps a share."""
    after = np.append(np.cumprod(kept[::-1])[::-1][1:], 1.0)
    return float(np.sum(gain * given * after))


def values(action: Array, reward: Array, rate: float, forgets: bool) -> list[float]:
    """Return both arms' values."""
    out = []
    for arm in (0, 1):
        own = chosen(action, arm)
        kept = np.full(len(own), 1 - rate) if forgets else 1 - rate * own
        out.append(remembered(rate * own, kept, reward))
    return out


def two_rate_values(action: Array, reward: Array, v: Values) -> list[float]:
    """Return both arms' values, of rewards of 0 and 1 alone: only a reward is better."""
    out = []
    for arm in (0, 1):
        won = chosen(action, arm) * reward
        rate = np.where(won > 0, v["alpha_better"], v["alpha_worse"])
        out.append(remembered(rate, 1 - rate, won))
    return out


def traces(action: Array, rate: float) -> list[float]:
    kept = np.full(len(action), 1 - rate)
    return [remembered(np.full(len(action), rate), kept, chosen(action, arm)) for arm in (0, 1)]


def stay(action: Array) -> float:
    return 0.0 if len(action) == 0 else (1.0, -1.0)[action[-1]]


def after_reward(reward: Array) -> float:
    return float(len(reward) > 0 and reward[-1] > 0)


def difference(pair: list[float]) -> float:
    return pair[0] - pair[1]


def learned(v: Values, action: Array, reward: Array, forgets: bool = True) -> float:
    return v["beta"] * difference(values(action, reward, v["alpha"], forgets))


def persistence(v: Values, a: Array, r: Array) -> float:
    return learned(v, a, r, forgets=False) + v["persistence"] * stay(a)


def forgetting(v: Values, a: Array, r: Array) -> float:
    return learned(v, a, r) + v["persistence"] * stay(a)


def reward(v: Values, a: Array, r: Array) -> float:
    return forgetting(v, a, r) + v["omega"] * after_reward(r) * stay(a)


def reward_bias(v: Values, a: Array, r: Array) -> float:
    return reward(v, a, r) + v["side_bias"]


def two_rates(v: Values, a: Array, r: Array) -> float:
    return v["beta"] * difference(two_rate_values(a, r, v)) + v["persistence"] * stay(a)


def trace(v: Values, a: Array, r: Array) -> float:
    kept = v["persistence"] * difference(traces(a, v["trace_rate"]))
    return learned(v, a, r, forgets=False) + kept


def forgetting_trace(v: Values, a: Array, r: Array) -> float:
    return learned(v, a, r) + v["persistence"] * difference(traces(a, v["trace_rate"]))


def generalised(v: Values, a: Array, r: Array) -> float:
    q, c = values(a, r, v["alpha"], forgets=False), traces(a, v["trace_rate"])
    arms = [
        v["beta"] * q[i] + v["persistence"] * c[i] + v["interaction"] * c[i] * q[i] for i in (0, 1)
    ]
    return difference(arms)


def explored(v: Values, a: Array, r: Array) -> float:
    """Return the hybrid's decision variable, from the mean of n rewards around a prior of 0."""
    n, total = (np.array([np.sum(chosen(a, arm) * x) for arm in (0, 1)]) for x in (1.0, r))
    variance = 1 / (1 / 100 + n / 10)
    mean = variance * total / 10
    value = mean[0] - mean[1]
    weight = v.get("value_weight", 0.0) + v["beta"] / np.sqrt(variance.sum())
    return weight * value + v["gamma"] * (np.sqrt(variance[0]) - np.sqrt(variance[1]))


def hybrid_stay(v: Values, a: Array, r: Array) -> float:
    return explored(v, a, r) + v["persistence"] * stay(a) + v.get("side_bias", 0.0)


# The decision variable from a subject's choices and rewards since values began anew.
FAMILY: dict[str, Callable[[Values, Array, Array], float]] = {
    "q_learning_persistence": persistence,
    "q_learning_forgetting": forgetting,
    "q_learning_forgetting_reward": reward,
    "q_learning_forgetting_reward_bias": reward_bias,
    "q_learning_forgetting_two_rates": two_rates,
    "q_learning_trace": trace,
    "q_learning_forgetting_trace": forgetting_trace,
    "q_learning_forgetting_lapse": forgetting,
    "generalised_q_learning": generalised,
    "hybrid_persistence": hybrid_stay,
    "hybrid_persistence_bias": hybrid_stay,
    "hybrid_value": explored,
    "hybrid_lapse": explored,
}


def decision_variables(
    name: str, v: Values, action: Array, reward: Array, fresh: Array
) -> list[float]:
    """Return the decision variable before each trial, of those choices that do not lapse.

    Parameters
    ----------
    action : (t,)
        -1 where there was no response.
    """
    out = []
    for t in range(len(action)):
        first = int(np.flatnonzero(fresh[: t + 1])[-1])
        made = first + np.flatnonzero(action[first:t] >= 0)
        out.append(FAMILY[name](v, action[made], reward[made]))
    return out


def probabilities(name: str, v: Values, action: Array, reward: Array, fresh: Array) -> Array:
    """Return P(action 0) before each trial, (t,)."""
    link = ndtr if name.startswith("hybrid") else expit
    p = np.array([link(x) for x in decision_variables(name, v, action, reward, fresh)])
    lapse = v.get("lapse", 0.0)
    return lapse / 2 + (1 - lapse) * p
