"""What a person gives as a network: a name, a packed file, a checkpoint."""

from pathlib import Path

from trnn.anybody.packed import Card, is_packed, read_packed
from trnn.anybody.shipped import shipped, shipped_names
from trnn.errors import CheckpointError
from trnn.estimators.trnn.checkpoint import read_checkpoint
from trnn.estimators.trnn.infer import Trained


def named_networks(given: str, model: str | None) -> tuple[tuple[Trained, ...], Card | None]:
    """Return the networks that a text names, and their card if they are packed.

    `model`: where the model is, if it is one of one's own.

    Raises
    ------
    CheckpointError
        If there are none, or their file is damaged.
    """
    if _is_packed(given):
        packed = read_packed(packed_file(given), given, model)
        return packed.networks, packed.card
    path = Path(given)
    if not path.exists():
        raise CheckpointError(_absent(given))
    return (Trained(given, *read_checkpoint(path, model)),), None


def packed_file(given: str) -> Path:
    """Return the file of packed networks: that of a name, else the file that is given.

    A file of the same name as networks of the package is given as ./NAME.

    Raises
    ------
    CheckpointError
        If there is neither, or the name's file is not what it should be.
    """
    if given in shipped_names():
        return shipped(given)
    if not Path(given).exists():
        raise CheckpointError(_absent(given))
    return Path(given)


def _is_packed(given: str) -> bool:
    return given in shipped_names() or (Path(given).is_file() and is_packed(given))


def _absent(given: str) -> str:
    names = shipped_names()
    return (
        f"{given}: there is no such file, and no networks of this name come with the package"
        f" ({', '.join(names) if names else 'none do'}). Give one of these names, or the path of a "
        "checkpoint or of a packed file."
    )
