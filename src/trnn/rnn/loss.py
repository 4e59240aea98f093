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

    def mean(values: Tensor) -> Tensor:
        return (values * weight).sum()

    # log P(action 0) = log_sigmoid(logit), log P(action 1) = log_sigmoid(-logit).
    sign = 1.0 - 2.0 * batch.action
    terms = {"bce": mean(functional.softplus(-sign * output.action_logit))}
    errors = (output.values - batch.values).unbind()
    for name, logits, bins, error in zip(
        parameters, output.bin_logits, batch.bins, errors, strict=True
    ):
        entropy = functional.cross_entropy(logits.unsqueeze(0), bins.unsqueeze(0), reduction="none")
        terms[f"bin_{name}"] = mean(entropy.squeeze(0))
        terms[f"mse_{name}"] = mean(error.square())
    return terms


def weighted(terms: Mapping[str, Tensor], network: Network) -> Tensor:
    """Return the loss: choice + sum of weighted terms of every head."""
    loss = terms["bce"]
    for name, head in network.heads.items():
        loss = loss + head.bin_weight * terms[f"bin_{name}"]
        loss = loss + head.value_weight * terms[f"mse_{name}"]
    return loss
