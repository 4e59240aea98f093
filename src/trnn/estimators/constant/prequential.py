"""Predictions of a Bayesian who holds the parameters to be constant, of many subjects.

Prequential (Dawid 1984, J. R. Stat. Soc. A 147): each choice is predicted before it is seen, by the
posterior given the choices before it. A fit by maximum likelihood has seen what it predicts.
"""

from collections.abc import Mapping

import numpy as np

from trnn import progress
from trnn.config.dynamics import Range
from trnn.config.particles import Particles
from trnn.errors import NumericalError
from trnn.estimators.constant.batches import run
from trnn.estimators.constant.moves import Box
from trnn.estimators.filter.noise import stream
from trnn.estimators.filter.one_subject import room
from trnn.estimators.filter.particle_filter import Evidence, Filtered, efforts, pooled
from trnn.estimators.filter.particles import Records
from trnn.estimators.posterior import empty_posterior
from trnn.theory.model import Model
from trnn.trials.checks import check_rewards, place
from trnn.trials.choices import choices
from trnn.trials.sequences import Sequences

Array = np.ndarray


def predict_constant(
    model: Model,
    ranges: Mapping[str, Range],
    sequences: Sequences,
    particles: Particles,
    seed: int,
    *keys: str | int,
) -> Filtered:
    """Predict the choices of n subjects whose parameters are constant, uniform over their ranges.

    Each subject has several replicates, and all of it again with twice the particles until the
    standard error of its log evidence is small enough, or a limit is reached.

    Parameters
    ----------
    ranges : mapping of parameter to Range
        In the model's order.
    seed, *keys
        A subject's noise comes from ``(seed, *keys, its name, the number of particles)`` alone: its
        numbers are the same whichever other subjects there are.

    Raises
    ------
    ValueError
        If the ranges are not those of the model's parameters, in its order.
    NumericalError
        If a reward is not finite or no parameters can explain a choice, with subject and trial.
    """
    if tuple(ranges) != tuple(model.names):
        raise ValueError(
            f"ranges are of {list(ranges)}, expected one of each parameter of the model "
            f"'{model.name}', in its order: {list(model.names)}"
        )
    check_rewards(sequences)
    n, t = sequences.valid.shape
    box = Box(*(np.array([getattr(r, end) for r in ranges.values()]) for end in ("low", "high")))
    found = Filtered(
        np.full((n, t), np.nan),
        empty_posterior((n, t, len(ranges))),
        np.full((n, t, len(ranges)), np.nan),
        Evidence(np.zeros(n), np.zeros(n), np.zeros(n, np.int64)),
    )
    for i, subject in enumerate(sequences.subjects):
        progress.report(i, n, "subjects")
        one = sequences.rows(i, i + 1)
        for n_particles in efforts(particles):
            each = n_particles // particles.replicates
            records = room(int(one.lengths[0]), len(ranges), particles.replicates, each)
            key = stream(seed, *keys, subject, n_particles)
            _predict_one(model, box, one, key, particles.resample_below, records)
            found.evidence.log[i], found.evidence.error[i] = pooled(records.log_evidence)
            found.evidence.n_particles[i] = each * particles.replicates
            if found.evidence.error[i] <= particles.tolerance:
                break
        _keep(found, i, records)
    return found


def _predict_one(
    model: Model, box: Box, one: Sequences, key: np.uint64, below: float, records: Records
) -> None:
    action, reward, fresh, lengths = choices(one)
    own = slice(int(lengths[0]))
    broken = run(model, box, action[0, own], reward[0, own], fresh[0, own], key, below, records)
    if broken >= 0:
        raise NumericalError(
            f"constant parameters, {place(one, 0, broken)}: no values within the ranges can "
            "explain the choice. Check the rewards and the ranges of the parameters."
        )


def _keep(found: Filtered, i: int, records: Records) -> None:
    own = slice(len(records.p_action_0))
    found.p_action_0[i, own], found.error[i, own] = records.p_action_0, records.error
    found.posterior.mean[i, own], found.posterior.sd[i, own] = records.mean, records.sd
    found.posterior.quantiles[i, own] = records.quantiles
