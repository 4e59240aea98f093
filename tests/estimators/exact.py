"""Exact posteriors on grids, by plain forward recursions: what a filter must come to equal."""

import math

import numpy as np

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
        likelihood = p_0 if action == 0 else 1 - p_0
        evidence = marginal @ likelihood
        states = {key: p * likelihood / evidence for key, p in states.items()}
        log_evidence += math.log(evidence)
    return *(np.array(column) for column in zip(*out, strict=True)), log_evidence


def _add(states, key, p):
    states[key] = states.get(key, 0.0) + p
