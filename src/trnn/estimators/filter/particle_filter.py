"""The parameters' posterior and the evidence under given dynamics, of many subjects.

Each subject is filtered by several replicates (`particles`), and again with twice the particles
until the standard error of its log evidence is small enough, or a limit is reached. Where a subject
has one of several hazards, it has so many particles and replicates under each.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from trnn import progress
from trnn.config.particles import Particles
from trnn.estimators.filter.hazard_posterior import empty_hazards, of_shares, write
from trnn.estimators.filter.noise import stream
from trnn.estimators.filter.one_subject import filter_one, room
from trnn.estimators.filter.particles import Records
from trnn.estimators.hazard_posterior import HazardPosterior
from trnn.estimators.posterior import Posterior, empty_posterior
from trnn.theory.hazards import number_of_hazards
from trnn.theory.model import Model
from trnn.theory.motions import Motions
from trnn.trials.checks import check_rewards
from trnn.trials.sequences import Sequences

Array = np.ndarray

MOST = 500.0  # nats squared: of a larger variance e^(s^2) would be no number


@dataclass(frozen=True)
class Evidence:
    """Log P(all choices) of n subjects; all arrays are (n,).

    `log` in nats, `error` its Monte Carlo standard error, from `n_particles`, those under all
    hazards together.
    """

    log: Array
    error: Array
    n_particles: Array


@dataclass(frozen=True)
class Filtered:
    """The filter's estimates of each trial before its choice is seen; padding is NaN.

    `p_action_0` is (n, t), NaN too where there was no response, `posterior` the parameters',
    `error` (n, t, n_parameters) the Monte Carlo standard error of its means, `hazard` the
    posterior of the hazard, None unless there are several.
    """

    p_action_0: Array
    posterior: Posterior
    error: Array
    evidence: Evidence
    hazard: HazardPosterior | None = None


def particle_filter(
    model: Model,
    motions: Motions,
    sequences: Sequences,
    particles: Particles,
    seed: int,
    *keys: str | int,
) -> Filtered:
    """Filter the choices of n subjects.

    Parameters
    ----------
    seed, *keys
        A subject's noise comes from ``(seed, *keys, its name, the number of particles)`` alone: its
        numbers are the same whichever other subjects there are.

    Raises
    ------
    NumericalError
        If a reward is not finite or no particle can explain a choice, with subject and trial.
    """
    n, t = sequences.valid.shape
    d = len(motions.kind)
    p_action_0, posterior = np.full((n, t), np.nan), empty_posterior((n, t, d))
    error, hazard = np.full((n, t, d), np.nan), empty_hazards(n, t, motions.hazards)

    def keep(i: int, records: Records) -> None:
        own = slice(len(records.p_action_0))
        p_action_0[i, own], error[i, own] = records.p_action_0, records.error
        posterior.mean[i, own], posterior.sd[i, own] = records.mean, records.sd
        posterior.quantiles[i, own] = records.quantiles
        if hazard is not None:
            write(hazard, i, motions.hazards, *of_shares(records.shares, motions.hazards))

    evidence = _filter(model, motions, sequences, particles, seed, keys, keep)
    return Filtered(p_action_0, posterior, error, evidence, hazard)


def log_evidence(
    model: Model,
    motions: Motions,
    sequences: Sequences,
    particles: Particles,
    seed: int,
    *keys: str | int,
) -> Evidence:
    """Return the log evidence of n subjects; arguments and errors as of `particle_filter`.

    The product over trials of the mean weights is an unbiased estimate of P(all choices) (Del Moral
    2004, Feynman-Kac Formulae, sect. 7.4), so the mean of it over replicates is too.
    """
    return _filter(model, motions, sequences, particles, seed, keys, None)


def pooled(replicates: Array, n_hazards: int = 1) -> tuple[float, float]:
    """Return the log of the replicates' mean evidence and its standard error, nats.

    Replicates under one hazard are alike, those under different ones are not: of several hazards
    the evidence is the mean of theirs, and its error comes from the errors under each, weighted by
    its posterior probability.

    A filter's log evidence is about normal (Berard, Del Moral & Doucet 2014, Electron. J. Probab.
    19): with variance s^2 of the replicates' logs, the evidence has relative variance e^(s^2) - 1.
    Where replicates lie far apart that says more than the spread of their evidences, of which the
    largest is all that counts. The log of their mean is no further off than that of one of them,
    whose SD is s, and which is too low by s^2 / 2: no more than that is stated.

    Parameters
    ----------
    replicates : (n_replicates,)
        Log evidences, hazard by hazard. With one of each the standard error is NaN.
    """
    of_each = [_pooled(own) for own in replicates.reshape(n_hazards, -1)]
    if n_hazards == 1:
        return of_each[0]
    log, error = np.array(of_each).T
    shares = np.exp(log - np.logaddexp.reduce(log))
    log_mean = float(np.logaddexp.reduce(log) - np.log(n_hazards))
    return log_mean, float(np.sqrt(((shares * error) ** 2).sum()))


def _pooled(replicates: Array) -> tuple[float, float]:
    n = len(replicates)
    log_mean = float(np.logaddexp.reduce(replicates) - np.log(n))
    if n < 2:
        return log_mean, np.nan
    variance = float(np.var(replicates, ddof=1))
    of_mean = float(np.sqrt(np.expm1(min(variance, MOST)) / n))
    of_one = float(np.sqrt(variance + (variance / 2) ** 2))
    return log_mean, min(of_mean, of_one)


def efforts(particles: Particles) -> Iterator[int]:
    """Yield how many particles a subject has in each attempt: of all replicates, of one hazard."""
    n = particles.n_particles
    yield n
    while 2 * n <= particles.max_particles:
        n *= 2
        yield n


def _filter(
    model: Model,
    motions: Motions,
    sequences: Sequences,
    particles: Particles,
    seed: int,
    keys: tuple[str | int, ...],
    keep: Callable[[int, Records], None] | None,
) -> Evidence:
    """Filter every subject with as many particles as it takes; hand `keep` what it recorded."""
    check_rewards(sequences)
    n, d = len(sequences.subjects), len(motions.kind)
    n_hazards = number_of_hazards(motions)
    found = Evidence(np.zeros(n), np.zeros(n), np.zeros(n, np.int64))
    for i, subject in enumerate(sequences.subjects):
        if keep is not None:
            progress.report(i, n, "subjects")
        one = sequences.rows(i, i + 1)
        n_trials = int(one.lengths[0]) if keep is not None else 0
        for n_particles in efforts(particles):
            each = n_particles // particles.replicates
            records = room(n_trials, d, particles.replicates, each, n_hazards=n_hazards)
            key = stream(seed, *keys, subject, n_particles)
            filter_one(model, motions, one, key, particles.resample_below, records)
            found.log[i], found.error[i] = pooled(records.log_evidence, n_hazards)
            found.n_particles[i] = each * particles.replicates * n_hazards
            if found.error[i] <= particles.tolerance:
                break
        if keep is not None:
            keep(i, records)
    return found
