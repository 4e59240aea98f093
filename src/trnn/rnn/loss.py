"""The t-RNN's loss: cross-entropy of the choice, and of each parameter its bin and its value."""

from collections.abc import Mapping

from torch import Tensor
from torch.nn import functional

from trnn.config.estimators import Network
from trnn.rnn.batch import Batch
from trnn.rnn.network import Output


def loss_terms(output: Output, batch: Batch, parameters: tuple[str, ...]) -> dict[str, Tensor]:
    """Return the mean over valid trials of every term: ``bce``, ``bin_<p>``, ``mse_<p>``."""
    weight = batch.valid / batch.valid.sum()
    losses = trial_losses(output, batch, parameters)
    return {name: (values * weight).sum() for name, values in losses.items()}


def trial_losses(output: Output, batch: Batch, parameters: tuple[str, ...]) -> dict[str, Tensor]:
    """Return every term of every trial, (t, n)."""
    # log P(action 0) = log_sigmoid(logit), log P(action 1) = log_sigmoid(-logit).
    sign = 1.0 - 2.0 * batch.action
    losses = {"bce": functional.softplus(-sign * output.action_logit)}
    errors = (output.values - batch.values).unbind()
    for name, logits, bins, error in zip(
        parameters, output.bin_logits, batch.bins, errors, strict=True
    ):
        entropy = functional.cross_entropy(logits.unsqueeze(0), bins.unsqueeze(0), reduction="none")
        losses[f"bin_{name}"] = entropy.squeeze(0)
        losses[f"mse_{name}"] = error.square()
    return losses


def weighted(terms: Mapping[str, Tensor], network: Network) -> Tensor:
    """Return the loss: choice + sum of weighted terms of every head."""
    loss = terms["bce"]
    for name, head in network.heads.items():
        loss = loss + head.bin_weight * terms[f"bin_{name}"]
        loss = loss + head.value_weight * terms[f"mse_{name}"]
    return loss
