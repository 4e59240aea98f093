"""The state of a training that is not finished, from which it goes on."""

from pathlib import Path
from typing import Any

import torch

from trnn.errors import CheckpointError
from trnn.estimators.recurrent.weights_io import load, save


def write_state(
    path: Path, digest: str, trainer: dict[str, Any], best_weights: dict[str, torch.Tensor]
) -> None:
    """Write a training's state."""
    save({"digest": digest, "trainer": trainer, "best_weights": best_weights}, path)


def read_state(path: Path, digest: str) -> dict[str, Any] | None:
    """Return a saved state, or None if there is none, or it is damaged or of other settings."""
    try:
        state = load(path)
    except CheckpointError:
        return None
    return state if state.get("digest") == digest else None
