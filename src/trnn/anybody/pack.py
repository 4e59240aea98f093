"""Packing an experiment's networks, and the index of a folder of packed ones."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trnn.anybody.card import card_of
from trnn.anybody.packed import read_card, write_packed
from trnn.errors import CheckpointError
from trnn.estimators.recurrent.weights_io import load
from trnn.estimators.trnn.binding import BOUND, check_hazards, check_same
from trnn.estimators.trnn.checkpoint import read_checkpoint
from trnn.tables.atomic import atomic_path
from trnn.tables.origin import file_digest

ADVICE = "Pack networks of one training: run the workflow again."


def pack(
    results: Path,
    networks: Mapping[str, Sequence[Path]],
    output: Path,
    trained_by: str | None,
    model: str | None = None,
) -> None:
    """Pack an experiment's networks, with their card.

    Parameters
    ----------
    results : the folder of a run's results, whose tables the card is made of
    networks : what estimates call them -> checkpoints, of those that make an estimate together
    trained_by : who trained them; None: it is not said
    model : where the model is, if they were trained for one of one's own

    Raises
    ------
    CheckpointError
        If one is missing or damaged, or they were trained for different experiments.
    """
    made, weights, first = [], [], None
    for network, paths in networks.items():
        for path in paths:
            _, trained = read_checkpoint(path, model)
            first = first or trained
            check_same(path, trained, first, "another network", ADVICE, ("name", *BOUND, "task"))
            check_hazards(path, trained, first, "another network", ADVICE)
            content = load(path)
            weights.append(content.pop("weights"))
            made.append({"network": network, **content})
    write_packed(output, card_of(results, made, trained_by), weights)


def write_index(packed: Sequence[Path], output: Path) -> None:
    """Write the index of packed files that stand beside it: name -> file and SHA-256.

    Raises
    ------
    CheckpointError
        If one is unreadable, or two have one name.
    """
    index: dict[str, dict[str, Any]] = {}
    for path in sorted(packed):
        name = read_card(path, str(path))["name"]
        if name in index:
            raise CheckpointError(
                f"{path}: its networks are called '{name}', as those of {index[name]['file']}."
            )
        index[name] = {"file": path.name, "sha256": file_digest(path)}
    with atomic_path(output) as temporary:
        temporary.write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
