"""Why a t-RNN's training came upon a number that is not finite.

Only asked once it has, so nothing here needs to be fast.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from trnn.estimators.trnn.batch import AGENTS_AT_ONCE, Batch, Pool
from trnn.estimators.trnn.loss import trial_losses
from trnn.estimators.trnn.network import Output
from trnn.estimators.trnn.posterior_network import AnyNetwork

LOWER_RATE = "Lower estimators.trnn.training.learning_rate."
MEND_AGENTS = "Check the agents' rewards and parameters, and reward_scale."


class Cause(NamedTuple):
    """What is not finite, and what to do; if it is a trial's, which trial and column of a batch."""

    what: str
    advice: str
    t: int = -1
    column: int = -1

    @property
    def is_a_trial(self) -> bool:
        """Whether the cause lies in a trial."""
        return self.t >= 0


@torch.no_grad()
def find_cause(
    network: AnyNetwork, batch: Batch, output: Output, parameters: tuple[str, ...]
) -> Cause | None:
    """Return the first cause along the computation: weights, inputs, true values, losses.

    None if all of them are finite. Among trials it is the earliest of the batch.
    """
    broken = [n for n, w in network.named_parameters() if not torch.isfinite(w).all()]
    if broken:
        return Cause(f"the weights {broken} are not finite", LOWER_RATE)
    for what, values, advice in (
        ("the input", batch.inputs, MEND_AGENTS),
        ("the true value", batch.values, MEND_AGENTS),
        ("the normal score of what is taught", batch.scores, MEND_AGENTS),
        *((name, loss, LOWER_RATE) for name, loss in _losses(output, batch, parameters)),
    ):
        by_channel = values.reshape(-1, *batch.valid.shape)
        bad = (~torch.isfinite(by_channel)).any(dim=0) & (batch.valid > 0)
        if bad.any():
            t, column = torch.nonzero(bad)[0].tolist()
            return Cause(f"{what} is {by_channel[:, t, column].tolist()}", advice, t, column)
    return None


@torch.no_grad()
def find_cause_in_pool(
    network: AnyNetwork, pool: Pool, parameters: tuple[str, ...]
) -> tuple[Cause, str]:
    """Return why the losses over whole sessions are not finite, and whose trial it is, if any."""
    for rows, batch in zip(pool.groups(AGENTS_AT_ONCE), pool.batches(AGENTS_AT_ONCE), strict=True):
        output, _ = network(batch.inputs, network.start(batch.valid.shape[1]), batch.valid)
        cause = find_cause(network, batch, output, parameters)
        if cause is not None:
            return cause, pool.subjects[rows[cause.column]] if cause.is_a_trial else ""
    return Cause("all trials' losses are finite, but not their mean", LOWER_RATE), ""


def _losses(output: Output, batch: Batch, parameters: tuple[str, ...]) -> list[tuple[str, Tensor]]:
    losses = trial_losses(output, batch, parameters)
    return [(f"the loss {name}", values) for name, values in losses.items()]
