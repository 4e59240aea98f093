"""The evidence of given dynamics: log P(all choices of a subject), by a bootstrap particle filter.

The filter of `particle_filter` without its estimates of each trial, which take most of its time,
and with particles in strata that are resampled apart. Gordon, Salmond & Smith (1993), IEE Proc. F
140; the product of the mean weights is an unbiased estimate of the likelihood (Del Moral 2004,
Feynman-Kac Formulae, sect. 7.4), so the mean of it over strata of equal prior weight is too.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from trnn.errors import NumericalError
from trnn.estimators.filter.resampling import systematic_ancestors
from trnn.seeds import generator
from trnn.theory.dynamics import Dynamics
from trnn.theory.model import Model
from trnn.trials.checks import check_rewards, place
from trnn.trials.loop import longest_first, trials
from trnn.trials.sequences import Sequences

Array = np.ndarray

# Particles that are carried through the trials together: as many as stay in the processor's
# cache. The numbers do not depend on it.
GROUP_SIZE = 30_000
# Trials whose noise is drawn in one call. The numbers do not depend on it.
NOISE_CHUNK = 8
# A choice less likely than this under every particle is weighed by logarithms: its probability
# may have fallen out of the range of floating-point numbers.
UNLIKELY = 1e-200


@dataclass(frozen=True)
class Particles:
    """How many: `replicates` independent filters, each of `strata` times `n` particles."""

    replicates: int
    strata: int
    n: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """The axes of a subject's particles."""
        return (self.replicates, self.strata, self.n)

    @property
    def filters(self) -> int:
        """How many sets of particles are resampled apart."""
        return self.replicates * self.strata


def log_evidence(
    model: Model,
    dynamics: Dynamics,
    sequences: Sequences,
    particles: Particles,
    resample_below: float,
    seed: int,
    *keys: str | int,
) -> Array:
    """Return estimates of the log evidence of n subjects, (n, replicates), nats.

    Parameters
    ----------
    dynamics : Dynamics
        Its start may tell strata apart: they are the last axis but one of its uniforms.
    resample_below : float
        Resample a stratum when its effective sample size falls under this share of its particles.
    seed, *keys
        A subject's noise comes from (seed, *keys, its name) alone.

    Raises
    ------
    NumericalError
        If a reward is not finite or no particle can explain a choice, with subject and trial.
    """
    check_rewards(sequences)
    out = np.empty((len(sequences.subjects), particles.replicates))
    order = longest_first(sequences)
    step = max(1, GROUP_SIZE // (particles.filters * particles.n))
    for first in range(0, len(order), step):
        subjects = order[first : first + step]
        names = [sequences.subjects[i] for i in subjects]
        rngs = [generator(seed, *keys, name, "evidence") for name in names]
        sums = _Filters(model, dynamics, sequences, subjects, particles, rngs).run(resample_below)
        sums = sums.reshape(-1, particles.replicates, particles.strata)
        out[subjects] = logsumexp(sums, axis=2) - np.log(particles.strata)
    return out


def pooled(replicates: Array) -> tuple[Array, Array]:
    """Return the log of the replicates' mean evidence and its standard error, nats.

    By the delta method: the standard error of the mean evidence over the mean evidence.

    Parameters
    ----------
    replicates : (n, n_replicates)
        Log evidences. With a single replicate the standard error is NaN.
    """
    n = replicates.shape[1]
    log_mean = logsumexp(replicates, axis=1) - np.log(n)
    if n < 2:
        return log_mean, np.full(len(replicates), np.nan)
    relative = np.exp(replicates - log_mean[:, None])
    return log_mean, relative.std(axis=1, ddof=1) / np.sqrt(n)


class _Filters:
    """The filters of some subjects, longest first: a row is a filter, a subject's in a row.

    Arrays of particles are (..., n_rows, n_particles).
    """

    def __init__(
        self,
        model: Model,
        dynamics: Dynamics,
        sequences: Sequences,
        subjects: Array,
        particles: Particles,
        rngs: list[np.random.Generator],
    ) -> None:
        self.model, self.dynamics, self.sequences = model, dynamics, sequences
        self.rngs, self.particles = rngs, particles
        self.rows = np.repeat(subjects, particles.filters)
        self.n = particles.n
        start = [rng.random((dynamics.n_start, *particles.shape)) for rng in rngs]
        state = dynamics.start(np.stack(start, axis=1))
        self.state = np.ascontiguousarray(state.reshape(len(state), len(self.rows), self.n))
        # One column, which `update` broadens if the latent state depends on the parameters.
        self.latent = self.fresh = model.start((len(self.rows), 1))
        self.weights = np.full((len(self.rows), self.n), 1.0 / self.n)
        self._noise = np.empty((0,))
        self._points = np.empty((0,))

    def run(self, resample_below: float) -> Array:
        """Return the log evidence of each filter, (n_rows,)."""
        sums = np.zeros(len(self.rows))
        for trial in trials(self.sequences, self.rows):
            n, t = trial.n_rows, trial.t
            if n < len(self.weights):
                self._keep(n)
            if t % NOISE_CHUNK == 0:
                self._draw(n // self.particles.filters)
            if t > 0 and self.dynamics.noise != "none":
                # (n_subjects, n_parameters, filters, particles) to (n_parameters, n_rows, ...)
                noise = self._noise[: n // self.particles.filters, t % NOISE_CHUNK]
                noise = noise.swapaxes(0, 1).reshape(len(noise[0]), n, self.n)
                self.state = self.dynamics.step(self.state, noise, t)
            values = self.dynamics.values(self.state)
            if trial.block_start is not None:
                self.latent = np.where(trial.block_start, self.fresh, self.latent)
            x = trial.sign * self.model.decision_variable(
                self.latent, values, trial.previous_action
            )
            sums[:n] += self._weigh(x, t)
            self.latent = self.model.update(self.latent, values, trial.action, trial.reward)
            points = self._points[: n // self.particles.filters, t % NOISE_CHUNK]
            self._resample(points.reshape(n), resample_below)
        return sums

    def _keep(self, n: int) -> None:
        """Keep the first n rows; the sessions of the others are over."""
        self.state = np.ascontiguousarray(self.state[:, :n])
        self.latent, self.fresh = np.ascontiguousarray(self.latent[:, :n]), self.fresh[:, :n]
        self.weights = self.weights[:n]

    def _draw(self, n_subjects: int) -> None:
        """Draw the noise and the resampling's points of the next trials, by subject."""
        filters, dynamics = self.particles.filters, self.dynamics
        shape = (NOISE_CHUNK, dynamics.n_parameters, filters, self.n)
        if dynamics.noise != "none":
            self._noise = np.empty((n_subjects, *shape))
        self._points = np.empty((n_subjects, NOISE_CHUNK, filters))
        for i, rng in enumerate(self.rngs[:n_subjects]):
            rng.random(out=self._points[i])
            if dynamics.noise == "uniform":
                rng.random(out=self._noise[i])
            elif dynamics.noise == "normal":
                rng.standard_normal(out=self._noise[i])

    def _weigh(self, x: Array, t: int) -> Array:
        """Weigh the particles by a choice, P = F(x); return its log probability, (n_rows,)."""
        before, self.weights = self.weights, self.weights * self.model.link(x)
        total = self.weights.sum(axis=1)
        unlikely = np.flatnonzero(~(total > UNLIKELY))
        log_p = np.log(total, where=total > UNLIKELY, out=np.zeros_like(total))
        if len(unlikely):
            with np.errstate(divide="ignore"):
                log_weights = np.log(before[unlikely]) + self.model.log_link(x[unlikely])
            top = log_weights.max(axis=1)
            self._check(top, unlikely, t)
            self.weights[unlikely] = np.exp(log_weights - top[:, None])
            total[unlikely] = self.weights[unlikely].sum(axis=1)
            log_p[unlikely] = top + np.log(total[unlikely])
        self.weights /= total[:, None]
        return log_p

    def _check(self, top: Array, rows: Array, t: int) -> None:
        """Raise unless the largest log weights of `rows` are finite."""
        bad = np.flatnonzero(~np.isfinite(top))
        if len(bad):
            raise NumericalError(
                f"evidence, {place(self.sequences, self.rows[rows[bad[0]]], t)}: the largest log "
                f"weight is {top[bad[0]]}, so no particle can explain the choice. "
                "Check the rewards and the parameters' ranges."
            )

    def _resample(self, points: Array, below: float) -> None:
        """Resample the filters whose effective sample size is small."""
        size = 1.0 / np.einsum("rp,rp->r", self.weights, self.weights)
        few = np.flatnonzero(size < below * self.n)
        if len(few) == 0:
            return
        ancestors = systematic_ancestors(self.weights[few], points[few])
        ancestors += few[:, None] * self.n
        for array in (self.state, self.latent):
            if array.shape[2] == self.n:
                array[:, few] = array.reshape(len(array), -1).take(ancestors, axis=1)
        self.weights[few] = 1.0 / self.n
