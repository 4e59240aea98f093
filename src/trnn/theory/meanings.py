"""What the parameters of all models are called, in texts and in figures."""

from collections.abc import Iterable
from dataclasses import dataclass

from trnn.config.models import model_names, parameters_of
from trnn.errors import ConfigError


@dataclass(frozen=True)
class Meaning:
    """A parameter's name in words, and its symbol in figures."""

    words: str
    symbol: str


def meet(model: str) -> None:
    """Learn what a model of one's own calls its parameters.

    Where it calls one differently from the package's models, what this process writes has the
    model's own words: `check_meanings` sees to it that a run has no two meanings of one name.
    """
    MEANINGS.update(_of(model))


def check_meanings(models: Iterable[str]) -> None:
    """Raise ConfigError if two models of a run call a parameter of one name by different words."""
    found: dict[str, tuple[str, Meaning]] = {}
    for model in models:
        for name, meaning in _of(model).items():
            other, known = found.setdefault(name, (model, meaning))
            if known != meaning:
                raise ConfigError(
                    f"the model '{model}' calls '{name}' {meaning.words} ({meaning.symbol}), the "
                    f"model '{other}' of the same run {known.words} ({known.symbol}). Give the "
                    "parameter another name or the same words, or run the experiments apart."
                )


def _of(model: str) -> dict[str, Meaning]:
    return {p.name: Meaning(p.words, p.symbol) for p in parameters_of(model).parameters}


def _meanings() -> dict[str, Meaning]:
    """Return those that the models' classes state.

    Raises
    ------
    ValueError
        If two models call a parameter of one name by different words: a column has one meaning.
    """
    found: dict[str, Meaning] = {}
    for model in model_names():
        for name, meaning in _of(model).items():
            if found.setdefault(name, meaning) != meaning:
                raise ValueError(
                    f"the model '{model}' calls '{name}' {meaning.words} ({meaning.symbol}), "
                    f"another model {found[name].words} ({found[name].symbol}). Give it another "
                    "name."
                )
    # By name: a model that comes first in the alphabet does not change what comes after what.
    return dict(sorted(found.items()))


# Every parameter of every model of the package, by its column's name, in an order that no new model
# changes; after them those of models of one's own that were met.
MEANINGS = _meanings()
