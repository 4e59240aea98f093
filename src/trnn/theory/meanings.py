"""What the parameters of all models are called, in texts and in figures."""

from dataclasses import dataclass

from trnn.config.models import model_names, parameters_of


@dataclass(frozen=True)
class Meaning:
    """A parameter's name in words, and its symbol in figures."""

    words: str
    symbol: str


def _meanings() -> dict[str, Meaning]:
    """Return those that the models' classes state.

    Raises
    ------
    ValueError
        If two models call a parameter of one name by different words: a column has one meaning.
    """
    found: dict[str, Meaning] = {}
    for model in model_names():
        for parameter in parameters_of(model).parameters:
            meaning = Meaning(parameter.words, parameter.symbol)
            if found.setdefault(parameter.name, meaning) != meaning:
                raise ValueError(
                    f"the model '{model}' calls '{parameter.name}' {meaning.words} "
                    f"({meaning.symbol}), another model {found[parameter.name].words} "
                    f"({found[parameter.name].symbol}). Give it another name."
                )
    # By name: a model that comes first in the alphabet does not change what comes after what.
    return dict(sorted(found.items()))


# Every parameter of every model, by its column's name, in an order that no new model changes.
MEANINGS = _meanings()
