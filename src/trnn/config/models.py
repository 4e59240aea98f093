"""Which models there are, and their parameters: read off the models' files, which are not run.

The settings are checked before anything starts, and by Snakemake in every job; they should not wait
for numerical libraries. A model's class is the one place where its parameters stand.
"""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[1] / "theory" / "models"


class ModelParameters(NamedTuple):
    """A model's parameters, in its order, and those among them that its latent state depends on."""

    all: tuple[str, ...]
    learning: tuple[str, ...]


def model_names() -> list[str]:
    """Return the names of all models: of the files of `trnn.theory.models`."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


@cache
def parameters_of(model: str) -> ModelParameters:
    """Return what a model's class states about its parameters.

    Raises
    ------
    ValueError
        If there is no such model, or its file does not state them as tuples of texts.
    """
    if model not in model_names():
        raise ValueError(f"got '{model}'; the models are {model_names()}")
    path = FOLDER / f"{model}.py"
    classes = [n for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.ClassDef)]
    stated = {
        name: value for node in classes for name, value in _attributes(node) if value is not None
    }
    found = [_texts(stated.get(name)) for name in ("parameters", "learning_parameters")]
    if found[0] is None or found[1] is None:
        raise ValueError(
            f"{path}: the model's class must state `parameters` and `learning_parameters` itself, "
            'each as a tuple of texts, like ("alpha", "beta")'
        )
    return ModelParameters(found[0], found[1])


def _attributes(node: ast.ClassDef) -> list[tuple[str, ast.expr | None]]:
    """Return the names and values that a class's body assigns, with or without annotation."""
    out: list[tuple[ast.expr, ast.expr | None]] = [
        (n.target, n.value) for n in node.body if isinstance(n, ast.AnnAssign)
    ]
    out += [(t, n.value) for n in node.body if isinstance(n, ast.Assign) for t in n.targets]
    return [(target.id, value) for target, value in out if isinstance(target, ast.Name)]


def _texts(node: ast.expr | None) -> tuple[str, ...] | None:
    """Return a tuple of texts that is written out; None if the expression is another."""
    try:
        value = ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None
    fits = isinstance(value, tuple) and all(isinstance(text, str) for text in value)
    return value if fits else None
