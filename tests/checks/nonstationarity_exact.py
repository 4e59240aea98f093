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


def perseveration_with_constant_rate(actions, rewards, trials, ranges, hazard, n_rates, n_grid):
    """Return log P(choices) of Q-learning with perseveration: alpha constant, the others switch.

    A sum over midpoints of alpha; at each, beta and kappa are chains with a matrix of moves each.
    """
    alpha, beta, kappa = ranges
    rates = alpha.low + (alpha.high - alpha.low) * (np.arange(n_rates) + 0.5) / n_rates
    betas, start, moves_beta = switches(beta, hazard, n_grid)
    kappas, _, moves_kappa = switches(kappa, hazard, n_grid)
    state = np.tile(np.outer(start, start), (n_rates, 1, 1))
    total, q, last = np.zeros(n_rates), np.zeros((2, n_rates)), None
    for t, (action, reward, trial) in enumerate(zip(actions, rewards, trials, strict=True)):
        if trial == 0:
            q, last = np.zeros((2, n_rates)), None
        if t > 0:
            state = moves_beta.T @ state @ moves_kappa
        stay = 0 if last is None else 1 - 2 * last
        value = (q[0] - q[1])[:, None, None] + kappas * stay
        p = expit(betas[:, None] * value)
        state = state * (p if action == 0 else 1 - p)
        size = state.sum(axis=(1, 2))
        total += np.log(size)
        state = state / size[:, None, None]
        q[action] = q[action] + rates * (reward - q[action])
        last = action
    return float(np.logaddexp.reduce(total) - math.log(n_rates))


def walks_on_log(range_, step_sd, n_grid=361):
    """Return the chain of a walk of a parameter's log, from a uniform value in a range from 0 on.

    Beyond the range's end the walk goes on, and the parameter stands there.
    """
    x = np.linspace(math.log(range_.high) - 12, math.log(range_.high) + 12 * step_sd + 3, n_grid)
    edges = np.concatenate(([-np.inf], (x[1:] + x[:-1]) / 2, [np.inf]))
    moves = np.diff(ndtr((edges[None, :] - x[:, None]) / step_sd), axis=1)
    below = np.clip(np.exp(edges) / range_.high, 0, 1)
    return np.minimum(np.exp(x), range_.high), np.diff(below), moves
