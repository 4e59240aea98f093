"""What is assumed of a person: the model, its parameters' ranges, how they move."""

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from trnn.config.dynamics import DynamicsSettings, RandomWalk, Range, Stationary, Switching, Walk
from trnn.config.hazards import hazard_words
from trnn.config.model_files import FORM, is_own
from trnn.errors import ConfigError
from trnn.theory.compiled import check_model
from trnn.theory.model import Model
from trnn.theory.models import get_model, model_names
from trnn.theory.motions import Motions, all_alike, motions_of
from trnn.theory.own_models import load_own

SWITCHING, STATIONARY, WALK = "switching", "stationary", "random_walk"
DYNAMICS = (SWITCHING, STATIONARY, WALK)
CHANGES = 3.5  # of each parameter, a session
PERSON = "the person's"  # own hazard
STEP_SD = 0.1  # of a trial, on the logit scale over a parameter's range


@dataclass(frozen=True)
class Assumptions:
    """A model, the ranges of its parameters, and their dynamics.

    `hazard`: the probability of a change, a trial and parameter; several: each person has one of
    them; None: as many as `changes` over a person's own session, whichever others there are.
    `step_sd`: of a random walk's steps.
    """

    model: Model
    ranges: Mapping[str, Range]
    dynamics: str = SWITCHING
    hazard: float | tuple[float, ...] | None = None
    changes: float = CHANGES
    step_sd: float = STEP_SD

    def hazard_of(self, n_trials: int) -> float | list[float]:
        """Return the hazard of a session, to two digits, or those that were given."""
        if self.hazard is not None:
            return list(self.hazard) if isinstance(self.hazard, tuple) else self.hazard
        return float(f"{min(self.changes / n_trials, 1.0):.2g}")

    def settings(self, n_trials: int) -> DynamicsSettings:
        """Return the dynamics as an experiment would state them."""
        if self.dynamics == STATIONARY:
            return Stationary(kind="stationary")
        if self.dynamics == SWITCHING:
            return Switching(kind="switching", hazard=self.hazard_of(n_trials))
        walks = {
            name: Walk(
                scale="logit",
                low=r.low,
                high=r.high,
                start_mean=0,
                start_sd=1,
                step_sd=self.step_sd,
            )
            for name, r in self.ranges.items()
        }
        return RandomWalk(kind="random_walk", parameters=walks)

    def motions(self, n_trials: int) -> Motions:
        """Return how the parameters move in a session; every one starts uniformly over its range.

        So walks do too, where an experiment's would start as it states.
        """
        settings = self.settings(n_trials)
        if isinstance(settings, RandomWalk):
            still = Switching(kind="switching", hazard=0)
            return all_alike("walking", self.ranges, still, settings)
        return motions_of(settings, self.ranges)

    def prior_sd(self, name: str) -> float:
        """Return the SD of a parameter before anything is seen: of a uniform distribution."""
        return (self.ranges[name].high - self.ranges[name].low) / math.sqrt(12.0)

    def words(self) -> str:
        """Return the dynamics in a sentence's words."""
        if self.dynamics == STATIONARY:
            return "parameters never change within a session"
        if self.dynamics == WALK:
            return (
                f"every parameter walks, by steps of SD {self.step_sd:g} on the logit scale of its "
                "range, from a start anywhere in it"
            )
        often = (
            f"with {hazard_words(self.hazard, PERSON)} on each trial"
            if self.hazard is not None
            else f"about {self.changes:g} times a session"
        )
        return f"each parameter, apart from others, is drawn anew from its range {often}"

    def reward_unit(self) -> str | None:
        """Return the unit in which the model needs rewards; None if it takes any."""
        units = [state.unit for state in self.model.state]
        return None if "reward" in units else units[0]


def assume(
    model: str | Model,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    dynamics: str = SWITCHING,
    hazard: float | Sequence[float] | None = None,
    changes: float = CHANGES,
    step_sd: float = STEP_SD,
) -> Assumptions:
    """Return the assumptions; ranges that are not given are the model's own.

    Raises
    ------
    ConfigError
        If there is no such model, parameter or dynamics, or a number is out of its bounds; if the
        equations of a model of one's own cannot be compiled, with file, line and reason.
    """
    own = _model(model)
    bounds = {p.name: (float(p.low), float(p.high)) for p in own.parameters}
    unknown = sorted(set(ranges or {}) - set(bounds))
    if unknown:
        raise ConfigError(
            f"ranges: the model '{own.name}' has no parameter {unknown}; it has {list(bounds)}."
        )
    if dynamics not in DYNAMICS:
        raise ConfigError(f"dynamics: got '{dynamics}'; expected one of {list(DYNAMICS)}.")
    if not 0 <= changes < math.inf:
        raise ConfigError(f"changes: got {changes:g}; expected a number a session, 0 or more.")
    if not 0 <= step_sd < math.inf:
        raise ConfigError(f"step SD: got {step_sd:g}; expected a number of 0 or more.")
    made = {name: _range(name, end) for name, end in (bounds | dict(ranges or {})).items()}
    return Assumptions(own, made, dynamics, _hazard(hazard), float(changes), float(step_sd))


def _hazard(hazard: float | Sequence[float] | None) -> float | tuple[float, ...] | None:
    if hazard is None:
        return None
    given = [float(own) for own in np.atleast_1d(hazard)]
    if not given or not all(0 <= own <= 1 for own in given):
        told = ", ".join(f"{own:g}" for own in given)
        raise ConfigError(f"hazard: got {told}; expected a probability, 0 to 1, or several.")
    if len(given) == 1:
        return given[0]
    if given[0] == 0 or sorted(set(given)) != given:
        raise ConfigError(
            f"hazard: got {', '.join(f'{own:g}' for own in given)}; of several each person has "
            "one: expected them above 0, in ascending order, none twice."
        )
    return tuple(given)


def _model(model: str | Model) -> Model:
    if isinstance(model, Model):
        return model
    if is_own(model):
        own = load_own(model)
        check_model(own)
        return own
    try:
        return get_model(model)
    except KeyError:
        close = difflib.get_close_matches(str(model), model_names(), n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        raise ConfigError(
            f"model: there is no model '{model}'; there are {model_names()}, and one of your own "
            f"is called {FORM}.{hint}"
        ) from None


def _range(name: str, ends: Any) -> Range:
    try:
        low, high = (float(end) for end in ends)
        return Range(low=low, high=high)
    except (TypeError, ValueError, ValidationError):
        raise ConfigError(
            f"ranges: {name}: got {ends!r}; expected two finite numbers, low and high, low below "
            "high."
        ) from None
