"""Applying trained t-RNNs to trials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from trnn.config.experiment import Experiment
from trnn.estimators.hazard_posterior import (
    HazardPosterior,
    of_probabilities,
    probability_names,
)
from trnn.estimators.posterior import Posterior
from trnn.estimators.recurrent.tensors import as_tensor
from trnn.estimators.trnn.binding import (
    check_hazards,
    check_missed,
    check_paid,
    check_same,
    far_rewards,
)
from trnn.estimators.trnn.checkpoint import read_checkpoint
from trnn.estimators.trnn.features import trnn_inputs
from trnn.estimators.trnn.hazards import estimated_hazards
from trnn.estimators.trnn.network import Output
from trnn.estimators.trnn.posterior_network import AnyNetwork
from trnn.estimators.trnn.summaries import draw, ensemble, posterior_of
from trnn.seeds import generator
from trnn.theory.model import Model
from trnn.theory.models import get_model
from trnn.theory.prediction import predict_by_draws
from trnn.trials.checks import check_finite
from trnn.trials.sequences import Sequences

Array = np.ndarray

MEND = "Delete it and train it again."
OTHER = (
    "Its estimates hold for what it was trained for alone: set the experiment back to that, or "
    "delete the checkpoint and have it trained anew."
)


@dataclass(frozen=True)
class Noise:
    """Where the randomness of draws comes from: a subject's from (seed, *keys, its name) alone."""

    n_draws: int
    seed: int
    keys: tuple[str | int, ...]

    def of(self, subjects: Sequence[str], d: int) -> Array:
        """Return a uniform and d normal numbers for each draw, (1 + d, n, n_draws).

        The uniforms are stratified: each draw has a stratum of its own.
        """
        out = np.empty((1 + d, len(subjects), self.n_draws))
        for i, subject in enumerate(subjects):
            rng = generator(self.seed, *self.keys, subject, "draws")
            strata = rng.permutation(self.n_draws) + rng.random(self.n_draws)
            out[0, i] = strata / self.n_draws
            out[1:, i] = rng.standard_normal((d, self.n_draws))
        return out


class Trained(NamedTuple):
    """A trained network: what messages call it, and the experiment that it was trained for."""

    name: str | Path
    network: AnyNetwork
    experiment: Experiment


@dataclass(frozen=True)
class Inferred:
    """The outputs of networks for n subjects of t trials; padding may hold anything.

    `p_action_0` (n, t), None if they smooth; `values` (n, t, d). Networks with a posterior add:
    `posterior`; `disagreement` (n, t, d), the SD over networks of their posterior means;
    `p_theory_0` (n, t), None if they smooth; `draws` (n, n_kept, t, d), if any were to be kept.
    `hazard`: the posterior of `hazards`, those of which each training agent had one; None and none
    where all shared one. `far` says of subjects whose rewards lie far outside of the training's
    how, by name.
    """

    p_action_0: Array | None
    values: Array
    posterior: Posterior | None = None
    disagreement: Array | None = None
    p_theory_0: Array | None = None
    draws: Array | None = None
    hazard: HazardPosterior | None = None
    hazards: tuple[float, ...] = ()
    far: Mapping[str, str] = field(default_factory=dict)


def infer(
    checkpoints: list[Path],
    sequences: Sequences,
    experiment: Experiment,
    ensemble_of: str,
    noise: Noise,
    n_kept: int = 0,
) -> Inferred:
    """Apply trained networks to n subjects.

    Parameters
    ----------
    experiment : Experiment
        Its model and the ranges of its parameters.
    ensemble_of : "first" or "mean"
        Whether the first network alone is applied, or all of them together.
    n_kept : int
        Draws to be returned.

    Raises
    ------
    CheckpointError
        If a checkpoint is unreadable, or was trained for another model, for other ranges,
        or two of them for different hazards of agents' own.
    DataError
        If the task that a network was trained on cannot pay a reward, or responses are missed and
        it was trained without such, with subject and trial.
    NumericalError
        If an output of a network is not finite, with its checkpoint, the subject and the trial.
    """
    used = checkpoints if ensemble_of == "mean" else checkpoints[:1]
    networks = [Trained(path, *bound_network(path, experiment)) for path in used]
    return infer_by(networks, sequences, experiment, noise, n_kept)


def infer_by(
    networks: Sequence[Trained],
    sequences: Sequences,
    experiment: Experiment,
    noise: Noise,
    n_kept: int = 0,
) -> Inferred:
    """Apply all of some networks that fit the experiment; see `infer`."""
    first = networks[0]
    hazards = estimated_hazards(first.experiment)
    far: dict[str, str] = {}
    for trained in networks:
        check_paid(trained.name, trained.experiment, sequences)
        check_hazards(trained.name, trained.experiment, first.experiment, str(first.name), MEND)
        check_missed(trained.name, trained.experiment, sequences)
        far |= far_rewards(trained.experiment, sequences)
    model = get_model(experiment.model)
    parts = []
    # One by one: not even the last bit of a subject's numbers depends on who else is there.
    for i in range(len(sequences.subjects)):
        one = sequences.rows(i, i + 1)
        outputs = [apply_network(trained.network, one, model) for trained in networks]
        for trained, output in zip(networks, outputs, strict=True):
            _check(trained.name, output, one, experiment)
        own = _combine(outputs, one, experiment, model, noise, n_kept)
        parts.append(replace(own, hazard=_hazard(outputs, hazards)))
    return replace(_joined(parts, sequences.valid.shape[1]), hazards=hazards, far=far)


@torch.no_grad()
def apply_network(network: AnyNetwork, sequences: Sequences, model: Model) -> Output:
    """Return a network's outputs for every trial of n subjects, tensors (..., t, n)."""
    x = as_tensor(trnn_inputs(sequences, network.settings, model).transpose(0, 2, 1))
    valid = as_tensor(sequences.valid.T.astype(np.float32))
    output, _ = network(x, network.start(valid.shape[1]), valid)
    return output


def bound_network(path: Path, experiment: Experiment) -> tuple[AnyNetwork, Experiment]:
    """Return a trained network, and what it was trained for: the experiment's model and ranges.

    Raises
    ------
    CheckpointError
        If the checkpoint is unreadable, or was trained for another model or for other ranges.
    """
    network, trained = read_checkpoint(path, experiment.model)
    check_same(path, trained, experiment, f"experiment '{experiment.name}'", OTHER)
    return network, trained


def _check(path: str | Path, output: Output, sequences: Sequences, experiment: Experiment) -> None:
    """Raise unless a network's outputs are finite."""
    outputs = dict(zip(experiment.parameters, output.values, strict=True))
    if output.action_logit is not None:
        outputs = {"p_action_0": torch.sigmoid(output.action_logit), **outputs}
    if output.hazard_logits is not None:
        likely = torch.softmax(output.hazard_logits, dim=0)
        outputs |= dict(zip(probability_names(len(likely)), likely, strict=True))
    for name, tensor in outputs.items():
        check_finite(sequences, tensor.numpy().T, f"{path}: {name}", MEND)


def _combine(
    outputs: list[Output],
    sequences: Sequences,
    experiment: Experiment,
    model: Model,
    noise: Noise,
    n_kept: int,
) -> Inferred:
    """Return the outputs of several networks together for some subjects."""
    p_action_0 = None
    logits = [o.action_logit for o in outputs if o.action_logit is not None]
    if logits:
        # In float64 a sigmoid is 0 or 1 only far beyond any logit that a network gives.
        p_action_0 = np.mean([torch.sigmoid(x.double()).numpy().T for x in logits], axis=0)
    own = np.stack([o.values.double().numpy().transpose(2, 1, 0) for o in outputs])
    posteriors = [o.posterior for o in outputs if o.posterior is not None]
    if not posteriors:
        return Inferred(p_action_0, own.mean(axis=0))
    ranges = list(experiment.parameters.values())
    mixtures = ensemble(posteriors)
    posterior = posterior_of(mixtures, ranges)
    draws = draw(mixtures, noise.of(sequences.subjects, len(ranges)), ranges)
    return Inferred(
        p_action_0,
        posterior.mean,
        posterior,
        own.std(axis=0),
        None if p_action_0 is None else predict_by_draws(model, sequences, draws),
        draws[..., :n_kept].transpose(2, 3, 1, 0) if n_kept else None,
    )


def _hazard(outputs: list[Output], hazards: tuple[float, ...]) -> HazardPosterior | None:
    """Return what several networks together say of the hazards; None unless there are several."""
    logits = [o.hazard_logits for o in outputs if o.hazard_logits is not None]
    if not logits:
        return None
    each = [torch.softmax(own.double(), dim=0).numpy().transpose(2, 1, 0) for own in logits]
    return of_probabilities(np.mean(each, axis=0), hazards)


def _joined(parts: list[Inferred], n_trials: int) -> Inferred:
    """Return parts of the subjects as one, padded to `n_trials`."""

    def join(arrays: list[Array | None], axis: int = 1) -> Array | None:
        there = [a for a in arrays if a is not None]
        if not there:
            return None
        shape = list(there[0].shape)
        shape[0], shape[axis] = sum(len(a) for a in there), n_trials
        out = np.zeros(shape)
        first = 0
        for a in there:
            here = [slice(None)] * out.ndim
            here[0], here[axis] = slice(first, first + len(a)), slice(0, a.shape[axis])
            out[tuple(here)] = a
            first += len(a)
        return out

    def every(name: str, axis: int = 1) -> Array | None:
        return join([getattr(part, name) for part in parts], axis)

    posteriors = [part.posterior for part in parts if part.posterior is not None]
    fields = [join([getattr(p, f) for p in posteriors]) for f in ("mean", "sd", "quantiles")]
    hazards = [part.hazard for part in parts if part.hazard is not None]
    names = ("probability", "log_mean", "log_sd")
    of_hazard = [join([getattr(h, f) for h in hazards]) for f in names]
    values = every("values")
    assert values is not None
    return Inferred(
        every("p_action_0"),
        values,
        Posterior(*fields) if posteriors else None,  # type: ignore[arg-type]
        every("disagreement"),
        every("p_theory_0"),
        every("draws", axis=2),
        HazardPosterior(*of_hazard) if hazards else None,  # type: ignore[arg-type]
    )
