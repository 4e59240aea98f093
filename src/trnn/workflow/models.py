"""Whether the equations of models can be compiled: asked before anything is run.

Compiling takes seconds, and Numba's import alone half of one. What has been found good is noted
beside Snakemake's own notes, by the content of the model's files.
"""

import contextlib
import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from trnn.errors import ConfigError, RequirementError
from trnn.workflow.modules import files_of

NOTES = Path(".snakemake") / "trnn-models"  # below the folder in which Snakemake runs
MODELS = "trnn.theory.models"


def check_models(names: Iterable[str]) -> None:
    """Check the equations of the models called `names`.

    Raises
    ------
    ConfigError
        If a model's file cannot be read, defines no model of its name, or its equations cannot be
        compiled; with file, line and reason.
    """
    for name in sorted(set(names)):
        note = NOTES / f"{name}-{_digest(name)}"
        if note.exists():
            continue
        _check(name)
        # Only where Snakemake runs, and where it may write: it is asked again otherwise.
        if NOTES.parent.is_dir():
            with contextlib.suppress(OSError):
                NOTES.mkdir(exist_ok=True)
                note.touch()


def _digest(name: str) -> str:
    content = b"".join(Path(file).read_bytes() for file in files_of(f"{MODELS}.{name}"))
    return hashlib.sha256(content + version("numba").encode()).hexdigest()[:16]


def _check(name: str) -> None:
    try:
        import numba  # noqa: F401
    except ImportError as error:
        raise RequirementError(
            f"numba {version('numba')} is installed and cannot be used ({error}). Install the "
            "versions that requirements.lock names, which fit together."
        ) from error
    from trnn.theory.compiled import check_model
    from trnn.theory.models import get_model

    try:
        model = get_model(name)
    except (ImportError, SyntaxError, NameError, TypeError, AttributeError) as error:
        raise ConfigError(f"model '{name}': its file cannot be used ({error}).") from error
    check_model(model)
