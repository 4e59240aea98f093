"""What a model of choice is: equations for one subject and one trial, and what they name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from trnn.config.models import Parameter

__all__ = ["Model", "Parameter", "State"]


@dataclass(frozen=True)
class State:
    """A number that a model carries from trial to trial: its name in equations and tables."""

    name: str
    unit: str
    words: str


class Model:
    """A model of choice between two actions.

    A subclass states what it names, and three equations as static functions of plain numbers. Each
    takes, in any order, those that it needs: the state's and the parameters' names; `decide` also
    ``last``, the action made last since values began anew (-1 if there is none); `learn` also
    ``action`` (0 or 1), ``reward`` and, if it learns from it, ``other_reward``, what the other
    action would have given: not-a-number where the task does not show it. `learn` is not called
    where there was no response (`trnn.trials.missed`). They are compiled (`trnn.theory.compiled`)
    into every loop that runs a model: simulation, likelihood, particle filters, predictions and the
    inputs of networks. Rewards come as the task pays them, of whatever sign and size.

    - ``start()`` returns the state at a block's start; where a task's values carry over blocks, at
      a session's;
    - ``decide(...)`` returns the decision variable x: P(action 0) = F(x) with the symmetric
      distribution function F that `link` names, so that P(action 1) = F(-x);
    - ``learn(...)`` returns the state after the choice and its reward.

    A state of one number is returned as a number, of several as a tuple in the order of `state`.

    A model may state what the decision variable weighs: ``terms(...)``, of the state and ``last``,
    returns one number for each of `latent_terms`, then one for each of `action_terms`, positive
    where they speak for action 0. Networks read them, those of actions once, whatever parameters
    of learning they follow a session under: they must not depend on these. Networks treat arms
    alike; a model that does not has a term that is always 1, which tells them which arm is which.
    Of a model that states no terms they read the decision variable itself.
    """

    name: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]
    state: ClassVar[tuple[State, ...]]
    link: ClassVar[Literal["logistic", "probit"]]
    # What `terms` returns: what the state gives, then what the action before gives.
    latent_terms: ClassVar[tuple[str, ...]] = ()
    action_terms: ClassVar[tuple[str, ...]] = ()

    start: ClassVar[Callable[..., Any]]
    decide: ClassVar[Callable[..., Any]]
    learn: ClassVar[Callable[..., Any]]
    terms: ClassVar[Callable[..., Any] | None] = None

    @property
    def n_terms(self) -> int:
        """How many numbers `terms` returns."""
        return len(self.latent_terms) + len(self.action_terms)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names, in the model's order."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def learning(self) -> tuple[str, ...]:
        """The names of the parameters that the state depends on, in the model's order."""
        return tuple(parameter.name for parameter in self.parameters if parameter.learning)

    @property
    def unit_of(self) -> dict[str, str]:
        """The unit of each parameter, in the model's order."""
        return {parameter.name: parameter.unit for parameter in self.parameters}
