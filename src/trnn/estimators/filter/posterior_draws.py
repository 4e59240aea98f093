"""Draws from a particle filter's posterior of all parameters together, on some trials."""

import numpy as np

from trnn import progress
from trnn.config.particles import Particles
from trnn.estimators.filter.noise import stream
from trnn.estimators.filter.one_subject import filter_one, room
from trnn.estimators.filter.particle_filter import efforts, pooled
from trnn.theory.hazards import number_of_hazards
from trnn.theory.model import Model
from trnn.theory.motions import Motions
from trnn.trials.checks import check_rewards
from trnn.trials.sequences import Sequences

Array = np.ndarray


def posterior_draws(
    model: Model,
    motions: Motions,
    sequences: Sequences,
    particles: Particles,
    trials: Array,
    n_draws: int,
    seed: int,
    *keys: str | int,
) -> Array:
    """Return draws of the parameters before the choices of some trials, (n, m, n_draws, d).

    A subject is filtered with as many particles as `particle_filter` would give it, so that the
    draws are of the posterior whose means and quantiles that returns.

    Parameters
    ----------
    trials : (n, m) of int
        Trials of each subject's session, from 0; draws of a trial -1 are NaN.
    seed, *keys
        A subject's noise comes from (seed, *keys, its name, the number of particles) alone.

    Raises
    ------
    NumericalError
        As `particle_filter`.
    """
    check_rewards(sequences)
    n, d = len(sequences.subjects), len(motions.kind)
    n_hazards = number_of_hazards(motions)
    draws = np.full((n, trials.shape[1], n_draws, d), np.nan)
    for i, subject in enumerate(sequences.subjects):
        progress.within(i, n, "subjects")
        one = sequences.rows(i, i + 1)
        for n_particles in efforts(particles):
            each = n_particles // particles.replicates
            records = room(
                int(one.lengths[0]),
                d,
                particles.replicates,
                each,
                summaries=False,
                n_draws=n_draws,
                n_hazards=n_hazards,
            )
            key = stream(seed, *keys, subject, n_particles)
            filter_one(model, motions, one, key, particles.resample_below, records)
            if pooled(records.log_evidence, n_hazards)[1] <= particles.tolerance:
                break
        there = trials[i] >= 0
        draws[i, there] = records.draws[trials[i, there]]
    return draws
