"""What weighted particles say of the parameters: trial by trial, and in retrospect."""

from dataclasses import dataclass, field

import numpy as np

from trnn.quantiles import PROBABILITIES, Intervals, weighted_quantiles

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
    n_particles). `last_weights`: of each subject at its session's end.
    """

    intervals: Intervals
    values: list[Array] = field(default_factory=list)
    ancestors: list[tuple[int, Array, Array]] = field(default_factory=list)
    last_weights: list[Array] = field(default_factory=list)

    def add(self, values: Array) -> None:
        """Note a trial's particles; in single precision, since there are many."""
        self.values.append(values.astype(np.float32))

    def finish(self, weights: Array) -> None:
        """Note the last weights of the last subjects that went on: their sessions are over."""
        self.last_weights[:0] = list(weights.copy())

    def smooth(self, rows: Array, result: Posterior) -> None:
        """Record the posterior of every trial given the whole session.

        A particle of trial t weighs what its descendants weigh at the session's end.
        """
        weights = np.stack(self.last_weights)
        n_particles = weights.shape[1]
        ancestors = list(self.ancestors)
        for t in range(len(self.values) - 1, -1, -1):
            values = self.values[t]
            n = values.shape[1]
            # A resampling in the last trial has numbered the last weights' particles anew already.
            while ancestors and ancestors[-1][0] >= t:
                _, resampled, parents = ancestors.pop()
                for row, own in zip(resampled, parents, strict=True):
                    weights[row] = np.bincount(own, weights[row], n_particles)
            result.record(rows[:n], t, values, weights[:n], self.intervals)


def average(weights: Array, *factors: Array) -> Array:
    """Return the weighted sum of a product over particles, (n_subjects,)."""
    inputs = ",".join(["sp"] * (1 + len(factors)))
    return np.einsum(f"{inputs}->s", weights, *factors)
