"""Applying trained t-RNNs to trials."""

from pathlib import Path

import numpy as np
import torch

from trnn.errors import CheckpointError
from trnn.rnn.checkpoint import read_checkpoint
from trnn.rnn.features import inputs
from trnn.rnn.network import TrnnNetwork
from trnn.rnn.tensors import as_tensor
from trnn.sequences import Sequences

SUBJECTS_AT_ONCE = 256  # bounds memory; a subject's numbers do not depend on the others


@torch.no_grad()
def apply_network(network: TrnnNetwork, sequences: Sequences) -> tuple[np.ndarray, np.ndarray]:
    """Return P(action 0) before each choice, (n, t), and the parameters, (n, t, n_parameters)."""
    n, t = sequences.valid.shape
    p_action_0 = np.zeros((n, t))
    values = np.zeros((n, t, len(network.readouts)))
    x = as_tensor(inputs(sequences, network.settings))
    for start in range(0, n, SUBJECTS_AT_ONCE):
        rows = slice(start, start + SUBJECTS_AT_ONCE)
        output, _ = network(x[rows], network.start(len(x[rows])))
        # In float64 a sigmoid is 0 or 1 only far beyond any logit that a network gives.
        p_action_0[rows] = torch.sigmoid(output.action_logit.double()).numpy()
        values[rows] = output.values.double().numpy()
    return p_action_0, values


def infer(
    checkpoints: list[Path], sequences: Sequences, parameters: tuple[str, ...], ensemble: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return P(action 0) and parameters of the first network, or of the mean over networks.

    Raises
    ------
    CheckpointError
        If a checkpoint is unreadable or was trained for other parameters.
    """
    used = checkpoints if ensemble == "mean" else checkpoints[:1]
    results = []
    for path in used:
        network, experiment = read_checkpoint(path)
        if tuple(experiment.parameters) != parameters:
            raise CheckpointError(
                f"{path}: trained for {tuple(experiment.parameters)}, expected {parameters}."
            )
        results.append(apply_network(network, sequences))
    p_action_0, values = (np.mean(arrays, axis=0) for arrays in zip(*results, strict=True))
    return p_action_0, values
