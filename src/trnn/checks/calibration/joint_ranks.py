"""Where true values rank among draws from their joint posterior.

Posteriors of each parameter alone may be right while what they say of the parameters together is
wrong. Whatever number is made of the parameters, and of what the posterior was made from: if the
posterior is calibrated, the truth is one more draw, and its rank is uniform (simulation-based
calibration with test quantities: Modrak et al. 2023, Bayesian Analysis, "Simulation-based
calibration checking for Bayesian computation: the choice of test quantities shapes sensitivity").
Two quantities are used:

- nearness: the distance from a random point of the unit cube, parameters being shares of their
  ranges (TARP: Lemos, Coogan, Hezaveh & Perreault-Levasseur 2023, ICML, "Sampling-based accuracy
  testing of posterior estimators for general inference");
- trade-off: the product of two parameters' deviations from the posterior mean. Its mean is the
  covariance. Random points lie in all directions, in some of which a posterior with the wrong
  correlation is too narrow and in others too wide, which nearly cancels; here it does not.

Trials of one agent depend on one another, so that a test takes one trial of each agent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from trnn.checks.calibration.bins import N_TENTHS
from trnn.checks.calibration.joint_table import NEARNESS, TRADE_OFF
from trnn.seeds import generators

Array = np.ndarray


@dataclass(frozen=True)
class Quantity:
    """What true values and draws are ranked by; `of` are the places of its parameters."""

    kind: str
    of: tuple[int, ...]


def quantities(d: int) -> list[Quantity]:
    """Return the quantities of d parameters: the nearness of all, the trade-off of each pair."""
    pairs = [Quantity(TRADE_OFF, pair) for pair in combinations(range(d), 2)]
    return [Quantity(NEARNESS, tuple(range(d))), *pairs]


@dataclass(frozen=True)
class Probes:
    """What is drawn for the ranks of n agents, whatever the posteriors are.

    Parameters
    ----------
    trials : (n, 10) of int
        A trial of each tenth of the session, from 0; -1 where a session is too short to have one.
    picked : (n,) of int
        The tenth whose trial stands for the whole session.
    points : (n, 10, d)
        In the unit cube.
    ties : (n, 10, n_quantities)
        In [0, 1): where a true value stands among draws that are equal to it.
    """

    trials: Array
    picked: Array
    points: Array
    ties: Array


def probes(subjects: Sequence[str], lengths: Array, d: int, seed: int, *keys: str | int) -> Probes:
    """Draw the probes of n agents with sessions of `lengths` (n,); each from its name alone."""
    n, n_quantities = len(subjects), len(quantities(d))
    out = Probes(
        np.empty((n, N_TENTHS), np.int64),
        np.empty(n, np.int64),
        np.empty((n, N_TENTHS, d)),
        np.empty((n, N_TENTHS, n_quantities)),
    )
    steps = np.arange(N_TENTHS + 1)
    for i, rng in enumerate(generators(seed, [*keys, "probes"], subjects)):
        # Tenth j has the trials t with N_TENTHS * t // length == j.
        ends = -(-steps * int(lengths[i]) // N_TENTHS)
        first, width = ends[:-1], np.diff(ends)
        chosen = first + np.floor(rng.random(N_TENTHS) * width).astype(np.int64)
        out.trials[i] = np.where(width > 0, chosen, -1)
        out.picked[i] = rng.choice(np.flatnonzero(width))
        out.points[i] = rng.random((N_TENTHS, d))
        out.ties[i] = rng.random((N_TENTHS, n_quantities))
    return out


def joint_ranks(draws: Array, truth: Array, own: Probes) -> Array:
    """Return the ranks of n agents' true values among draws, in (0, 1), (n, 10, n_quantities).

    Uniform if the truth is one more independent draw; NaN on trials that there are not.

    Parameters
    ----------
    draws : (n, 10, n_draws, d)
        Of the posteriors on the probes' trials, as shares of the parameters' ranges.
    truth : (n, 10, d)
        True values on the same trials, as shares too.
    """
    # The mean is that of truth and draws together, so that no one of them is apart.
    together = np.concatenate((truth[:, :, None], draws), axis=2)
    ranks = np.stack(list(_ranks(together, own)), axis=-1)
    return np.where((own.trials >= 0)[:, :, None], ranks, np.nan)


def _ranks(together: Array, own: Probes) -> Iterator[Array]:
    """Yield the ranks of the first of `together` (n, 10, 1 + n_draws, d) by each quantity."""
    n_all, d = together.shape[2:]
    deviations = together - together.mean(axis=2, keepdims=True)
    for place, quantity in enumerate(quantities(d)):
        if quantity.kind == NEARNESS:
            values = np.square(together - own.points[:, :, None]).sum(axis=-1)
        else:
            values = deviations[..., list(quantity.of)].prod(axis=-1)
        truth, drawn = values[:, :, :1], values[:, :, 1:]
        below, equal = (drawn < truth).sum(axis=2), (drawn == truth).sum(axis=2)
        yield (below + own.ties[:, :, place] * (equal + 1)) / n_all


def on_trials(values: Array, trials: Array) -> Array:
    """Return the values (n, t, d) of chosen trials (n, m), as (n, m, d); of -1 any."""
    return np.take_along_axis(values, np.maximum(trials, 0)[:, :, None], axis=1)
