"""The models of choice: a file each, whose name is the model's; it defines one class.

A model is found by its name, and no list names them all. So one more model, or a change of one, is
no change of anything that is made with another (`trnn.workflow.modules`). A model of one's own lies
in a file anywhere, and is called by it (`trnn.theory.own_models`).
"""

import importlib
import inspect
import pkgutil

from trnn.config.model_files import is_own
from trnn.theory.model import Model
from trnn.theory.own_models import own_model


def model_names() -> list[str]:
    """Return the names of all models: of the files in this folder, in order of the alphabet."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def get_model(name: str) -> Model:
    """Return the model called `name`, or ``path/to/file.py:Class``.

    Raises
    ------
    KeyError
        If there is none; it names those that there are.
    ConfigError
        If a model of one's own cannot be loaded: see `trnn.theory.own_models.load_own`.
    TypeError
        If the file of that name does not define exactly one model, of that name.
    """
    if is_own(name):
        return own_model(name)
    if name not in model_names():
        raise KeyError(f"no model '{name}'; there are {model_names()}")
    module = importlib.import_module(f"{__name__}.{name}")
    own = [
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, Model)
        and value.__module__ == module.__name__
    ]
    if [model.name for model in own] != [name]:
        raise TypeError(
            f"{module.__file__}: must define one model, of name '{name}'; "
            f"got {[model.__name__ for model in own]}"
        )
    return own[0]()


__all__ = ["Model", "get_model", "model_names"]
