"""The evidence where one parameter is constant and the others move: that at each of its values.

A particle's value of a constant that resampling has dropped cannot come back, so the constant is no
part of the particles: it is integrated over its range by the midpoint rule, in cells that are
divided in three where its posterior is. All cells share their random numbers, which takes noise out
of what tells them apart; replicates share none, and give the standard error.

Where the rest can be summed over a grid (`grid`) it is, and no particles are needed.
"""

from collections.abc import Callable

import numpy as np

from trnn.config.particles import Particles
from trnn.estimators.filter.grid import COARSER, is_on_grid, log_evidence_of_one
from trnn.estimators.filter.noise import stream
from trnn.estimators.filter.one_subject import filter_one, room
from trnn.estimators.filter.particle_filter import Evidence, efforts, pooled
from trnn.theory.hazards import number_of_hazards
from trnn.theory.model import Model
from trnn.theory.motions import CONSTANT, SWITCHING, Motions
from trnn.trials.checks import check_rewards
from trnn.trials.sequences import Sequences

Array = np.ndarray

# A cell that holds more of the posterior than this is divided, with its neighbours, so many times
# at most.
TOO_MUCH, ROUNDS = 0.15, 5
ON_GRID = 0.05  # the same where no particles are needed, whose errors are larger than the cells'


def log_evidence_of_constant(
    model: Model,
    motions: Motions,
    index: int,
    sequences: Sequences,
    particles: Particles,
    nodes: int,
    seed: int,
    *keys: str | int,
) -> Evidence:
    """Return the log evidence of n subjects with parameter `index` constant, uniform on its range.

    Parameters
    ----------
    motions : Motions
        How the others move; what it says of `index` is not used, but for its range.
    nodes : int
        Cells to begin with.
    seed, *keys
        A subject's noise comes from (seed, *keys, its name, the number of particles) alone.

    Returns
    -------
    On a grid the error is the difference of two grids where most of the posterior is, and no
    particles are counted.

    Raises
    ------
    NumericalError
        As `particle_filter` and `log_evidence_on_grid`.
    """
    check_rewards(sequences)
    if is_on_grid(model, fix(motions, index, 0.5)):
        return _on_grid(model, motions, index, sequences, nodes)
    n, n_hazards = len(sequences.subjects), number_of_hazards(fix(motions, index, 0.5))
    found = Evidence(np.zeros(n), np.zeros(n), np.zeros(n, np.int64))
    for i, subject in enumerate(sequences.subjects):
        one = sequences.rows(i, i + 1)
        for n_particles in efforts(particles):
            key = stream(seed, *keys, subject, n_particles)
            each = n_particles // particles.replicates

            def at(share: float, one: Sequences = one, each: int = each, key=key) -> Array:
                fixed = fix(motions, index, share)
                records = room(
                    0, len(motions.kind), particles.replicates, each, n_hazards=n_hazards
                )
                filter_one(model, fixed, one, key, particles.resample_below, records)
                return records.log_evidence

            integrals, _ = _integrate(at, nodes)
            found.log[i], found.error[i] = pooled(integrals, n_hazards)
            found.n_particles[i] = each * particles.replicates * n_hazards
            if found.error[i] <= particles.tolerance:
                break
    return found


def _on_grid(
    model: Model, motions: Motions, index: int, sequences: Sequences, nodes: int
) -> Evidence:
    """Return the log evidence of n subjects without particles."""
    n = len(sequences.subjects)
    found = Evidence(np.zeros(n), np.zeros(n), np.zeros(n, np.int64))
    for i in range(n):
        one = sequences.rows(i, i + 1)

        def at(share: float, of_nodes: float = 1.0, one: Sequences = one) -> Array:
            fixed = fix(motions, index, share)
            return np.array([log_evidence_of_one(model, fixed, one, of_nodes)])

        integrals, best = _integrate(at, nodes, ON_GRID)
        found.log[i] = integrals[0]
        found.error[i] = abs(at(best) - at(best, COARSER))[0]
    return found


def _integrate(
    at: Callable[[float], Array], nodes: int, much: float = TOO_MUCH
) -> tuple[Array, float]:
    """Return the log of the mean likelihood over the range, and the centre of the fullest cell.

    Parameters
    ----------
    at : function of a share of the range
        Log likelihoods there, (n_replicates,), of each replicate.
    much : float
        Share of the posterior from which a cell is divided.

    Returns
    -------
    (n_replicates,), nats; a share of the range.
    """
    centres = (np.arange(nodes) + 0.5) / nodes
    widths = np.full(nodes, 1.0 / nodes)
    values = np.array([at(share) for share in centres])  # (n_cells, n_replicates)
    for _ in range(ROUNDS):
        mass = _mass(widths, values)
        if not (mass > much).any():
            break
        divided = _divided(centres, widths, mass, much)
        thirds = widths[divided] / 3.0
        # The middle third has the cell's own centre.
        sides = np.concatenate((centres[divided] - thirds, centres[divided] + thirds))
        widths[divided] = thirds
        values = np.concatenate((values, [at(share) for share in sides]))
        centres = np.concatenate((centres, sides))
        widths = np.concatenate((widths, thirds, thirds))
    result: Array = np.logaddexp.reduce(np.log(widths)[:, None] + values, axis=0)
    return result, float(centres[np.argmax(_mass(widths, values))])


def _mass(widths: Array, values: Array) -> Array:
    """Return the share of the posterior in each cell, over all replicates."""
    mass = np.log(widths) + np.logaddexp.reduce(values, axis=1)
    result: Array = np.exp(mass - np.logaddexp.reduce(mass))
    return result


def _divided(centres: Array, widths: Array, mass: Array, limit: float) -> Array:
    """Return which cells are divided: those that hold much, and those beside them.

    A posterior that is narrower than a cell, near the cell's end, hardly shows at the centre of the
    next one, though it may lie in it as much.
    """
    order = np.argsort(centres)
    much, wide = mass[order] > limit, widths[order]
    divided = much.copy()
    divided[1:] |= much[:-1] & (wide[1:] > 0.5 * wide[:-1])
    divided[:-1] |= much[1:] & (wide[:-1] > 0.5 * wide[1:])
    result = np.empty_like(divided)
    result[order] = divided
    return result


def fix(motions: Motions, index: int, share: float) -> Motions:
    """Return the motions with one parameter constant, at a share of its range."""
    kind, low, high = motions.kind.copy(), motions.low.copy(), motions.high.copy()
    kind[index] = CONSTANT
    low[index] = high[index] = low[index] + share * (high[index] - low[index])
    hazard = np.where(kind == CONSTANT, 0.0, motions.hazard)
    hazards = motions.hazards if (kind == SWITCHING).any() else motions.hazards[:0]
    return motions._replace(kind=kind, low=low, high=high, hazard=hazard, hazards=hazards)
