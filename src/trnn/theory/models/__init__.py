"""The theories of choice, one definition each, found by name with `get_model`."""

from trnn.theory.models.base import Model
from trnn.theory.models.hybrid_exploration import HybridExploration
from trnn.theory.models.q_learning import (
    QLearning,
    QLearningKnownTemperature,
    QLearningPerseveration,
)

MODELS: dict[str, type[Model]] = {
    model.name: model
    for model in (
        QLearning,
        QLearningKnownTemperature,
        QLearningPerseveration,
        HybridExploration,
    )
}


def get_model(name: str) -> Model:
    """Return the model called `name`; KeyError names the ones there are."""
    if name not in MODELS:
        raise KeyError(f"no model '{name}'; there are {sorted(MODELS)}")
    return MODELS[name]()


__all__ = ["MODELS", "Model", "get_model"]
