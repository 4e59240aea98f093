"""`particles`: a bootstrap filter of an agent whose parameters switch.

The state-space model is written from the same definition as the project's dynamics: a parameter is
redrawn at a hazard, if enough trials have passed since its last change and it has changes left.
"""

from typing import NamedTuple

import numpy as np
import particles
from particles import distributions, state_space_models
from particles.collectors import Collector
from particles.resampling import exp_and_normalise, wquantiles
from scipy.special import log_expit

from benchmarks.peers.agents import ranges
from benchmarks.peers.scores import PROBABILITIES
from trnn.config.dynamics import Switching

Array = np.ndarray
# Columns of a particle: values, trials of the last change, numbers of changes, limit, Q-values.
VALUES, LAST, CHANGES, LIMIT, Q = slice(0, 2), slice(2, 4), slice(4, 6), 6, slice(7, 9)
WIDTH = 9


class Found(NamedTuple):
    """Log evidences of the replicates (r,); means (t, 2) and quantiles (t, 2, 5), or None."""

    log_evidence: Array
    mean: Array | None
    quantiles: Array | None


class Law(distributions.ProbDist):
    """A distribution of particles that is only drawn from; `draw(size)` gives (size, WIDTH)."""

    dim = WIDTH

    def __init__(self, draw) -> None:
        self._draw = draw

    def rvs(self, size=None):
        """Draw `size` particles."""
        return self._draw(1 if size is None else size)


class OfChoices(distributions.ProbDist):
    """The distribution of a choice, given log-odds of action 0."""

    def __init__(self, log_odds: Array) -> None:
        self._log_odds = log_odds

    def logpdf(self, x):
        """Return the log probability of action `x`."""
        return log_expit(self._log_odds if x == 0 else -self._log_odds)


class SwitchingLearner(state_space_models.StateSpaceModel):
    """Q-learning of one agent with parameters that switch.

    `action`, `reward`, `fresh` are (t,); `dynamics` says how parameters switch. The state of a
    trial has learned from the trials before it.
    """

    def PX0(self):
        """Return the law before the first trial."""
        low, high = ranges()
        limits = np.array(self.dynamics.max_changes, dtype=float)

        def draw(n: int) -> Array:
            x = np.zeros((n, WIDTH))
            x[:, VALUES] = low + (high - low) * np.random.random((n, 2))  # noqa: NPY002
            x[:, LIMIT] = np.random.choice(limits, n)  # noqa: NPY002
            return x

        return Law(draw)

    def PX(self, t, xp):
        """Return the law of trial `t`, after the choice and the reward of the trial before."""

        def draw(n: int) -> Array:
            x = xp.copy()
            own = Q.start + int(self.action[t - 1])
            x[:, own] += xp[:, 0] * (self.reward[t - 1] - xp[:, own])
            if self.fresh[t]:
                x[:, Q] = 0.0
            self._switch(t, x)
            return x

        return Law(draw)

    def PY(self, t, xp, x):
        """Return the law of the choice of trial `t`."""
        return OfChoices(x[:, 1] * (x[:, Q.start] - x[:, Q.start + 1]))

    def _switch(self, t: int, x: Array) -> None:
        low, high = ranges()
        for p in range(2):
            # `particles` draws from numpy's global generator, and so does what it calls.
            rows = np.flatnonzero(np.random.random(len(x)) < self.dynamics.hazard)  # noqa: NPY002
            last, changes = x[rows, LAST.start + p], x[rows, CHANGES.start + p]
            rows = rows[(t - last > self.dynamics.min_gap) & (changes < x[rows, LIMIT])]
            new = np.random.random(len(rows))  # noqa: NPY002
            x[rows, p] = low[p] + (high[p] - low[p]) * new
            x[rows, LAST.start + p] = t
            x[rows, CHANGES.start + p] += 1


class BeforeTheChoice(Collector):
    """Means and quantiles of the values on each trial before its choice is seen."""

    def fetch(self, smc):
        """Return means (2,) and quantiles (2, 5), by the weights without this trial's choice."""
        weights = exp_and_normalise(smc.wgts.lw - smc.fk.logG(smc.t, smc.Xp, smc.X))
        values = smc.X[:, VALUES]
        return weights @ values, wquantiles(weights, values, PROBABILITIES)


def filter_agent(
    dynamics: Switching,
    trials: tuple[Array, Array, Array],
    n: int,
    replicates: int,
    below: float,
    summaries: bool,
    seed: int,
) -> Found:
    """Filter one agent by some replicates of `n` particles.

    Parameters
    ----------
    trials : action, reward, fresh
        Each (t,).
    below : float
        Share of `n` under which the effective sample size leads to resampling.
    """
    action, reward, fresh = trials
    own = SwitchingLearner(action=action, reward=reward, fresh=fresh, dynamics=dynamics)
    model = state_space_models.Bootstrap(ssm=own, data=action)
    log_evidence, of_each = np.empty(replicates), []
    np.random.seed(seed)  # noqa: NPY002
    for r in range(replicates):
        collect = [BeforeTheChoice()] if summaries else "off"
        smc = particles.SMC(fk=model, N=n, ESSrmin=below, collect=collect)
        smc.run()
        log_evidence[r] = smc.logLt
        if summaries:
            of_each.append(smc.summaries.beforeTheChoice)
    if not summaries:
        return Found(log_evidence, None, None)
    parts = [np.mean([[x[i] for x in one] for one in of_each], axis=0) for i in range(2)]
    return Found(log_evidence, *parts)
