"""How well maximum likelihood recovers constant parameters, over a few agents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from trnn.config.dynamics import Range
from trnn.config.estimators import MaximumLikelihood
from trnn.estimators.mle.fit import fit
from trnn.statistics.bootstrap import interval, resamples
from trnn.theory.model import Model
from trnn.theory.simulate import Agents

Array = np.ndarray

RESAMPLES = 2000  # of agents
Interval = tuple[float, float, float]  # an estimate and both ends of its 95 % interval

Measure = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class Recovered:
    """The recovery of a parameter: correlation with the truth, and the root mean squared error.

    `guess`: the error of who always says the middle of the range.
    """

    correlation: Interval
    error: Interval
    guess: float


def recovery(
    model: Model,
    agents: Agents,
    ranges: Mapping[str, Range],
    settings: MaximumLikelihood,
    seed: int,
    *keys: str | int,
) -> tuple[dict[str, Recovered], float]:
    """Return the recovery of each parameter, and the share of agents with one on a bound."""
    fits = fit(model, agents.sequences, ranges, settings, seed, *keys)
    truth, n = agents.parameters[:, 0], len(fits)
    drawn = resamples(n, RESAMPLES, seed, *keys)
    found = {}
    for i, (name, bounds) in enumerate(ranges.items()):
        estimate, true = fits[name].to_numpy(float), truth[:, i]
        guess = (bounds.high - bounds.low) / np.sqrt(12.0)
        found[name] = Recovered(
            _with_interval(_correlation, estimate, true, drawn),
            _with_interval(_error, estimate, true, drawn),
            float(guess),
        )
    return found, float(fits["at_bound"].mean())


def _with_interval(measure: Measure, estimate: Array, true: Array, drawn: Array) -> Interval:
    low, high = interval(measure(estimate[drawn], true[drawn]))
    return float(measure(estimate[None], true[None])[0]), float(low), float(high)


def _correlation(a: Array, b: Array) -> Array:
    """Return Pearson's correlation of each row, (n_rows,); NaN where one side never varies."""
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    scale = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    return np.divide((a * b).sum(axis=1), scale, out=np.full(len(a), np.nan), where=scale > 0)


def _error(a: Array, b: Array) -> Array:
    return np.sqrt(((a - b) ** 2).mean(axis=1))
