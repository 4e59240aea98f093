"""Dynamics in which one parameter moves in a way of its own and the others switch.

All of them start uniformly over the parameters' ranges: what a Bayes factor between two of them
weighs is then the movement alone, and not how well a start was guessed.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from scipy.special import logit, ndtri

from trnn.config.dynamics import RandomWalk, Range, Switching
from trnn.theory.dynamics import (
    Dynamics,
    Intervals,
    RandomWalkDynamics,
    StationaryDynamics,
    SwitchingDynamics,
)

Array = np.ndarray

Motion = Literal["constant", "switching", "walking"]
Noise = Literal["none", "uniform", "normal"]

# The smallest distance from an end of a walk's interval that a start is held at, as a share of it:
# at the end itself the walk's scale is infinite.
FROM_THE_END = 1e-12


class StratifiedConstant(StationaryDynamics):
    """Parameters that never change; the first is spread evenly over its range.

    Along the last two axes of the noise, strata and particles in them: particle j of m in stratum i
    of k has a value in the (i m + j)-th of k m equal parts of the first parameter's range. A value
    of a constant that resampling has dropped cannot come back; strata that are resampled apart
    keep every part of the range until the end.
    """

    def start(self, uniform: Array) -> Array:
        """Spread the uniforms of the first parameter; scale all to their ranges."""
        first = np.arange(uniform.shape[-2] * uniform.shape[-1]).reshape(uniform.shape[-2:])
        spread = uniform.copy()
        spread[0] = (first + uniform[0]) / first.size
        return super().start(spread)


class UniformStartWalk(RandomWalkDynamics):
    """The random walk of one parameter or several, from starts uniform over their ranges."""

    def __init__(self, ranges: Mapping[str, Range], settings: RandomWalk) -> None:
        super().__init__(tuple(ranges), settings)
        self._uniform = StationaryDynamics(ranges)

    def start(self, uniform: Array) -> Array:
        """Bring uniform values to the walks' own scales."""
        state = self._uniform.start(uniform)
        for walk, x in zip(self.walks, state, strict=True):
            share = (x - walk.low) / (walk.high - walk.low)
            np.clip(share, FROM_THE_END, 1.0 - FROM_THE_END, out=share)
            if walk.scale == "logit":
                x[...] = logit(share)
            else:
                x[...] = np.log(walk.low + (walk.high - walk.low) * share)
        return state


class OneApart(Dynamics):
    """One parameter under dynamics of its own, the others under theirs.

    The noise is uniform; dynamics that ask for normals get the normal quantiles of their part. The
    one parameter's dynamics take the first rows of uniforms and noise, and have the first rows of
    the state.
    """

    noise: ClassVar[Noise] = "uniform"

    def __init__(self, index: int, own: Dynamics, others: Dynamics) -> None:
        """Put the one parameter at `index` of the model's order."""
        super().__init__(own.n_parameters + others.n_parameters)
        self.n_start = own.n_start + others.n_start
        self._own, self._others = own, others
        self._n_rows = len(own.start(np.full((own.n_start, 1, 1), 0.5)))
        self._index, self._rest = index, np.delete(np.arange(self.n_parameters), index)

    def start(self, uniform: Array) -> Array:
        """Start both parts."""
        n = self._own.n_start
        return np.concatenate((self._own.start(uniform[:n]), self._others.start(uniform[n:])))

    def step(self, state: Array, noise: Array, trial: int) -> Array:
        """Move both parts, in place."""
        n = self._own.n_parameters
        _move(self._own, state[: self._n_rows], noise[:n], trial)
        _move(self._others, state[self._n_rows :], noise[n:], trial)
        return state

    def values(self, state: Array) -> Array:
        """Return the parameters in the model's order."""
        out = np.empty((self.n_parameters, *state.shape[1:]))
        out[self._index] = self._own.values(state[: self._n_rows])[0]
        out[self._rest] = self._others.values(state[self._n_rows :])
        return out

    @property
    def intervals(self) -> Intervals:
        """The intervals of both parts, in the model's order."""
        low, width = np.empty(self.n_parameters), np.empty(self.n_parameters)
        for at, part in ((self._index, self._own), (self._rest, self._others)):
            low[at], width[at] = part.intervals.low, part.intervals.width
        return Intervals(low, width)


def _move(dynamics: Dynamics, state: Array, uniform: Array, trial: int) -> None:
    """Step dynamics in place, by uniform noise whatever they ask for."""
    if dynamics.noise == "uniform":
        dynamics.step(state, uniform, trial)
    elif dynamics.noise == "normal":
        # A uniform of exactly 0 would be a step to minus infinity.
        dynamics.step(state, ndtri(np.maximum(uniform, np.finfo(float).tiny)), trial)


def dynamics_of_one(
    motion: Motion, name: str, ranges: Mapping[str, Range], switching: Switching, walk: RandomWalk
) -> Dynamics:
    """Return the dynamics in which `name` follows `motion` and every other parameter switches.

    Parameters
    ----------
    ranges : mapping of parameter to Range
        In the model's order.
    switching, walk : settings
        Settings of the switching parameters, and of the one that walks.
    """
    own = dynamics_of_all(motion, {name: ranges[name]}, switching, walk)
    others = {other: ranges[other] for other in ranges if other != name}
    if not others:
        return own
    return OneApart(list(ranges).index(name), own, SwitchingDynamics(others, switching))


def dynamics_of_all(
    motion: Motion, ranges: Mapping[str, Range], switching: Switching, walk: RandomWalk
) -> Dynamics:
    """Return the dynamics in which every parameter of `ranges` follows `motion`."""
    if motion == "constant":
        return StratifiedConstant(ranges)
    if motion == "switching":
        return SwitchingDynamics(ranges, switching)
    return UniformStartWalk(ranges, walk)
