"""Applying trained t-RNNs to trials."""

from pathlib import Path

import numpy as np
import torch

from trnn.errors import CheckpointError
from trnn.estimates import check_finite
from trnn.rnn.checkpoint import read_checkpoint
from trnn.rnn.features import inputs
from trnn.rnn.network import TrnnNetwork
from trnn.rnn.tensors import as_tensor
from trnn.sequences import Sequences

SUBJECTS_AT_ONCE = 64  # their arrays stay in the cache; subjects do not depend on one another


@torch.no_grad()
def apply_network(network: TrnnNetwork, sequences: Sequences) -> tuple[np.ndarray, np.ndarray]:
    """Return P(action 0) before each choice, (n, t), and the parameters, (n, t, n_parameters)."""
    n, t = sequences.valid.shape
    p_action_0 = np.zeros((n, t))
    values = np.zeros((n, t, len(network.readouts)))
    for start in range(0, n, SUBJECTS_AT_ONCE):
        some = sequences.rows(start, start + SUBJECTS_AT_ONCE)
        x = as_tensor(inputs(some, network.settings).transpose(2, 1, 0))
        output, _ = network(x, network.start(len(some.subjects)))
        here = slice(start, start + SUBJECTS_AT_ONCE), slice(0, x.shape[1])
        # In float64 a sigmoid is 0 or 1 only far beyond any logit that a network gives.
        p_action_0[here] = torch.sigmoid(output.action_logit.double()).numpy().T
        values[here] = output.values.double().numpy().transpose(2, 1, 0)
    return p_action_0, values


def infer(
    checkpoints: list[Path], sequences: Sequences, parameters: tuple[str, ...], ensemble: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return P(action 0) and parameters of the first network, or of the mean over networks.

    Raises
    ------
    CheckpointError
        If a checkpoint is unreadable or was trained for other parameters.
    NumericalError
        If what a network says is not finite, with its checkpoint, the subject and the trial.
    """
    used = checkpoints if ensemble == "mean" else checkpoints[:1]
    n, t = sequences.valid.shape
    # Sums, so that memory does not grow with the networks.
    p_action_0, values = np.zeros((n, t)), np.zeros((n, t, len(parameters)))
    for path in used:
        network, experiment = read_checkpoint(path)
        if tuple(experiment.parameters) != parameters:
            raise CheckpointError(
                f"{path}: trained for {tuple(experiment.parameters)}, expected {parameters}."
            )
        own_p, own_values = apply_network(network, sequences)
        said = {
            "p_action_0": own_p,
            **dict(zip(parameters, np.moveaxis(own_values, 2, 0), strict=True)),
        }
        for name, array in said.items():
            check_finite(sequences, array, f"{path}: {name}", "Delete it and train it again.")
        p_action_0 += own_p
        values += own_values
    return p_action_0 / len(used), values / len(used)
