"""The state of a training that is not finished, from which it goes on."""

from pathlib import Path
from typing import Any

import torch

from trnn.errors import CheckpointError
from trnn.estimators.recurrent.weights_io import load, save


def write_state(
    path: Path, made_by: str, trainer: dict[str, Any], best_weights: dict[str, torch.Tensor]
) -> None:
    """Write a training's state; `made_by` tells settings, seeds and code from others."""
    save({"made_by": made_by, "trainer": trainer, "best_weights": best_weights}, path)


def read_state(path: Path, made_by: str) -> dict[str, Any] | None:
    """Return a saved state, or None if there is none, or it is damaged or made by other things."""
    try:
        state = load(path)
    except CheckpointError:
        return None
    return state if state.get("made_by") == made_by else None
