"""How the parameters of simulated agents move.

A dynamics is driven by noise that the caller draws: uniforms at the start, and for every later
trial an array of uniforms or normals. So what is drawn never depends on how the work is grouped. A
state is one array (n_rows, *shape): everything about an agent is a column. Particle filters move
the same way by fewer random numbers: `trnn.theory.motions`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from scipy.special import expit, ndtri

from trnn.config.dynamics import DynamicsSettings, RandomWalk, Range, Stationary, Switching
from trnn.config.hazards import hazards_in

Array = np.ndarray


class Dynamics(ABC):
    """How n parameters move; shapes as in the module's description."""

    noise: ClassVar[Literal["none", "uniform", "normal"]]

    def __init__(self, n_parameters: int) -> None:
        self.n_parameters = n_parameters
        self.n_start = n_parameters
        # Uniforms of the start that an agent draws after all others, so that these are as without.
        self.n_last = 0

    @abstractmethod
    def start(self, uniform: Array) -> Array:
        """Return the state at the first trial from uniforms (n_start + n_last, *shape)."""

    def own_hazard(self, uniform: Array) -> Array | None:
        """Return the hazard of each agent, (*shape), from what it starts by; None if none differ.

        Arguments as of `start`.
        """
        return None

    @abstractmethod
    def step(self, state: Array, noise: Array, trial: int) -> Array:
        """Return the state at `trial` >= 1 (of the session) from `noise` (n_parameters, *shape).

        The array `state` may be changed and returned: read what is needed of it before.
        """

    @abstractmethod
    def values(self, state: Array) -> Array:
        """Return the parameters, (n_parameters, *shape)."""


class StationaryDynamics(Dynamics):
    """Uniform over the ranges at the start, then constant."""

    noise: ClassVar[Literal["none", "uniform", "normal"]] = "none"

    def __init__(self, ranges: Mapping[str, Range]) -> None:
        super().__init__(len(ranges))
        self.low = np.array([r.low for r in ranges.values()])
        self.width = np.array([r.high - r.low for r in ranges.values()])

    def start(self, uniform: Array) -> Array:
        """Scale uniforms to the ranges."""
        shape = (-1,) + (1,) * (uniform.ndim - 1)
        return self.low.reshape(shape) + self.width.reshape(shape) * uniform[: self.n_parameters]

    def step(self, state: Array, noise: Array, trial: int) -> Array:
        """Return the state unchanged."""
        return state

    def values(self, state: Array) -> Array:
        """Return the parameters."""
        return state[: self.n_parameters]


class SwitchingDynamics(StationaryDynamics):
    """Each parameter is redrawn from its range at a hazard, after a gap, a limited number of times.

    Rows of the state: the values; then, if there is a gap or a limit, each parameter's last trial
    of change and its number of changes; then the limit (infinite if there is none). A share of
    agents may be stationary: their limit is 0. The last row is the agent's hazard, where agents
    have hazards of their own: drawn last, so that an agent is the same as if all had its hazard.
    """

    noise = "uniform"

    def __init__(self, ranges: Mapping[str, Range], settings: Switching) -> None:
        super().__init__(ranges)
        self.hazards = np.array(hazards_in(settings.hazard))
        self.n_last = int(len(self.hazards) > 1)
        self.min_gap = settings.min_gap
        self.max_changes = settings.max_changes
        self.stationary_share = settings.stationary_share
        self.n_start = self.n_parameters + (self.max_changes is not None)
        self.n_start += self.stationary_share > 0
        self.has_history = self.min_gap > 0 or self.n_start > self.n_parameters

    def start(self, uniform: Array) -> Array:
        """Draw values, the limit of changes and the hazard; nothing has changed yet."""
        state = self._without_hazard(uniform[: self.n_start])
        hazard = self.own_hazard(uniform)
        return state if hazard is None else np.concatenate((state, hazard[None]))

    def own_hazard(self, uniform: Array) -> Array | None:
        """Draw the hazard of each agent, any equally likely."""
        if self.n_last == 0:
            return None
        own: Array = self.hazards[(uniform[self.n_start] * len(self.hazards)).astype(np.intp)]
        return own

    def _without_hazard(self, uniform: Array) -> Array:
        values = super().start(uniform)
        if not self.has_history:
            return values
        history = np.zeros((2 * self.n_parameters, *values.shape[1:]))
        if self.max_changes is None:
            limit = np.full(values.shape[1:], np.inf)
        else:
            choices = np.array(self.max_changes, dtype=float)
            limit = choices[(uniform[self.n_parameters] * len(choices)).astype(np.intp)]
        if self.stationary_share > 0:
            limit = np.where(uniform[-1] < self.stationary_share, 0.0, limit)
        return np.concatenate((values, history, limit[None]))

    def step(self, state: Array, noise: Array, trial: int) -> Array:
        """Redraw, in place, each parameter whose uniform is under the hazard, if it may change."""
        n = self.n_parameters
        own = self.n_last > 0
        hazard = state[-1] if own else self.hazards[0]
        at = np.unravel_index(np.flatnonzero(noise < hazard), noise.shape)
        if self.has_history:
            last_change, n_changes, limit = state[n : 2 * n], state[2 * n : 3 * n], state[3 * n]
            free = (trial - last_change[at] > self.min_gap) & (n_changes[at] < limit[at[1:]])
            at = tuple(index[free] for index in at)
            last_change[at] = trial
            n_changes[at] += 1
        # Given that it fell under the hazard, uniform / hazard is uniform on [0, 1) again.
        share = noise[at] / (hazard[at[1:]] if own else hazard)
        state[at] = self.low[at[0]] + self.width[at[0]] * share
        return state


class RandomWalkDynamics(Dynamics):
    """Independent Gaussian walks on an unconstrained scale."""

    noise = "normal"

    def __init__(self, names: tuple[str, ...], settings: RandomWalk) -> None:
        super().__init__(len(names))
        self.walks = [settings.parameters[name] for name in names]

    def start(self, uniform: Array) -> Array:
        """Draw the walks' starts by the normal quantile function."""
        # A uniform of exactly 0 would start a walk at minus infinity.
        normal = ndtri(np.maximum(uniform, np.finfo(float).tiny))
        return np.stack(
            [w.start_mean + w.start_sd * x for w, x in zip(self.walks, normal, strict=True)]
        )

    def step(self, state: Array, noise: Array, trial: int) -> Array:
        """Add, in place, a Gaussian step."""
        step_sd = np.array([w.step_sd for w in self.walks]).reshape((-1,) + (1,) * (noise.ndim - 1))
        state += step_sd * noise
        return state

    def values(self, state: Array) -> Array:
        """Transform the walks to the parameters' own scale."""
        out = np.empty_like(state)
        for walk, x, value in zip(self.walks, state, out, strict=True):
            if walk.scale == "logit":
                expit(x, out=value)
                value *= walk.high - walk.low
                value += walk.low
            else:
                np.minimum(x, 700.0, out=value)
                np.exp(value, out=value)
                np.clip(value, walk.low, walk.high, out=value)
        return out


def get_dynamics(settings: DynamicsSettings, ranges: Mapping[str, Range]) -> Dynamics:
    """Return the dynamics of `settings` for the parameters of `ranges`, in their order."""
    if isinstance(settings, Stationary):
        return StationaryDynamics(ranges)
    if isinstance(settings, Switching):
        return SwitchingDynamics(ranges, settings)
    return RandomWalkDynamics(tuple(ranges), settings)
