"""The evidence for a prior: the marginal likelihood of each subject's choices under it."""

import numpy as np

from trnn.checks.priors.grid import Prior
from trnn.config.priors import PriorGrid
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.theory.dynamics import get_dynamics
from trnn.theory.model import Model
from trnn.trials.sequences import Sequences

Array = np.ndarray


def log_evidence(
    model: Model,
    prior: Prior,
    sequences: Sequences,
    settings: PriorGrid,
    seed: int,
    dataset: str,
) -> Array:
    """Return log P(all choices of the subject), (n,), nats, by the switching particle filter.

    It is the sum over trials of the log probability that the filter gives to each choice before
    it is seen: the prequential form of the evidence (Dawid 1984, J. R. Stat. Soc. A 147). The
    filter's estimate of the probability is unbiased (Del Moral 2004), that of its logarithm low by
    about half its variance, so a prior that wastes particles is judged a little too harshly.

    A subject's random numbers are the same under every prior: what differs is the prior.

    Raises
    ------
    NumericalError
        See `particle_filter`.
    """
    dynamics = get_dynamics(prior.dynamics, prior.parameters)
    filtered = particle_filter(
        model,
        dynamics,
        sequences,
        settings.n_particles,
        settings.resample_below,
        seed,
        dataset,
        "priors",
    )
    return filtered.log_evidence
