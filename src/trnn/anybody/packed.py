"""Packed networks: all networks that make an experiment's estimates, and their card, in one file.

The file is an npz of numpy (a zip archive that is not compressed), with `card.json` in it: weights
as float32, as they are in the checkpoints, and everything else as JSON. Nothing is unpickled, and
equal content is equal bytes.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from trnn.config.views import from_view
from trnn.errors import CheckpointError
from trnn.estimators.trnn.checkpoint import new_network
from trnn.estimators.trnn.infer import Trained
from trnn.estimators.trnn.own_model import with_model
from trnn.tables.atomic import atomic_path

FORMAT = 1
CARD = "card.json"
SUFFIX = ".npz"
ADVICE = "Get it anew: from the package, by installing it again, or from who packed it."

Card = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Packed:
    """The networks of a packed file, in the order of its card's `networks`."""

    card: Card
    networks: tuple[Trained, ...]


def is_packed(path: str | Path) -> bool:
    """Return whether a file is a packed one, and not a checkpoint, which is a zip archive too."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return CARD in archive.namelist()


def write_packed(
    path: str | Path, card: Card, weights: Sequence[Mapping[str, torch.Tensor]]
) -> None:
    """Write a card and the weights of its networks, whole or not at all.

    Parameters
    ----------
    card : plain data, as of `trnn.anybody.card.card_of`
    weights : name -> tensor, float32, of each of the card's `networks`
    """
    with atomic_path(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        text = json.dumps(card, indent=1, ensure_ascii=False, allow_nan=False)
        archive.writestr(zipfile.ZipInfo(CARD), text)
        for number, own in enumerate(weights):
            for name, tensor in own.items():
                buffer = io.BytesIO()
                np.lib.format.write_array(buffer, tensor.cpu().numpy(), allow_pickle=False)
                # A ZipInfo of no date: equal weights are equal bytes.
                archive.writestr(zipfile.ZipInfo(_member(number, name) + ".npy"), buffer.getvalue())


def read_packed(path: str | Path, name: str, model: str | None = None) -> Packed:
    """Return the networks of a packed file; `name` is what messages call it.

    `model`: where the model is, if they were trained for one of one's own.

    Raises
    ------
    CheckpointError
        If the file is absent, damaged, not a packed one, or of a later version; or as
        `trnn.estimators.trnn.own_model.with_model`.
    """

    def networks(archive: Any, card: Card) -> Packed:
        made = [
            _network(archive, number, own, name, model)
            for number, own in enumerate(card["networks"])
        ]
        return Packed(card, tuple(made))

    return _read(path, name, networks)


def read_card(path: str | Path, name: str) -> Card:
    """Return the card of a packed file alone; errors as of `read_packed`."""
    return _read(path, name, lambda archive, card: card)


def _read(path: str | Path, name: str, make: Callable[[Any, Card], T]) -> T:
    try:
        with np.load(path, allow_pickle=False) as archive:
            card = json.loads(archive[CARD])
            _check_format(card, name)
            return make(archive, card)
    except FileNotFoundError:
        raise CheckpointError(f"{name}: no such file.") from None
    # A damaged file raises whatever its bytes lead to.
    except (
        *(AttributeError, EOFError, KeyError, OSError, RuntimeError, TypeError, ValueError),
        zipfile.BadZipFile,
    ) as error:
        raise CheckpointError(f"{name}: not a readable file of networks ({error}). {ADVICE}") from (
            error
        )


def _member(number: int, name: str) -> str:
    return f"weights/{number}/{name}"


def _check_format(card: Card, name: str) -> None:
    if card["format"] != FORMAT:
        raise CheckpointError(
            f"{name}: packed in format {card['format']}, this version reads {FORMAT}. Install the "
            "version of trnn that packed it, or have it packed anew."
        )


def _network(archive: Any, number: int, own: Card, name: str, model: str | None) -> Trained:
    experiment = with_model(Path(name), from_view(own["experiment"]), own, model)
    network = new_network(experiment, own["run_seed"], own["training_seed"])
    first = _member(number, "")
    weights = {
        member.removeprefix(first): torch.from_numpy(archive[member])
        for member in archive.files
        if member.startswith(first)
    }
    network.load_state_dict(weights)
    return Trained(name, network.eval(), experiment)
