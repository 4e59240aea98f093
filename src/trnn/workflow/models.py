"""Whether the equations of models can be compiled: asked before anything is run.

Compiling takes seconds, and Numba's import alone half of one. What has been found good is noted
beside Snakemake's own notes, by the content of the model's files.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from trnn.config.experiment import Experiment
from trnn.config.model_files import is_own, sources_of, split
from trnn.errors import ConfigError, RequirementError
from trnn.theory.meanings import check_meanings
from trnn.workflow.modules import files_of

NOTES = Path(".snakemake") / "trnn-models"  # below the folder in which Snakemake runs
MODELS = "trnn.theory.models"


def module_of(name: str) -> str:
    """Return what a stage finds by a model's name: its module, or the model of a file itself."""
    return name if is_own(name) else f"{MODELS}.{name}"


def models_of(experiment: Experiment) -> list[str]:
    """Return the models that an experiment names: its own first, then those of its theories."""
    theories = experiment.theories
    others = [] if theories is None else [own.model for own in theories.candidates.values()]
    return list(dict.fromkeys([experiment.model, *others]))


def copies_of_own(experiments: Mapping[str, Experiment]) -> dict[str, str]:
    """Return the files of models of one's own that a run keeps copies of: copy -> file.

    Copies are called ``models/<experiment>/<file>``, as the files lie beside the model's; those of
    a candidate of its theories ``models/<experiment>/<candidate>/<file>``.
    """
    copies = {}
    for name, experiment in experiments.items():
        candidates = {} if experiment.theories is None else experiment.theories.candidates
        models = {name: experiment.model}
        models |= {f"{name}/{theory}": own.model for theory, own in candidates.items()}
        for folder, model in models.items():
            if is_own(model):
                file, _ = split(model)
                for path, _ in sources_of(file).values():
                    beside = path.relative_to(file.parent).as_posix()
                    copies[f"models/{folder}/{beside}"] = path.as_posix()
    return copies


def check_models(names: Iterable[str]) -> None:
    """Check the equations of the models called `names`, and what they call their parameters.

    Raises
    ------
    ConfigError
        If a model's file cannot be read, defines no model of its name, or its equations cannot be
        compiled; with file, line and reason. Or if two call different things by one name.
    """
    models = sorted(set(names))
    check_meanings(models)
    for name in models:
        note = NOTES / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)[-60:]}-{_digest(name)}"
        if note.exists():
            continue
        _check(name)
        # Only where Snakemake runs, and where it may write: it is asked again otherwise.
        if NOTES.parent.is_dir():
            with contextlib.suppress(OSError):
                NOTES.mkdir(exist_ok=True)
                note.touch()


def _digest(name: str) -> str:
    content = b"".join(Path(file).read_bytes() for file in files_of(module_of(name)))
    return hashlib.sha256(content + f"{version('numba')} {name}".encode()).hexdigest()[:16]


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
    from trnn.theory.own_models import load_own

    try:
        model = load_own(name) if is_own(name) else get_model(name)
    except (ImportError, SyntaxError, NameError, TypeError, AttributeError) as error:
        raise ConfigError(f"model '{name}': its file cannot be used ({error}).") from error
    check_model(model)
