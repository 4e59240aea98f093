"""Packing an experiment's networks, and the index of a folder of packed ones."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trnn.anybody.card import card_of
from trnn.anybody.packed import read_card, write_packed
from trnn.config.views import from_view
from trnn.errors import CheckpointError
from trnn.estimators.recurrent.weights_io import load
from trnn.estimators.registry import FOCUS, SMOOTHER
from trnn.estimators.trnn.binding import BOUND, check_same
from trnn.estimators.trnn.checkpoint import read_checkpoint
from trnn.tables.atomic import atomic_path
from trnn.tables.layout import file_of
from trnn.tables.origin import file_digest

NETWORKS = (FOCUS, SMOOTHER)  # from the trials before; from the whole session, where there is one
ADVICE = "Pack networks of one training: run the workflow again."


def pack(experiment: Path, output: Path, trained_by: str | None, model: str | None = None) -> None:
    """Pack the networks that make an experiment's estimates, with their card.

    Parameters
    ----------
    experiment : the folder of an experiment in a run's results
    model : where the model is, if the networks were trained for one of one's own

    Raises
    ------
    CheckpointError
        If there is no network, one is missing or damaged, or they were trained for different tasks.
    """
    folder = Path(experiment).resolve()
    results, name = folder.parent, folder.name
    made, weights = [], []
    for network in NETWORKS:
        for path in _checkpoints(results, name, network, model):
            _, trained = read_checkpoint(path, model)
            content = load(path)
            weights.append(content.pop("weights"))
            made.append({"network": network, **content})
            first = from_view(made[0]["experiment"])
            check_same(path, trained, first, "another network", ADVICE, ("name", *BOUND, "task"))
    if not made:
        where = file_of("checkpoint", experiment=name, network=FOCUS, part="seed0")
        raise CheckpointError(
            f"{experiment}: no trained network is there (for example {results / where}). Give the "
            "folder of an experiment in the results of a run, as results/<experiment>."
        )
    write_packed(output, card_of(results, made, trained_by), weights)


def _checkpoints(results: Path, experiment: str, network: str, model: str | None) -> list[Path]:
    """Return the checkpoints of the networks that make an estimate, by their training seed."""

    def of(seed: int) -> Path:
        names = {"experiment": experiment, "network": network, "part": f"seed{seed}"}
        return results / file_of("checkpoint", **names)

    # A training that has not ended leaves a `.state.pt`, which is no checkpoint.
    there = sorted(p for p in of(0).parent.glob("*.pt") if not p.name.endswith(".state.pt"))
    if not there:
        return []
    _, trained = read_checkpoint(there[0], model)
    wanted = [of(seed) for seed in trained.estimators.trnn.applied_seeds]
    missing = [path.name for path in wanted if path not in there]
    if missing:
        raise CheckpointError(
            f"{of(0).parent}: {missing} are missing, of {len(wanted)} networks that make the "
            "estimates together. Let the run finish first."
        )
    return wanted


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
