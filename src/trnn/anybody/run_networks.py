"""The networks of a run that make an experiment's estimates, found in its results."""

from pathlib import Path

from trnn.errors import CheckpointError
from trnn.estimators.registry import FOCUS, SMOOTHER
from trnn.estimators.trnn.checkpoint import read_checkpoint
from trnn.tables.layout import file_of

NETWORKS = (FOCUS, SMOOTHER)  # from the trials before; from the whole session, where there is one


def run_networks(experiment: Path, model: str | None = None) -> dict[str, list[Path]]:
    """Return the checkpoints that make an experiment's estimates, by network.

    Parameters
    ----------
    experiment : the folder of an experiment in a run's results
    model : where the model is, if they were trained for one of one's own

    Raises
    ------
    CheckpointError
        If there is no network, or not all of those that make an estimate together.
    """
    folder = Path(experiment).resolve()
    found = {network: _checkpoints(folder, network, model) for network in NETWORKS}
    there = {network: paths for network, paths in found.items() if paths}
    if not there:
        raise CheckpointError(
            f"{experiment}: no trained network is there (for example {_file(folder, FOCUS, 0)}). "
            "Give the folder of an experiment in the results of a run, as results/<experiment>."
        )
    return there


def _checkpoints(folder: Path, network: str, model: str | None) -> list[Path]:
    """Return the checkpoints of the networks that make an estimate, by their training seed."""
    own = _file(folder, network, 0).parent
    # A training that has not ended leaves a `.state.pt`, which is no checkpoint.
    there = sorted(p for p in own.glob("*.pt") if not p.name.endswith(".state.pt"))
    if not there:
        return []
    _, trained = read_checkpoint(there[0], model)
    wanted = [_file(folder, network, seed) for seed in trained.estimators.trnn.applied_seeds]
    missing = [path.name for path in wanted if path not in there]
    if missing:
        raise CheckpointError(
            f"{own}: {missing} are missing, of {len(wanted)} networks that make the estimates "
            "together. Let the run finish first."
        )
    return wanted


def _file(folder: Path, network: str, seed: int) -> Path:
    names = {"experiment": folder.name, "network": network, "part": f"seed{seed}"}
    return folder.parent / file_of("checkpoint", **names)
