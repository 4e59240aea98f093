"""The parameters' posterior given the whole session, under given dynamics.

Chains of trajectories (`trajectories`) start from ancestors that a particle filter has traced, so
near the posterior; how far their means lie apart is the Monte Carlo error. Where a person has one
of several hazards a chain is not tied to one: all of them weigh its changes, which say how likely
each is.
"""

from dataclasses import dataclass

import numpy as np

from trnn import progress
from trnn.config.particles import Smoother
from trnn.estimators.filter.chain import learning_of, session_of
from trnn.estimators.filter.changes import hazards_given_changes
from trnn.estimators.filter.hazard_posterior import empty_hazards, of_chains, write
from trnn.estimators.filter.noise import FAR, stream
from trnn.estimators.filter.one_subject import filter_one, room
from trnn.estimators.filter.summaries import quantiles_of
from trnn.estimators.filter.trajectories import improve, new_chain
from trnn.estimators.hazard_posterior import HazardPosterior
from trnn.estimators.posterior import Posterior, empty_posterior
from trnn.theory.compiled import compiled
from trnn.theory.hazards import each_hazard
from trnn.theory.model import Model
from trnn.theory.motions import Motions
from trnn.theory.quantiles import N_CELLS, PROBABILITIES
from trnn.trials.sequences import Sequences

Array = np.ndarray


@dataclass(frozen=True)
class Smoothed:
    """The posterior of each trial given the whole session; padding is NaN.

    `error` (n, t, n_parameters) is the Monte Carlo standard error of the means, `hazard` the
    posterior of the hazard, None unless there are several.
    """

    posterior: Posterior
    error: Array
    hazard: HazardPosterior | None = None


def smooth(
    model: Model, motions: Motions, sequences: Sequences, settings: Smoother, seed: int, *keys: str
) -> Smoothed:
    """Return the smoothing posterior of n subjects.

    Parameters
    ----------
    seed, *keys
        A subject's noise comes from ``(seed, *keys, its name)`` alone.

    Raises
    ------
    NumericalError
        As `particle_filter`.
    """
    n, t = sequences.valid.shape
    d = len(motions.kind)
    posterior, error = empty_posterior((n, t, d)), np.full((n, t, d), np.nan)
    learning, hazard = learning_of(model), empty_hazards(n, t, motions.hazards)
    for i, subject in enumerate(sequences.subjects):
        progress.report(i, n, "subjects")
        one = sequences.rows(i, i + 1)
        key = stream(seed, *keys, subject, "smoother")
        own = slice(int(one.lengths[0]))
        starts = first_paths(model, motions, one, settings, key)
        *found, of_hazards = _sample(
            model,
            motions,
            learning,
            session_of(one),
            starts,
            settings.burn_in,
            settings.sweeps,
            key,
        )
        posterior.mean[i, own], posterior.sd[i, own], error[i, own] = found[:3]
        posterior.quantiles[i, own] = found[3]
        if hazard is not None:
            write(hazard, i, motions.hazards, *of_chains(of_hazards, motions.hazards, own.stop))
    return Smoothed(posterior, error, hazard)


def first_paths(
    model: Model, motions: Motions, one: Sequences, settings: Smoother, key: np.uint64
) -> Array:
    """Return trajectories that a particle filter has traced back, (n_chains, d, t).

    Of several hazards each has a filter, with a share of the particles, and as many of the chains
    as its evidence is of that of all.
    """
    n, d = int(one.lengths[0]), len(motions.kind)
    each, found = each_hazard(motions), []
    for h, own in enumerate(each):
        records = room(0, d, 1, max(settings.n_particles // len(each), 1), n_history=n)
        of_its_own = np.uint64(int(key) ^ h)  # a stream: places are mixed with all bits of its key
        filter_one(model, own, one, of_its_own, settings.resample_below, records)
        found.append(records)
    log_p = np.array([records.log_evidence[0] for records in found])
    upto = np.exp(log_p - np.logaddexp.reduce(log_p)).cumsum()
    paths = np.empty((settings.chains, d, n))
    for c, path in enumerate(paths):
        u = (c + 0.5) / settings.chains
        h = min(int(np.searchsorted(upto, u)), len(each) - 1)
        below = upto[h - 1] if h > 0 else 0.0
        u = u if len(each) == 1 else (u - below) / (upto[h] - below)
        trace(found[h].values, found[h].parents, found[h].weights[0], u, path)
    # In single precision a value may lie beyond its range by a rounding.
    return np.clip(paths, motions.low[:, None], motions.high[:, None])


@compiled
def trace(values, parents, weights, u, path):
    """Write the trajectory of a particle that is drawn by its weight, back to the first trial.

    Parameters
    ----------
    values, parents : as in `trnn.estimators.filter.particles.Records`
    weights : (n,), after the last choice
    u : float
        In (0, 1): which particle.
    path : (d, t), written
    """
    n_trials, d, n = values.shape
    wanted, i, cumulative = u * weights.sum(), 0, weights[0]
    while cumulative < wanted and i < n - 1:
        i += 1
        cumulative += weights[i]
    for t in range(n_trials - 1, -1, -1):
        # The weights are of the particles after the last trial's resampling.
        i = parents[t, i]
        for k in range(d):
            path[k, t] = values[t, k, i]


@compiled
def _sample(model, motions, learning, session, starts, burn_in, n_sweeps, key):
    """Return means, SDs, standard errors (t, d) and quantiles (t, d, 5) over chains and sweeps.

    And the probability of each hazard, (n_chains, h), by the mean over sweeps of that given the
    changes, which is less noisy than draws would be.
    """
    n_chains, d, n = starts.shape
    place = np.zeros(1, np.uint64)
    place[0] = FAR
    mass = np.zeros((d, n, N_CELLS), np.float32)
    of_chain, square = np.zeros((n_chains, d, n)), np.zeros((d, n))
    of_hazards, shares = np.zeros((n_chains, len(motions.hazards))), np.empty(len(motions.hazards))
    for c in range(n_chains):
        chain = new_chain(model, motions, session, starts[c].copy())
        improve(model, motions, learning, session, chain, burn_in, key, place)
        for _ in range(n_sweeps):
            improve(model, motions, learning, session, chain, 1, key, place)
            _add(motions, chain.path, of_chain[c], square, mass)
            if len(shares) > 0:
                hazards_given_changes(motions, chain.times, chain.counts, n, shares)
                of_hazards[c] += shares / n_sweeps
    mean, sd, error, quantiles = _conclude(
        motions, of_chain / n_sweeps, square / (n_chains * n_sweeps), mass
    )
    return mean, sd, error, quantiles, of_hazards


@compiled
def _conclude(motions, of_chain, square, mass):
    """Return what `_sample` does; from means of chains, mean squares, and mass in cells."""
    n_chains, d, n = of_chain.shape
    mean, sd, error = np.zeros((n, d)), np.zeros((n, d)), np.zeros((n, d))
    quantiles = np.zeros((n, d, len(PROBABILITIES)))
    for k in range(d):
        low, width = motions.low[k], motions.high[k] - motions.low[k]
        for t in range(n):
            m = of_chain[:, k, t].mean()
            mean[t, k] = low + width * m
            sd[t, k] = width * np.sqrt(max(square[k, t] - m * m, 0.0))
            spread = ((of_chain[:, k, t] - m) ** 2).sum()
            error[t, k] = width * np.sqrt(spread / (n_chains * max(n_chains - 1, 1)))
            quantiles_of(mass[k, t], low, width, quantiles[t, k])
    return mean, sd, error, quantiles


@compiled
def _add(motions, path, first, second, mass):
    """Add a trajectory to the sums; values as shares of their ranges."""
    d, n = path.shape
    for k in range(d):
        low, width = motions.low[k], motions.high[k] - motions.low[k]
        for t in range(n):
            x = (path[k, t] - low) / width
            first[k, t] += x
            second[k, t] += x * x
            mass[k, t, min(int(x * N_CELLS), N_CELLS - 1)] += np.float32(1.0)
