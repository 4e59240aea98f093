"""A bootstrap particle filter: the parameters' posterior under given dynamics, trial by trial.

Gordon, Salmond & Smith (1993), IEE Proc. F 140. A particle is a column of the dynamics' state and
of the model's latent state. Arrays of particles are (n_rows, n_subjects, n_particles).
"""

from dataclasses import dataclass

import numpy as np

from trnn.errors import NumericalError
from trnn.estimators.filter.resampling import systematic_ancestors
from trnn.estimators.posterior import History, Posterior, average, empty_posterior
from trnn.seeds import generator
from trnn.theory.dynamics import Dynamics
from trnn.theory.model import Model
from trnn.trials.checks import check_rewards, place
from trnn.trials.loop import Trial, longest_first, trials
from trnn.trials.sequences import Sequences

Array = np.ndarray

# Subjects x particles that are carried through the trials together: as many as stay in the
# processor's cache. The numbers do not depend on it.
GROUP_SIZE = 30_000
# Trials whose noise is drawn in one call. The numbers do not depend on it.
NOISE_CHUNK = 8
# A choice less likely than this is weighed by logarithms: of 1 - P(0) too few digits are left.
UNLIKELY = 1e-4


@dataclass(frozen=True)
class Filtered:
    """The filter's estimates of each trial before its choice is seen; padding is NaN.

    `p_action_0` is (n, t); `posterior` the parameters'; `log_evidence` (n,), log P(all choices of
    the subject) in nats. `smoothed`, if wanted, is their posterior once the whole session is seen.
    """

    p_action_0: Array
    posterior: Posterior
    log_evidence: Array
    smoothed: Posterior | None


def particle_filter(
    model: Model,
    dynamics: Dynamics,
    sequences: Sequences,
    n_particles: int,
    resample_below: float,
    seed: int,
    *keys: str | int,
    smoothing_lag: int | None = None,
) -> Filtered:
    """Filter the choices of n subjects, and smooth if wanted.

    Parameters
    ----------
    resample_below : float
        Resample when the effective sample size falls under this share of `n_particles`.
    seed, *keys
        A subject's noise comes from (seed, *keys, its name) alone: its numbers are the same
        whichever other subjects there are.
    smoothing_lag : int, optional
        Also return what is known of a trial once so many trials after it, up to twice as many, have
        been seen: the particles then are traced back to their ancestors (Kitagawa 1996). Few
        ancestors are left of trials long before, whatever the number of particles: hence a lag.

    Raises
    ------
    NumericalError
        If a reward is not finite, all of a subject's weights vanish or one is NaN, with subject
        and trial.
    """
    check_rewards(sequences)
    n, t = sequences.valid.shape
    shape = (n, t, dynamics.n_parameters)
    result = Filtered(
        p_action_0=np.full((n, t), np.nan),
        posterior=empty_posterior(shape),
        log_evidence=np.zeros(n),
        smoothed=empty_posterior(shape) if smoothing_lag else None,
    )
    order = longest_first(sequences)
    step = max(1, GROUP_SIZE // n_particles)
    for first in range(0, n, step):
        rows = order[first : first + step]
        subjects = [sequences.subjects[row] for row in rows]
        noise = _Noise(dynamics, subjects, n_particles, seed, *keys)
        history = History(dynamics.intervals, smoothing_lag) if smoothing_lag else None
        _Group(model, dynamics, sequences, rows, noise, resample_below, history).run(result)
    return result


class _Noise:
    """The random numbers of a group, from generators of each subject's own."""

    def __init__(
        self, dynamics: Dynamics, subjects: list[str], n: int, seed: int, *keys: str | int
    ) -> None:
        self.n_particles = n
        self._dynamics = dynamics
        self._particles = [generator(seed, *keys, subject, "particles") for subject in subjects]
        # A stream apart, so that the particles' noise is the same whenever they are resampled.
        self._resampling = [generator(seed, *keys, subject, "resampling") for subject in subjects]
        shape = (len(subjects), NOISE_CHUNK, dynamics.n_parameters, n)
        self._chunk = np.empty(shape if dynamics.noise != "none" else (len(subjects), 0, 0, 0))

    def start(self) -> Array:
        """Return uniforms (n_start, n_subjects, n_particles)."""
        shape = (self._dynamics.n_start, self.n_particles)
        return np.stack([rng.random(shape) for rng in self._particles], axis=1)

    def step(self, trial: int, n_rows: int) -> Array:
        """Return the noise of trial >= 1, (n_parameters, n_rows, n_particles)."""
        if self._dynamics.noise == "none":
            return self._chunk
        position = (trial - 1) % NOISE_CHUNK
        if position == 0:
            for rng, chunk in zip(self._particles[:n_rows], self._chunk, strict=False):
                if self._dynamics.noise == "uniform":
                    rng.random(out=chunk)
                else:
                    rng.standard_normal(out=chunk)
        return self._chunk[:n_rows, position].swapaxes(0, 1)

    def resampling(self, n_trials: int) -> Array:
        """Return uniforms (n_trials, n_subjects)."""
        return np.stack([rng.random(n_trials) for rng in self._resampling], axis=1)


class _Group:
    """Some subjects, longest first, whose particles move through the trials together."""

    def __init__(
        self,
        model: Model,
        dynamics: Dynamics,
        sequences: Sequences,
        rows: Array,
        noise: _Noise,
        resample_below: float,
        history: History | None,
    ) -> None:
        self.model, self.dynamics, self.sequences, self.rows = model, dynamics, sequences, rows
        self.noise = noise
        self.n_particles = noise.n_particles
        self.resample_below = resample_below
        n = len(rows)
        self.state = dynamics.start(noise.start())
        # One column, which `update` broadens if the latent state depends on the parameters.
        self.latent = self.fresh = model.start((n, 1))
        self.weights = np.full((n, self.n_particles), 1.0 / self.n_particles)
        self.history = history

    def run(self, result: Filtered) -> None:
        """Fill the rows of `result`."""
        uniforms = self.noise.resampling(self.sequences.valid.shape[1])
        for trial in trials(self.sequences, self.rows):
            if trial.n_rows < len(self.weights):
                self._keep(trial.n_rows)
            if trial.t > 0:
                noise = self.noise.step(trial.t, trial.n_rows)
                self.state = self.dynamics.step(self.state, noise, trial.t)
            values = self.dynamics.values(self.state)
            if trial.block_start is not None:
                self.latent = np.where(trial.block_start, self.fresh, self.latent)
            self._predict(trial, values, result)
            self.latent = self.model.update(self.latent, values, trial.action, trial.reward)
            if self.history is not None:
                self.history.add(values)
            self._resample(uniforms[trial.t, : trial.n_rows])
            if self.history is not None:
                self.history.end_trial(self.weights)
        if self.history is not None and result.smoothed is not None:
            self.history.finish(self.weights)
            self.history.smooth(self.rows, result.smoothed)

    def _keep(self, n: int) -> None:
        """Keep the first n subjects; the others' sessions are over."""
        if self.history is not None:
            self.history.finish(self.weights[n:])
        self.state = np.ascontiguousarray(self.state[:, :n])
        self.latent, self.fresh = np.ascontiguousarray(self.latent[:, :n]), self.fresh[:, :n]
        self.weights = self.weights[:n]

    def _predict(self, trial: Trial, values: Array, result: Filtered) -> None:
        """Record the prediction of the trial, then weigh the particles by its choice."""
        rows, t = self.rows[: trial.n_rows], trial.t
        result.posterior.record(rows, t, values, self.weights, self.dynamics.intervals)
        # x has one column where the choice does not depend on the parameters yet.
        x = self.model.decision_variable(self.latent, values, trial.previous_action)
        p_action_0 = self.model.link(x)
        # The weights sum to 1 up to rounding only.
        result.p_action_0[rows, t] = np.minimum(average(self.weights, p_action_0), 1.0)
        result.log_evidence[rows] += self._weigh(x, p_action_0, trial)

    def _weigh(self, x: Array, p_action_0: Array, trial: Trial) -> Array:
        """Weigh the particles by the choice; return its log probability, (n_rows,)."""
        p_action_0 -= trial.action
        before, self.weights = self.weights, self.weights * np.abs(p_action_0, out=p_action_0)
        total = self.weights.sum(axis=1)
        unlikely = np.flatnonzero(~(total > UNLIKELY))
        log_p = np.log(total, where=total > UNLIKELY, out=np.zeros_like(total))
        if len(unlikely):
            with np.errstate(divide="ignore"):
                log_weights = np.log(before[unlikely]) + self.model.log_link(
                    (trial.sign * x)[unlikely]
                )
            top = log_weights.max(axis=1)
            self._check(top, unlikely, trial)
            self.weights[unlikely] = np.exp(log_weights - top[:, None])
            total[unlikely] = self.weights[unlikely].sum(axis=1)
            log_p[unlikely] = top + np.log(total[unlikely])
        self.weights /= total[:, None]
        return log_p

    def _check(self, top: Array, unlikely: Array, trial: Trial) -> None:
        """Raise unless the largest log weights of the rows `unlikely` are finite."""
        bad = np.flatnonzero(~np.isfinite(top))
        if len(bad):
            row = self.rows[unlikely[bad[0]]]
            raise NumericalError(
                f"particle filter, {place(self.sequences, row, trial.t)}: the largest log weight "
                f"is {top[bad[0]]}, so no particle can explain the choice. "
                "Check the rewards and the dynamics' ranges."
            )

    def _resample(self, uniform: Array) -> None:
        """Resample the subjects whose effective sample size is small."""
        size = 1.0 / average(self.weights, self.weights)
        few = np.flatnonzero(size < self.resample_below * self.n_particles)
        if len(few) == 0:
            return
        ancestors = systematic_ancestors(self.weights[few], uniform[few])
        if self.history is not None:
            self.history.resampled(few, ancestors)
        ancestors += few[:, None] * self.n_particles
        _gather(self.state, few, ancestors)
        if self.latent.shape[2] == self.n_particles:
            _gather(self.latent, few, ancestors)
        self.weights[few] = 1.0 / self.n_particles


def _gather(particles: Array, subjects: Array, ancestors: Array) -> None:
    """Replace, in place, the particles of some subjects by their ancestors.

    `particles` is (n_rows, n_subjects, n_particles); `ancestors` numbers the particles of all
    subjects in one row, (len(subjects), n_particles).
    """
    flat = particles.reshape(len(particles), -1)
    particles[:, subjects] = flat.take(ancestors, axis=1)
