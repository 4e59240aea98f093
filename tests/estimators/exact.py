"""Exact posteriors on grids, by plain forward recursions: what a filter must come to equal."""

import math

import numpy as np
from scipy.special import ndtr

from tests.estimators.plain import predictions


def stationary_posterior(model, ranges, actions, rewards, trials, n_grid=120):
    """Return P(0), means and SDs before each trial, and the log evidence, of constant parameters.

    The uniform prior is integrated over the midpoints of `n_grid` bins of each parameter.
    """
    middles = (np.arange(n_grid) + 0.5) / n_grid
    axes = [r.low + (r.high - r.low) * middles for r in ranges.values()]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    p = np.array([predictions(model, [x] * len(actions), actions, rewards, trials) for x in points])
    weights = np.full(len(points), 1 / len(points))
    out = []
    log_evidence = 0.0
    for t, action in enumerate(actions):
        mean = weights @ points
        sd = np.sqrt(weights @ (points - mean) ** 2)
        out.append((weights @ p[:, t, 0], mean, sd))
        weights = weights * p[:, t, action]
        log_evidence += math.log(weights.sum())
        weights /= weights.sum()
    return *(np.array(column) for column in zip(*out, strict=True)), log_evidence


def switching_posterior(x_by_trial, actions, low, high, hazard, min_gap, limits, n_grid=150):
    """Return P(0), mean and SD of beta before each trial, and the log evidence; P(0) = logistic.

    The decision variable is beta times the known `x_by_trial`; beta is redrawn from [low, high]
    at a hazard, more than `min_gap` trials after the last change, at most m times, where m is one
    of `limits` (None: no limit). The state is (m, number of changes, trial of the last change,
    beta), a dictionary of the first three whose values are vectors over a grid of beta.
    """
    beta = low + (high - low) * (np.arange(n_grid) + 0.5) / n_grid
    uniform = np.full(n_grid, 1 / n_grid)
    states = {(m, 0, 0): uniform / len(limits) for m in limits}
    out = []
    log_evidence = 0.0
    for t, (x, action) in enumerate(zip(x_by_trial, actions, strict=True)):
        if t > 0:
            moved: dict = {}
            for (m, count, last), p in states.items():
                free = t - last > min_gap and (m is None or count < m)
                stay = 1 - hazard if free else 1.0
                _add(moved, (m, count, last), stay * p)
                if free:
                    _add(moved, (m, count + 1, t), hazard * p.sum() * uniform)
            states = moved
        marginal = sum(states.values())
        p_0 = 1 / (1 + np.exp(-beta * x))
        mean = marginal @ beta
        out.append((marginal @ p_0, mean, math.sqrt(marginal @ (beta - mean) ** 2)))
        likelihood = _likelihood(p_0, action)
        evidence = marginal @ likelihood
        states = {key: p * likelihood / evidence for key, p in states.items()}
        log_evidence += math.log(evidence)
    return *(np.array(column) for column in zip(*out, strict=True)), log_evidence


def _likelihood(p_0, action):
    """The probability of an action; 1 of a missed one (-1), whatever the parameters are."""
    return np.ones_like(p_0) if action < 0 else p_0 if action == 0 else 1 - p_0


def _add(states, key, p):
    states[key] = states.get(key, 0.0) + p


def switching_smoothing(x_by_trial, actions, low, high, hazard, min_gap, limits, n_grid=150):
    """Return mean and SD of beta on each trial given all choices: forward, then backward.

    Arguments as of `switching_posterior`.
    """
    beta = low + (high - low) * (np.arange(n_grid) + 0.5) / n_grid
    uniform = np.full(n_grid, 1 / n_grid)
    p_0 = 1 / (1 + np.exp(-beta * np.array(x_by_trial)[:, None]))
    likelihood = [_likelihood(p, action) for p, action in zip(p_0, actions, strict=True)]

    def free(key, t):
        m, count, last = key
        return t - last > min_gap and (m is None or count < m)

    states = {(m, 0, 0): uniform / len(limits) * likelihood[0] for m in limits}
    forward = [states]
    for t in range(1, len(actions)):
        moved: dict = {}
        for key, p in states.items():
            stay = 1 - hazard if free(key, t) else 1.0
            _add(moved, key, stay * p * likelihood[t])
            if free(key, t):
                _add(moved, (key[0], key[1] + 1, t), hazard * p.sum() * uniform * likelihood[t])
        total = sum(p.sum() for p in moved.values())
        states = {key: p / total for key, p in moved.items()}
        forward.append(states)
    backward = {key: np.ones(n_grid) for key in states}
    out = []
    for t in range(len(actions) - 1, -1, -1):
        marginal = sum(forward[t][key] * backward[key] for key in forward[t])
        marginal = marginal / marginal.sum()
        mean = marginal @ beta
        out.append((mean, math.sqrt(marginal @ (beta - mean) ** 2)))
        before = {}
        for key in forward[t - 1] if t > 0 else ():
            later = (1 - hazard if free(key, t) else 1.0) * likelihood[t] * backward[key]
            if free(key, t):
                new = likelihood[t] * backward[(key[0], key[1] + 1, t)]
                later = later + hazard * (uniform @ new)
            before[key] = later
        top = max((b.max() for b in before.values()), default=1.0)
        backward = {key: b / top for key, b in before.items()}
    return tuple(np.array(column) for column in zip(*out[::-1], strict=True))


def two_chains_filter(inputs, actions, beta, gamma, probabilities):
    """Return what is known of beta and gamma before each trial, given the choices before it.

    Arguments as of `tests.checks.nonstationarity_exact.two_chains`; the two are independent a
    priori, P(0) = Phi(beta a_t + gamma b_t). Returned are P(0), (t,); means and SDs, (t, 2);
    quantiles at `probabilities`, (t, 2, n), with a parameter's mass spread evenly over its cells;
    and log P(all choices).
    """
    cell = [values[1] - values[0] for values in (beta[0], gamma[0])]
    state, total = beta[1][:, None] * gamma[1], 0.0
    p_0, moments, quantiles = [], [], []
    for t, (a, b, action) in enumerate(zip(*inputs, actions, strict=True)):
        if t > 0:
            state = beta[2].T @ state @ gamma[2]
        p = ndtr(beta[0][:, None] * a + gamma[0] * b)
        p_0.append((state * p).sum())
        rows, own = [], []
        margins = ((beta[0], state.sum(axis=1)), (gamma[0], state.sum(axis=0)))
        for (values, margin), width in zip(margins, cell, strict=True):
            mean = margin @ values
            within = width**2 / 12  # of the mass of a cell
            rows.append((mean, math.sqrt(margin @ (values - mean) ** 2 + within)))
            edges = np.concatenate(([values[0] - width / 2], values + width / 2))
            own.append(np.interp(probabilities, np.concatenate(([0.0], margin.cumsum())), edges))
        moments.append(rows)
        quantiles.append(own)
        state = state * (p if action == 0 else 1 - p)
        total += math.log(state.sum())
        state = state / state.sum()
    found = np.array(moments)
    return np.array(p_0), found[..., 0], found[..., 1], np.array(quantiles), total


def two_chains_smoothing(inputs, actions, beta, gamma):
    """Return means and SDs of beta and gamma on each trial given all choices, (t, 2) each.

    Arguments as of `tests.checks.nonstationarity_exact.two_chains`.
    """
    likelihood = []
    for a, b, action in zip(*inputs, actions, strict=True):
        x = beta[0][:, None] * a + gamma[0] * b
        likelihood.append(ndtr(x if action == 0 else -x))
    state = beta[1][:, None] * gamma[1] * likelihood[0]
    forward = [state]
    for own in likelihood[1:]:
        state = beta[2].T @ state @ gamma[2] * own
        state = state / state.sum()
        forward.append(state)
    backward = np.ones_like(state)
    out = []
    for own, state in zip(likelihood[::-1], forward[::-1], strict=True):
        joint = state * backward
        joint = joint / joint.sum()
        rows = []
        for values, marginal in ((beta[0], joint.sum(axis=1)), (gamma[0], joint.sum(axis=0))):
            mean = marginal @ values
            rows.append((mean, math.sqrt(marginal @ (values - mean) ** 2)))
        out.append(rows)
        backward = beta[2] @ (own * backward) @ gamma[2].T
        backward = backward / backward.max()
    found = np.array(out[::-1])
    return found[..., 0], found[..., 1]
