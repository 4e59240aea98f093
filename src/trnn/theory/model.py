"""What a model of choice is: a latent state, how it makes choices, how it learns."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from scipy.special import expit, log_expit, log_ndtr, ndtr

Array = np.ndarray


class Model(ABC):
    """A model of choice between two actions.

    The same definition serves the simulator, the likelihood, the particle filter and the
    checks of estimates, so every method works on arrays of any shape. Shapes: `latent` is
    (n_latent, *shape), `parameters` (n_parameters, *shape); `previous_action`, `action` and
    `reward` broadcast against `shape`.

    P(action 0) = F(x) with the decision variable x and a symmetric distribution function F, so
    that P(action 1) = F(-x).
    """

    name: ClassVar[str]
    # The settings read `parameters` and `learning_parameters` off the model's file, where both
    # stand as tuples of texts: `trnn.config.models`. The words for them: `trnn.theory.words`.
    parameters: ClassVar[tuple[str, ...]]
    units: ClassVar[tuple[str, ...]]  # of the parameters
    latent_names: ClassVar[tuple[str, ...]]
    latent_units: ClassVar[tuple[str, ...]]
    # The parameters that the latent state depends on; the others are of choice alone.
    learning_parameters: ClassVar[tuple[str, ...]]
    # What the decision variable weighs, see `terms`: those that the latent state gives come first.
    latent_terms: ClassVar[tuple[str, ...]]
    action_terms: ClassVar[tuple[str, ...]] = ()

    @property
    def unit_of(self) -> dict[str, str]:
        """The unit of each parameter, in the model's order."""
        return dict(zip(self.parameters, self.units, strict=True))

    @abstractmethod
    def start(self, shape: tuple[int, ...]) -> Array:
        """Return the latent state at the start of a block, (n_latent, *shape)."""

    @abstractmethod
    def decision_variable(self, latent: Array, parameters: Array, previous_action: Array) -> Array:
        """Return x, (*shape); `previous_action` is -1 on a block's first trial."""

    @abstractmethod
    def terms(self, latent: Array, previous_action: Array) -> tuple[Array, ...]:
        """Return what the decision variable weighs by the parameters of choice, each (*shape).

        One for each of `latent_terms`, then one for each of `action_terms`, which the action before
        gives. All are positive where they speak for action 0.
        """

    @abstractmethod
    def update(self, latent: Array, parameters: Array, action: Array, reward: Array) -> Array:
        """Return the latent state after `action` (0 or 1) was followed by `reward`."""

    @abstractmethod
    def link(self, x: Array) -> Array:
        """Return P(action 0) = F(x)."""

    @abstractmethod
    def log_link(self, x: Array) -> Array:
        """Return log F(x), exact in the tails."""


class LogisticChoice(Model):
    """Softmax choice between two actions: F is the logistic function."""

    def link(self, x: Array) -> Array:
        """Return the logistic function of x."""
        return expit(x)

    def log_link(self, x: Array) -> Array:
        """Return the log of the logistic function of x."""
        return log_expit(x)


class ProbitChoice(Model):
    """Probit choice: F is the standard normal distribution function."""

    def link(self, x: Array) -> Array:
        """Return the standard normal distribution function of x."""
        return ndtr(x)

    def log_link(self, x: Array) -> Array:
        """Return the log of the standard normal distribution function of x."""
        return log_ndtr(x)
