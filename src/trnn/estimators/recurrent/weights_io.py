"""Files of weights: equal content is equal bytes, and nothing in them is unpickled as code."""

import io
import platform
from pathlib import Path
from typing import Any

import numpy as np
import torch

from trnn import __version__
from trnn.errors import CheckpointError
from trnn.estimators.recurrent.gru import recurrence
from trnn.tables.atomic import atomic_path
from trnn.tables.origin import git_commit


def versions() -> dict[str, str]:
    """Return the versions that decide what weights a training ends with."""
    return {
        "trnn": __version__,
        "git_commit": git_commit(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "recurrence": recurrence(),
    }


def save(content: dict[str, Any], path: Path) -> None:
    """Write tensors and plain data, whole or not at all."""
    # By way of memory: torch writes a file's name into it, and a temporary name is never the same.
    buffer = io.BytesIO()
    torch.save(content, buffer)
    with atomic_path(path) as temporary:
        temporary.write_bytes(buffer.getvalue())


def load(path: Path) -> dict[str, Any]:
    """Read what `save` wrote; CheckpointError if the file is absent or damaged."""
    try:
        content = torch.load(path, weights_only=True, map_location="cpu")
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: no such checkpoint.") from error
    # A damaged file raises whatever its bytes lead to: KeyError, IndexError, struct.error, ...
    except Exception as error:
        raise CheckpointError(
            f"{path}: not a readable checkpoint ({error}). It is truncated or damaged: delete it "
            f"and run `snakemake {path}` to train it again."
        ) from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path}: not a checkpoint: it holds a {type(content).__name__}.")
    return content
