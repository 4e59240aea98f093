"""The posterior of the parameters from weighted particles: trial by trial, and in retrospect."""

from dataclasses import dataclass, field

import numpy as np

from trnn.theory.dynamics import Intervals
from trnn.theory.quantiles import PROBABILITIES, weighted_quantiles

Array = np.ndarray


@dataclass(frozen=True)
class Posterior:
    """Means and SDs (n, t, n_parameters), quantiles (n, t, n_parameters, 5); padding is NaN."""

    mean: Array
    sd: Array
    quantiles: Array

    def record(
        self, rows: Array, t: int, values: Array, weights: Array, intervals: Intervals
    ) -> None:
        """Write a trial's row of some subjects.

        Parameters
        ----------
        values : (n_parameters, n_rows, n_particles)
        weights : (n_rows, n_particles)
        """
        for p, (value, low, width) in enumerate(zip(values, *intervals, strict=True)):
            mean = average(weights, value)
            deviation = value - mean[:, None]
            self.mean[rows, t, p] = mean
            self.sd[rows, t, p] = np.sqrt(average(weights, deviation, deviation))
            self.quantiles[rows, t, p] = weighted_quantiles(value, weights, low, width)


def empty_posterior(shape: tuple[int, int, int]) -> Posterior:
    """Return a posterior of subjects, trials, parameters that is NaN throughout."""
    wide = (*shape, len(PROBABILITIES))
    return Posterior(np.full(shape, np.nan), np.full(shape, np.nan), np.full(wide, np.nan))


@dataclass
class History:
    """The particles of some subjects, trial by trial, and whose ancestors they are.

    `values`: of each trial, (n_parameters, n_rows, n_particles), of the rows whose sessions go on.
    `ancestors`: trial after which there was a resampling, its rows, their ancestors (n_rows,
    n_particles). `weights`: of every `lag`-th trial, (n_rows, n_particles), once it is resampled.
    `last_weights`: of each subject at its session's end.
    """

    intervals: Intervals
    lag: int
    values: list[Array] = field(default_factory=list)
    ancestors: list[tuple[int, Array, Array]] = field(default_factory=list)
    weights: list[Array] = field(default_factory=list)
    last_weights: list[Array] = field(default_factory=list)

    def add(self, values: Array) -> None:
        """Note a trial's particles; in single precision, since there are many."""
        self.values.append(values.astype(np.float32))

    def resampled(self, rows: Array, ancestors: Array) -> None:
        """Note a resampling after the trial that was added last."""
        self.ancestors.append((len(self.values) - 1, rows, ancestors.astype(np.int32)))

    def end_trial(self, weights: Array) -> None:
        """Note the weights after the trial that was added last, where they will be needed."""
        if len(self.values) % self.lag == 0:
            self.weights.append(weights.copy())

    def finish(self, weights: Array) -> None:
        """Note the last weights of the last subjects that went on: their sessions are over."""
        self.last_weights[:0] = list(weights.copy())

    def smooth(self, rows: Array, result: Posterior) -> None:
        """Record the posterior of every trial given `lag` to twice as many trials after it.

        A particle of a trial weighs what its descendants weigh: `lag` trials after the stretch of
        `lag` trials that it is in, or at the session's end if that is sooner.
        """
        n_trials = len(self.values)
        for number, first in enumerate(range(0, n_trials, self.lag)):
            weights = np.stack(self.last_weights)
            if number + 1 < len(self.weights):
                seen = self.weights[number + 1]
                weights[: len(seen)] = seen
            self._trace(rows, first, min(first + 2 * self.lag, n_trials), weights, result)

    def _trace(self, rows: Array, first: int, end: int, weights: Array, result: Posterior) -> None:
        """Go back from trial end - 1 to `first`; record the first `lag` trials from there."""
        n_particles = weights.shape[1]
        steps = [step for step in self.ancestors if first <= step[0] < end]
        for t in range(end - 1, first - 1, -1):
            values = self.values[t]
            n = values.shape[1]
            # A resampling in the last trial has numbered the last weights' particles anew already.
            while steps and steps[-1][0] >= t:
                _, resampled, parents = steps.pop()
                for row, own in zip(resampled, parents, strict=True):
                    weights[row] = np.bincount(own, weights[row], n_particles)
            if t < first + self.lag:
                result.record(rows[:n], t, values, weights[:n], self.intervals)


def average(weights: Array, *factors: Array) -> Array:
    """Return the weighted sum of a product over particles, (n_subjects,)."""
    inputs = ",".join(["sp"] * (1 + len(factors)))
    return np.einsum(f"{inputs}->s", weights, *factors)
