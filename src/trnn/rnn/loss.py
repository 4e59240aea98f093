"""The t-RNN's loss: cross-entropy of the choice, and of each parameter its bin and its value."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from torch import Tensor
from torch.nn import functional

from trnn.config.dynamics import Range
from trnn.config.estimators import Network
from trnn.rnn.features import bin_index
from trnn.rnn.network import Output


class Batch(NamedTuple):
    """A batch of n windows of t trials.

    `inputs` (n, t, n_inputs); `action` (n, t), 0/1; `values` (n, t, n_parameters); `bins` likewise,
    integer; `valid` (n, t) is 1 on trials that count and 0 on padding.
    """

    inputs: Tensor
    action: Tensor
    values: Tensor
    bins: Tensor
    valid: Tensor


def bins_of(values: np.ndarray, ranges: Mapping[str, Range], network: Network) -> np.ndarray:
    """Return the bins of parameters (n, t, n_parameters)."""
    return np.stack(
        [
            bin_index(values[..., p], bounds, network.heads[name].units)
            for p, (name, bounds) in enumerate(ranges.items())
        ],
        axis=-1,
    )


def loss_terms(output: Output, batch: Batch, parameters: tuple[str, ...]) -> dict[str, Tensor]:
    """Return the mean over valid trials of every term: ``bce``, ``bin_<p>``, ``mse_<p>``."""
    n = batch.valid.sum()

    def mean(values: Tensor) -> Tensor:
        return (values * batch.valid).sum() / n

    # log P(action 0) = log_sigmoid(logit), log P(action 1) = log_sigmoid(-logit).
    sign = 1.0 - 2.0 * batch.action
    terms = {"bce": mean(functional.softplus(-sign * output.action_logit))}
    for p, name in enumerate(parameters):
        logits = output.bin_logits[p]
        entropy = functional.cross_entropy(
            logits.flatten(0, 1), batch.bins[..., p].flatten(), reduction="none"
        )
        terms[f"bin_{name}"] = mean(entropy.view_as(batch.valid))
        terms[f"mse_{name}"] = mean((output.values[..., p] - batch.values[..., p]).square())
    return terms


def weighted(terms: Mapping[str, Tensor], network: Network) -> Tensor:
    """Return the loss: choice + sum of weighted terms of every head."""
    loss = terms["bce"]
    for name, head in network.heads.items():
        loss = loss + head.bin_weight * terms[f"bin_{name}"]
        loss = loss + head.value_weight * terms[f"mse_{name}"]
    return loss
