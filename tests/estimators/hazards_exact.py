"""Exact posteriors where a person has one of several hazards: those under each, mixed."""

import numpy as np

from tests.estimators.exact import switching_posterior, switching_smoothing


def mixed_posterior(x, actions, low, high, settings):
    """Return P(0), mean and SD of beta before each trial, log evidence, and P(hazard) (t, h).

    Arguments as of `switching_posterior`, under each of the hazards of `settings`.
    """
    limits = settings.max_changes or [None]
    each = [
        switching_posterior(x, actions, low, high, hazard, settings.min_gap, limits)
        for hazard in settings.hazard
    ]
    p_0, mean, sd = (np.array([own[i] for own in each]) for i in range(3))
    chosen = np.where(np.array(actions) == 0, p_0, 1 - p_0)
    before = np.zeros_like(chosen)
    before[:, 1:] = np.log(chosen).cumsum(axis=1)[:, :-1]
    shares = np.exp(before - np.logaddexp.reduce(before, axis=0))
    log = np.logaddexp.reduce([own[3] for own in each]) - np.log(len(each))
    return (shares * p_0).sum(axis=0), *_moments(shares, mean, sd), log, shares.T


def mixed_smoothing(x, actions, low, high, settings):
    """Return mean and SD of beta on each trial given all choices, and P(hazard) (h,)."""
    limits = settings.max_changes or [None]
    own = (settings.min_gap, limits)
    logs, means, sds = [], [], []
    for hazard in settings.hazard:
        logs.append(switching_posterior(x, actions, low, high, hazard, *own)[3])
        mean, sd = switching_smoothing(x, actions, low, high, hazard, *own)
        means.append(mean)
        sds.append(sd)
    shares = np.exp(logs - np.logaddexp.reduce(logs))
    return *_moments(shares[:, None], np.array(means), np.array(sds)), shares


def _moments(shares, mean, sd):
    """Return mean and SD of a mixture over the first axis."""
    whole = (shares * mean).sum(axis=0)
    return whole, np.sqrt((shares * (sd**2 + (mean - whole) ** 2)).sum(axis=0))
