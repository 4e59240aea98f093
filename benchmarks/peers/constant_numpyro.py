"""NumPyro: the posterior of constant parameters by NUTS.

Values begin anew in every block, so an agent's blocks are scanned side by side. All agents are one
model of independent parameters: one compiled gradient serves them all.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
from numpyro import distributions
from numpyro.diagnostics import summary
from numpyro.infer import MCMC, NUTS
from scipy.special import expit, log_expit, logit, logsumexp
from scipy.stats import multivariate_t

from benchmarks.peers.agents import ranges
from trnn.trials.sequences import Sequences

Array = np.ndarray
FREEDOM = 5  # of the proposals' tails
PROPOSED = 2000
END = 1e-6  # nearest to an end of a range, as a share of it
SHARE = 0.1  # of the proposals that are draws from the prior


class Blocks(NamedTuple):
    """Choices and rewards, both (trials of a block, n, blocks)."""

    action: Array
    reward: Array


def blocks_of(sequences: Sequences) -> Blocks:
    """Return the sessions of n agents, whose blocks are of one length, by blocks."""
    n_blocks = int(sequences.block_start[0].sum())

    def cut(values: Array) -> Array:
        return values.reshape(len(values), n_blocks, -1).transpose(2, 0, 1).astype(float)

    return Blocks(cut(sequences.action), cut(sequences.reward))


def log_likelihood(alpha, beta, blocks: Blocks):
    """Return the log probability of the choices of each of n agents, (n,), by a scan."""

    def trial(q, seen):
        action, reward = seen
        logits = beta[:, None] * (q[1] - q[0])
        log_p = jax.nn.log_sigmoid(jnp.where(action == 1, logits, -logits))
        taken = jnp.stack((action == 0, action == 1))
        return q + taken * alpha[:, None] * (reward - q), log_p

    start = jnp.zeros((2, *blocks.action.shape[1:]))
    _, log_p = jax.lax.scan(trial, start, (blocks.action, blocks.reward))
    return log_p.sum(axis=(0, 2))


def _model(blocks: Blocks) -> None:
    (low_a, low_b), (high_a, high_b) = ranges()
    with numpyro.plate("agents", blocks.action.shape[1]):
        alpha = numpyro.sample("alpha", distributions.Uniform(low_a, high_a))
        beta = numpyro.sample("beta", distributions.Uniform(low_b, high_b))
        numpyro.factor("choices", log_likelihood(alpha, beta, blocks))


def sampler(warm_up: int, draws: int, chains: int) -> MCMC:
    """Return NUTS, whose chains run side by side on one thread."""
    how = {"num_warmup": warm_up, "num_samples": draws, "num_chains": chains}
    return MCMC(NUTS(_model), chain_method="vectorized", progress_bar=False, **how)


def run(mcmc: MCMC, blocks: Blocks, seed: int) -> tuple[Array, float]:
    """Return draws (n_draws, n, 2) of alpha and beta, and the largest R-hat."""
    mcmc.run(jax.random.PRNGKey(seed), blocks)
    found = mcmc.get_samples(group_by_chain=True)
    found = {name: np.asarray(found[name]) for name in ("alpha", "beta")}
    worst = max(float(np.max(own["r_hat"])) for own in summary(found).values())
    draws = np.stack([found["alpha"], found["beta"]], axis=-1)
    return draws.reshape(-1, *draws.shape[2:]), worst


def log_density(draws: Array, truth: Array, blocks: Blocks, rng: np.random.Generator) -> Array:
    """Return the posterior's log density at the true values, relative to the prior's, (n,).

    NUTS gives no normalising constant. It is found by importance sampling from a t distribution
    that is fitted, on the unbounded scale on which NUTS moves, to each agent's draws.
    """
    low, high = ranges()
    # In single precision, NumPyro's default, a draw may be an end of its range.
    places = logit(np.clip((draws.astype(float) - low) / (high - low), END, 1.0 - END))
    n = places.shape[1]
    proposed, log_weight = np.empty((PROPOSED, n, 2)), np.empty((PROPOSED, n))
    from_prior = rng.random((PROPOSED, n, 1)) < SHARE
    for i in range(n):
        own = multivariate_t(places[:, i].mean(axis=0), np.cov(places[:, i].T), FREEDOM)
        z = own.rvs(PROPOSED, random_state=rng)
        uniform = rng.random((PROPOSED, 2))
        proposed[:, i] = np.where(from_prior[:, i], np.log(uniform) - np.log1p(-uniform), z)
        # The uniform prior's density on this scale is the logistic distribution's.
        prior = (log_expit(proposed[:, i]) + log_expit(-proposed[:, i])).sum(axis=1)
        mixed = np.logaddexp(np.log(SHARE) + prior, np.log1p(-SHARE) + own.logpdf(proposed[:, i]))
        log_weight[:, i] = prior - mixed
    values = low + (high - low) * expit(proposed)
    likelihood = jax.jit(jax.vmap(lambda v: log_likelihood(v[:, 0], v[:, 1], blocks)))
    log_weight += np.asarray(likelihood(values))
    evidence = logsumexp(log_weight, axis=0) - np.log(PROPOSED)
    return np.asarray(likelihood(truth[None]))[0] - evidence
