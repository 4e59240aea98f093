"""Which models there are, and their parameters: read off the models' files, which are not run.

The settings are checked before anything starts, and by Snakemake in every job; they should not wait
for numerical libraries. A model's class is the one place where its parameters stand.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from trnn.config.model_files import FORM, class_of, is_own, split, stated
from trnn.errors import ConfigError

FOLDER = Path(__file__).resolve().parents[1] / "theory" / "models"
EXAMPLE = (
    'Parameter("alpha", words="learning rate", symbol="α", unit="1", low=0, high=1, learning=True)'
)


@dataclass(frozen=True)
class Parameter:
    """A parameter of a model.

    Parameters
    ----------
    name : its name in equations, settings and tables
    words, symbol : what texts and figures call it; the same in every model that has the name
    unit : unit in tables
    low, high : range, where the settings state no other
    learning : whether the model's state depends on it; the others are of choice alone
    """

    name: str
    words: str
    symbol: str
    unit: str
    low: float
    high: float
    learning: bool = False


class ModelParameters(NamedTuple):
    """A model's parameters, in its order."""

    parameters: tuple[Parameter, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def learning(self) -> tuple[str, ...]:
        """The names of those that the model's state depends on."""
        return tuple(parameter.name for parameter in self.parameters if parameter.learning)


def model_names() -> list[str]:
    """Return the names of all models: of the files of `trnn.theory.models`."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def parameters_of(model: str) -> ModelParameters:
    """Return what a model's class states about its parameters.

    Parameters
    ----------
    model : str
        The name of one of the package's, or ``path/to/file.py:Class`` (`trnn.config.model_files`),
        whose file is read anew each time.

    Raises
    ------
    ValueError
        If there is no such model, or its file does not state them one by one.
    """
    return _own_parameters(model) if is_own(model) else _package_parameters(model)


@cache
def _package_parameters(model: str) -> ModelParameters:
    if model not in model_names():
        raise ValueError(
            f"got '{model}'; the models are {model_names()}, and one of your own is called {FORM}"
        )
    path = FOLDER / f"{model}.py"
    for node in ast.parse(path.read_text("utf-8")).body:
        entries = stated(node) if isinstance(node, ast.ClassDef) else None
        if entries is not None:
            return ModelParameters(tuple(_parameter(entry, path) for entry in entries))
    raise ValueError(
        f"{path}: the model's class must state `parameters` itself, as a tuple of {EXAMPLE}"
    )


def _own_parameters(model: str) -> ModelParameters:
    file, _ = split(model)
    try:
        entries = stated(class_of(model)) or []
    except ConfigError as error:
        raise ValueError(str(error)) from error
    if not entries:
        raise ValueError(f"{file}: the model's class must state at least one of {EXAMPLE}")
    return ModelParameters(tuple(_parameter(entry, file) for entry in entries))


def _parameter(entry: ast.expr, path: Path) -> Parameter:
    """Return a parameter that is written out."""
    try:
        assert isinstance(entry, ast.Call)
        values = [ast.literal_eval(value) for value in entry.args]
        named = {str(k.arg): ast.literal_eval(k.value) for k in entry.keywords}
        made = Parameter(*values, **named)
    except (AssertionError, ValueError, TypeError) as error:
        raise ValueError(
            f"{path}:{entry.lineno}: each of `parameters` must be written out like {EXAMPLE}; got "
            f"{ast.unparse(entry)} ({error})"
        ) from error
    if not all(isinstance(end, int | float) for end in (made.low, made.high)):
        raise ValueError(
            f"{path}:{entry.lineno}: the range of '{made.name}' must be of numbers, got "
            f"[{made.low!r}, {made.high!r}]"
        )
    if not made.low < made.high:
        raise ValueError(
            f"{path}:{entry.lineno}: the range of '{made.name}' must have low < high, got "
            f"[{made.low}, {made.high}]"
        )
    return made
