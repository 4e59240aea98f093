"""Evidence by exact sums over grids: what the filters must come to equal."""

import math

import numpy as np
from scipy.special import expit, ndtr, ndtri

from tests.estimators.plain import predictions


def constant(model, ranges, actions, rewards, trials, n_grid):
    """Return log P(choices) of constant parameters, a sum over the midpoints of a grid."""
    middles = (np.arange(n_grid) + 0.5) / n_grid
    axes = [r.low + (r.high - r.low) * middles for r in ranges]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    logs = []
    for x in points:
        p = predictions(model, [x] * len(actions), actions, rewards, trials)
        logs.append(sum(math.log(pair[a]) for pair, a in zip(p, actions, strict=True)))
    top = max(logs)
    return top + math.log(np.mean(np.exp(np.array(logs) - top)))


def hybrid_inputs(actions, rewards, trials):
    """Return what beta and gamma multiply on each trial of the hybrid model, two lists.

    The model's latent state does not depend on its parameters, so its probabilities under (1, 0)
    and (0, 1) say both by the normal quantile function.
    """
    out = []
    for unit in ((0.01, 0.0), (0.0, 0.01)):
        p = predictions("hybrid_exploration", [unit] * len(actions), actions, rewards, trials)
        out.append([100 * float(ndtri(pair[0])) for pair in p])
    return out


def two_chains(inputs, actions, beta, gamma):
    """Return log P(choices) where beta and gamma are independent Markov chains on grids.

    P(0) = Phi(beta a_t + gamma b_t). A chain is its values (n,), the probabilities of each at the
    start (n,), and of each move, from row to column, (n, n).
    """
    state = beta[1][:, None] * gamma[1]
    total = 0.0
    for t, (a, b, action) in enumerate(zip(*inputs, actions, strict=True)):
        if t > 0:
            state = beta[2].T @ state @ gamma[2]
        x = beta[0][:, None] * a + gamma[0] * b
        state = state * ndtr(x if action == 0 else -x)
        total += math.log(state.sum())
        state /= state.sum()
    return total


def switches(range_, hazard, n_grid=60):
    """Return the chain of a parameter that is drawn anew at a hazard; 0: a constant."""
    values = range_.low + (range_.high - range_.low) * (np.arange(n_grid) + 0.5) / n_grid
    moves = (1 - hazard) * np.eye(n_grid) + hazard / n_grid
    return values, np.full(n_grid, 1 / n_grid), moves


def walks(range_, step_sd, n_grid=241):
    """Return the chain of a logit walk over a range, from a uniform value."""
    x = np.linspace(-12, 12, n_grid)
    edges = np.concatenate(([-np.inf], (x[1:] + x[:-1]) / 2, [np.inf]))
    # The logit of a uniform share has the logistic distribution.
    moves = np.diff(ndtr((edges[None, :] - x[:, None]) / step_sd), axis=1)
    return range_.low + (range_.high - range_.low) * expit(x), np.diff(expit(edges)), moves
