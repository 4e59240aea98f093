"""The t-RNN's loss: cross-entropy of the choice, and the losses of its heads.

A posterior's loss is minus the log density of the true values, relative to the prior's, so that the
prior itself has 0. Where a filter teaches, it is the mean over draws from the filter's posterior,
and the cross-entropy is that from the filter's probability. Published heads have, for each
parameter, the cross-entropy of its bin and the squared error of its value. Where agents have one of
several hazards, a posterior has the cross-entropy of the agent's own too, a trial.
"""

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from trnn.config.estimators import Network
from trnn.estimators.trnn.batch import Batch
from trnn.estimators.trnn.density import mean_log_density
from trnn.estimators.trnn.network import Output

HAZARD = "ce_hazard"


def loss_terms(output: Output, batch: Batch, parameters: tuple[str, ...]) -> dict[str, Tensor]:
    """Return the mean over valid trials, of `bce` over those with a choice, of `term_names`."""
    weight = batch.valid / batch.valid.sum()
    chosen = batch.chosen
    of_choices = chosen / chosen.sum().clamp(min=1.0)
    losses = trial_losses(output, batch, parameters)
    return {
        name: (values * (of_choices if name == "bce" else weight)).sum()
        for name, values in losses.items()
    }


def term_names(
    network: Network, parameters: Iterable[str], hazards: Sequence[float] = ()
) -> list[str]:
    """Return the names of a network's terms: ``bce``, ``score`` or ``bin_<p>``; ``mse_<p>``.

    And `HAZARD`, if it estimates hazards.
    """
    names = [] if network.smooth else ["bce"]
    if network.posterior is not None:
        names.append("score")
    if hazards:
        names.append(HAZARD)
    kinds = ("mse",) if network.posterior is not None else ("bin", "mse")
    return [*names, *(f"{kind}_{name}" for name in parameters for kind in kinds)]


def trial_losses(output: Output, batch: Batch, parameters: tuple[str, ...]) -> dict[str, Tensor]:
    """Return every term of every trial, (t, n); `bce` means nothing where there was no response."""
    losses = {}
    if output.action_logit is not None:
        # log P(action 0) = -softplus(-logit), log P(action 1) = -softplus(logit).
        zero, one = (
            functional.softplus(-output.action_logit),
            functional.softplus(output.action_logit),
        )
        losses["bce"] = batch.p_action_0 * zero + (1.0 - batch.p_action_0) * one
    if output.raw is not None:
        losses["score"] = -mean_log_density(output.raw, batch.scores)
    if output.hazard_logits is not None:
        log_p = torch.log_softmax(output.hazard_logits, dim=0)
        losses[HAZARD] = -(batch.hazards * log_p).sum(dim=0)
    for name, logits, bins in zip(parameters, output.bin_logits, batch.bins, strict=False):
        entropy = functional.cross_entropy(logits.unsqueeze(0), bins.unsqueeze(0), reduction="none")
        losses[f"bin_{name}"] = entropy.squeeze(0)
    errors = (output.values - batch.values).unbind()
    for name, error in zip(parameters, errors, strict=True):
        losses[f"mse_{name}"] = error.square()
    return losses


def weighted(terms: Mapping[str, Tensor], network: Network) -> Tensor:
    """Return the loss: the weighted sum of the losses of the heads and of the choice."""
    parts = [] if network.smooth else [terms["bce"]]
    if network.posterior is not None:
        parts.append(network.posterior.score_weight * terms["score"])
    if HAZARD in terms:
        parts.append(terms[HAZARD])
    for name, head in network.heads.items():
        parts.append(head.bin_weight * terms[f"bin_{name}"])
        parts.append(head.value_weight * terms[f"mse_{name}"])
    return torch.stack(parts).sum()
