"""Checkpoints of networks, loadable without unpickling code."""

from pathlib import Path

import torch

from trnn.config.experiment import Experiment
from trnn.config.views import from_view, network_view
from trnn.errors import CheckpointError
from trnn.estimators.recurrent.weights_io import load, save, versions
from trnn.estimators.trnn.features import n_trnn_inputs
from trnn.estimators.trnn.hazards import estimated_hazards
from trnn.estimators.trnn.network import TrnnNetwork
from trnn.estimators.trnn.own_model import stamp, with_model
from trnn.estimators.trnn.posterior_network import AnyNetwork, PosteriorNetwork
from trnn.seeds import seed_sequence
from trnn.theory.models import get_model


def new_network(experiment: Experiment, run_seed: int, training_seed: int) -> AnyNetwork:
    """Return an untrained network; its weights depend on the experiment's name and the seeds."""
    sequence = seed_sequence(run_seed, experiment.name, "trnn", "weights", training_seed)
    settings = experiment.estimators.trnn.network
    shown = experiment.task.full_feedback
    width = n_trnn_inputs(settings, get_model(experiment.model), shown)
    # torch initialises layers from its global generator: borrow it and give it back.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(sequence.generate_state(1)[0]))
        if settings.posterior is None:
            return TrnnNetwork(settings, tuple(experiment.parameters), width)
        ranges = list(experiment.parameters.values())
        return PosteriorNetwork(settings, ranges, width, len(estimated_hazards(experiment)))


def write_checkpoint(
    path: Path,
    experiment: Experiment,
    weights: dict[str, torch.Tensor],
    run_seed: int,
    training_seed: int,
    digest: str,
) -> None:
    """Write weights, the full configuration that made them, seeds and versions."""
    content = {
        "weights": weights,
        "experiment": network_view(experiment, "trnn"),
        "run_seed": run_seed,
        "training_seed": training_seed,
        "config_digest": digest,
        "versions": versions(),
        **stamp(experiment),
    }
    save(content, path)


def read_checkpoint(path: Path, model: str | None = None) -> tuple[AnyNetwork, Experiment]:
    """Return the trained network and the experiment that it was trained for.

    `model`: what a model of one's own is called, whose file is then run; a checkpoint says it of
    itself for the package's models alone.

    Raises
    ------
    CheckpointError
        If the file is absent, truncated, or not a checkpoint of this package; or if it was trained
        for a model of one's own that `model` does not name, or whose equations are others now.
    """
    content = load(path)
    try:
        experiment = from_view(content["experiment"])
        experiment = with_model(path, experiment, content, model)
        network = new_network(experiment, content["run_seed"], content["training_seed"])
        network.load_state_dict(content["weights"])
    except (KeyError, TypeError, AttributeError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"{path}: not a checkpoint of this version of the network ({error}). Delete it and "
            f"run `snakemake {path}` to train it again."
        ) from error
    return network.eval(), experiment
