"""The model of one's own that a network was trained for: what its checkpoint says of it.

A network is worth nothing without the equations that its training agents followed. The checkpoint
holds a digest of them, and is refused where the model's file is gone or says something else. A file
is run only if whoever reads the checkpoint names it: reading alone runs nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trnn.config.experiment import Experiment
from trnn.config.model_files import FORM, equations_digest, is_own, located, sources_of, split
from trnn.errors import CheckpointError, ConfigError
from trnn.theory.models import get_model
from trnn.theory.own_models import load_own, origin_of

KEY = "own_model"  # of a checkpoint's content


def stamp(experiment: Experiment) -> dict[str, dict[str, str]]:
    """Return what a checkpoint holds of a model of one's own; nothing of the package's.

    It is of the equations that the training had, whatever has become of the file since it began.
    """
    model = get_model(experiment.model)
    own = origin_of(model)
    return {} if own is None else {KEY: {"name": model.name, "digest": own.digest}}


def with_model(
    path: Path, experiment: Experiment, content: Mapping[str, Any], model: str | None
) -> Experiment:
    """Return the experiment of a checkpoint with its model as it is called now.

    Parameters
    ----------
    model : str, optional
        What the model is called by whoever reads the checkpoint. A model of one's own may have been
        moved since the training.

    Raises
    ------
    CheckpointError
        If nobody says where a model of one's own is, if its file is not there, or if its equations
        are not those of the training.
    """
    if not is_own(experiment.model):
        return experiment
    known, name = content[KEY], split(experiment.model)[1]
    trained = f"{path}: trained for the model '{known['name']}' of the file {experiment.model}"
    keeps = "a run keeps a copy of it in workflow/models, below its results"
    if model is None:
        raise CheckpointError(
            f"{trained}. Say where it is, so that it is run: --model {experiment.model} (in Python "
            f"model=), with {FORM} of where it lies now; {keeps}."
        )
    if not is_own(model):
        raise CheckpointError(f"{trained}, and not for the model '{model}'.")
    try:
        called = located(model)
        digest = equations_digest(sources_of(split(called)[0]))
    except ConfigError as error:
        raise CheckpointError(f"{trained}: {error} Put the file back; {keeps}.") from error
    if digest != known["digest"] or split(called)[1] != name:
        raise CheckpointError(
            f"{trained}; {called} has other equations than it was trained for (digest "
            f"{digest[:16]}, then {known['digest'][:16]}). Restore the file ({keeps}), or delete "
            "the checkpoint and train a network for the new equations."
        )
    load_own(called)
    return experiment.model_copy(update={"model": called})
