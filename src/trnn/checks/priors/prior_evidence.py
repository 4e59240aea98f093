"""The evidence for a prior: the marginal likelihood of each subject's choices under it."""

from trnn.checks.priors.grid import Prior
from trnn.config.particles import Particles
from trnn.estimators.filter.particle_filter import Evidence, log_evidence
from trnn.theory.model import Model
from trnn.theory.motions import motions_of
from trnn.trials.sequences import Sequences


def prior_evidence(
    model: Model,
    prior: Prior,
    sequences: Sequences,
    settings: Particles,
    seed: int,
    dataset: str,
) -> Evidence:
    """Return log P(all choices of the subject) of n subjects, by the switching particle filter.

    It is the sum over trials of the log probability that the filter gives to each choice before
    it is seen: the prequential form of the evidence (Dawid 1984, J. R. Stat. Soc. A 147). The
    filter's estimate of the probability is unbiased (Del Moral 2004), that of its logarithm low by
    about half its variance, so a prior that wastes particles is judged a little too harshly: its
    standard error says by how much.

    A subject's random numbers are the same under every prior: what differs is the prior.

    Raises
    ------
    NumericalError
        See `particle_filter`.
    """
    motions = motions_of(prior.dynamics, prior.parameters)
    return log_evidence(model, motions, sequences, settings, seed, dataset, "priors")
