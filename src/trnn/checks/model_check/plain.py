"""A model's equations run as they are written, by Python, trial by trial: nothing is compiled."""

import inspect
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from trnn.errors import NumericalError
from trnn.theory.model import Model
from trnn.trials.checks import place
from trnn.trials.sequences import Sequences

Array = np.ndarray


def plain_predictions(model: Model, sequences: Sequences, parameters: Array) -> Array:
    """Return P(action 0) before each choice, (n, t); NaN in the padding.

    Parameters
    ----------
    parameters : (n, n_parameters)
        Constant ones, of each subject.

    Raises
    ------
    NumericalError
        If Python refuses to compute an equation, with the subject and the trial.
    """
    out = np.full(sequences.valid.shape, np.nan)
    for i, values in enumerate(parameters):
        own = dict(zip(model.names, map(float, values), strict=True))
        state: dict[str, float] = {}
        last = -1
        for t in range(sequences.lengths[i]):
            now: dict[str, Any] = {
                "action": int(sequences.action[i, t]),
                "reward": float(sequences.reward[i, t]),
                "other_reward": _other_reward(sequences, i, t),
            }
            try:
                if sequences.block_start[i, t]:
                    last, state = -1, _state(model, _call(model, "start", {}))
                given = {**own, **state, "last": last}
                out[i, t] = _probability(model.link, _call(model, "decide", given))
                state = _state(model, _call(model, "learn", {**own, **state, **now}))
            except (ArithmeticError, ValueError) as error:
                raise NumericalError(
                    f"the model '{model.name}', run by Python at {place(sequences, i, t)} with "
                    f"{own}: {type(error).__name__}: {error}. Compiled code goes on with infinity "
                    "or not-a-number there: have the equation avoid it."
                ) from error
            last = now["action"]
    return out


def _other_reward(sequences: Sequences, i: int, t: int) -> float:
    """Return the other arm's outcome; NaN where it was not shown, as compiled code has it."""
    return math.nan if sequences.other_reward is None else float(sequences.other_reward[i, t])


def _call(model: Model, equation: str, given: Mapping[str, Any]) -> Any:
    function = getattr(type(model), equation)
    return function(**{name: given[name] for name in inspect.signature(function).parameters})


def _state(model: Model, returned: Any) -> dict[str, float]:
    values = (returned,) if len(model.state) == 1 else returned
    return {own.name: value for own, value in zip(model.state, values, strict=True)}


def _probability(link: str, x: float) -> float:
    if link == "probit":
        return 0.5 * math.erfc(-x / math.sqrt(2.0))
    return 1.0 / (1.0 + math.exp(-x)) if x > -700 else 0.0
