"""Draws from the posterior of each trial: from networks themselves, or from tabulated quantiles.

No table keeps the joint posterior of a session's trials, and no draw is one from it. As in
`trnn.estimators.trnn.summaries.draw`, a draw keeps its place in the posterior from trial to trial,
so that it moves only as the posterior does, and on every trial the draws follow the posterior.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from trnn.config.dynamics import Range
from trnn.errors import TableError
from trnn.export.source import Estimate, Source
from trnn.seeds import generator
from trnn.theory.quantiles import PROBABILITIES

Array = np.ndarray

JOINT, MARGINAL, POINT = "joint_within_trial", "marginal", "point"
WORDS = {
    JOINT: (
        "draws from the networks' posterior: joint over the parameters of a trial; between trials "
        "a draw keeps its place in the posterior, which is no joint posterior of the trials"
    ),
    MARGINAL: (
        "draws from each parameter's own posterior on each trial, interpolated between the "
        "quantiles that the table keeps: not joint over parameters, nor over trials; a draw keeps "
        "its place in each parameter's posterior from trial to trial"
    ),
    POINT: "the point estimate itself: this estimator has no posterior",
}
EDGE = 1e-6  # a quantile's least distance from the ends of the range, as a share of it
SAME = 1e-4  # of a range: how far networks' means may lie from the table that they made


@dataclass(frozen=True)
class Draws:
    """Draws `values` (n, n_draws, t, d) of n subjects, and of which kind they are (`WORDS`)."""

    values: Array
    kind: str


def draws_of(source: Source, estimate: Estimate, n_draws: int, seed: int) -> Draws:
    """Return draws of an estimate; of one without a posterior the estimate itself, as one draw.

    Parameters
    ----------
    seed : int
        A subject's draws come from it, the estimator's name and the subject's own alone.

    Raises
    ------
    TableError
        If checkpoints are others than those that made the table.
    """
    if estimate.quantiles is None:
        return Draws(estimate.mean[:, None], POINT)
    if estimate.networks is not None:
        return Draws(_of_networks(source, estimate, n_draws, seed), JOINT)
    names, subjects = source.model.names, source.sequences.subjects
    uniform = np.empty((len(subjects), n_draws, len(names)))
    for i, subject in enumerate(subjects):
        for k, name in enumerate(names):
            rng = generator(seed, "export", estimate.name, subject, name)
            uniform[i, :, k] = (rng.permutation(n_draws) + rng.random(n_draws)) / n_draws
    ranges = [source.ranges[name] for name in names]
    return Draws(by_quantiles(estimate.quantiles, uniform, ranges), MARGINAL)


def by_quantiles(quantiles: Array, uniform: Array, ranges: list[Range]) -> Array:
    """Return draws (n, n_draws, t, d) whose marginals have the quantiles.

    Between the quantiles, and beyond the outermost, a value's normal score (of its share of the
    range) is linear in that of its probability: draws stay inside the range, and a posterior that
    is normal on that scale is met exactly.

    Parameters
    ----------
    quantiles : (n, t, d, 5)
        At `trnn.theory.quantiles.PROBABILITIES`.
    uniform : (n, n_draws, d)
        Each draw's place in the posteriors, in (0, 1).
    """
    knots, at = ndtri(np.array(PROBABILITIES)), ndtri(uniform)
    first = np.clip(np.searchsorted(knots, at) - 1, 0, len(knots) - 2)
    share = (at - knots[first]) / (knots[first + 1] - knots[first])
    n, n_draws, d = uniform.shape
    out = np.empty((n, n_draws, quantiles.shape[1], d))
    for k, bounds in enumerate(ranges):
        width = bounds.high - bounds.low
        scores = ndtri(np.clip((quantiles[:, :, k] - bounds.low) / width, EDGE, 1.0 - EDGE))
        for i in range(n):
            low, high = scores[i].T[first[i, :, k]], scores[i].T[first[i, :, k] + 1]
            z = low + (high - low) * share[i, :, k, None]
            out[i, :, :, k] = bounds.low + width * ndtr(z)
    return out


def _of_networks(source: Source, estimate: Estimate, n_draws: int, seed: int) -> Array:
    from trnn.estimators.recurrent.compute import prepare  # torch
    from trnn.estimators.trnn.infer import Noise, infer

    assert estimate.networks is not None
    prepare(1)
    paths, trained = list(estimate.networks.checkpoints), estimate.networks.experiment
    noise = Noise(n_draws, seed, ("export", estimate.name))
    found = infer(paths, source.sequences, trained, estimate.networks.ensemble, noise, n_draws)
    assert found.draws is not None
    width = np.array(
        [source.ranges[name].high - source.ranges[name].low for name in trained.parameters]
    )
    off = np.abs(found.values - estimate.mean)[source.sequences.valid] / width
    if off.max(initial=0.0) > SAME:
        raise TableError(
            f"{paths[0]}: its estimates differ from those of the table of '{estimate.name}', by "
            f"{off.max():.2g} of a parameter's range. One of them is stale: run the workflow again."
        )
    return found.draws
