"""Constant parameters: maximum likelihood and the constant Bayesian, beside NUTS of NumPyro."""

from typing import Any

import numpy as np

from benchmarks.peers.agents import KEY, MODEL, NAMES, SEED, experiment, tested
from benchmarks.peers.rows import PROJECT, judged, named, rows
from benchmarks.peers.scores import summaries
from benchmarks.peers.sizes import SIZES
from benchmarks.peers.timing import spent
from trnn.estimators.constant.prequential import predict_constant
from trnn.estimators.mle.fit import fit
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.simulate import Agents
from trnn.trials.sequences import Sequences

SECTION = "constant parameters"


def measure() -> list[dict[str, Any]]:
    """Return the rows of this comparison."""
    agents = tested("stationary", SIZES.constant_agents)
    truth = agents.parameters[:, 0]
    return _maximum_likelihood(agents, truth) + _constant(agents, truth) + _nuts(agents, truth)


def _maximum_likelihood(agents: Agents, truth: np.ndarray) -> list[dict[str, Any]]:
    settings, own = experiment().estimators.mle, experiment().parameters

    def run(sequences: Sequences) -> Any:
        return fit(MODEL, sequences, own, settings, SEED, KEY)

    run(agents.sequences.rows(0, 2))  # compiles
    found, seconds = spent(lambda: run(agents.sequences))
    scores = judged(found[list(NAMES)].to_numpy(), truth)
    return rows(SECTION, f"{PROJECT}: maximum likelihood", "project", scores | {"s": seconds})


def _constant(agents: Agents, truth: np.ndarray) -> list[dict[str, Any]]:
    """Judge what the constant Bayesian says of the last trial, having seen all choices but one."""
    particles, own = experiment().estimators.constant, experiment().parameters

    def run(sequences: Sequences) -> Any:
        return predict_constant(MODEL, own, sequences, particles, SEED, KEY)

    run(agents.sequences.rows(0, 1))
    found, seconds = spent(lambda: run(agents.sequences))
    # The posterior's density at the truth, relative to the prior's, is likelihood / evidence.
    nll = negative_log_likelihood(MODEL, agents.sequences, truth.T[:, :, None])[:, 0]
    posterior = found.posterior
    last = (posterior.mean[:, -1], truth, posterior.quantiles[:, -1])
    scores = judged(*last, -nll - found.evidence.log)
    return rows(SECTION, f"{PROJECT}: `constant`", "project", scores | {"s": seconds})


def _nuts(agents: Agents, truth: np.ndarray) -> list[dict[str, Any]]:
    from benchmarks.peers import constant_numpyro as peer  # its package is not the project's

    blocks = peer.blocks_of(agents.sequences)
    mcmc = peer.sampler(SIZES.warm_up, SIZES.draws, SIZES.chains)
    (draws, r_hat), seconds = spent(lambda: peer.run(mcmc, blocks, SEED))
    density = peer.log_density(draws, truth, blocks, np.random.default_rng(SEED))
    mean, quantiles = summaries(draws)
    scores = judged(mean, truth, np.moveaxis(quantiles, 0, -1), density)
    scores |= {"s": seconds, "largest R-hat": r_hat}
    return rows(SECTION, f"{named('numpyro')}: NUTS", "peer", scores)
