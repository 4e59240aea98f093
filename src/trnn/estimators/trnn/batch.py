"""Agents as tensors: whole sessions (pools), and what a step sees of them (batches)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from trnn.config.dynamics import Range
from trnn.config.estimators import Network
from trnn.estimators.trnn.features import bin_index, n_trnn_inputs, normal_scores, trnn_inputs
from trnn.estimators.trnn.teacher import Targets
from trnn.theory.model import Model
from trnn.trials.checks import check_finite
from trnn.trials.sequences import Sequences

Array = np.ndarray

# Agents whose whole sessions are run together: their arrays stay in the cache.
AGENTS_AT_ONCE = 64
PREPARED_AT_ONCE = 500
NOTHING = -1.0  # in the place of what is taught of a choice, where there was none


class Batch(NamedTuple):
    """A batch of n windows of t trials.

    `inputs` (n_inputs, t, n); `p_action_0` (t, n), what is taught of the choice: a probability, of
    the choice itself 1 or 0, `NOTHING` where there was no response; `values` (n_parameters, t, n),
    the true ones, and what heads are trained on: `bins` likewise, integer (published heads),
    `scores` (n_draws, n_parameters, t, n) (posteriors); the other of the two has a length of 0.
    `hazards` (h, t, n): what is taught of each hazard that an agent may have, a probability; h is 0
    where agents share one.
    `valid` (t, n) is 1 on trials that count and 0 on padding.
    """

    inputs: Tensor
    p_action_0: Tensor
    values: Tensor
    bins: Tensor
    scores: Tensor
    hazards: Tensor
    valid: Tensor

    @property
    def chosen(self) -> Tensor:
        """1 on trials with a choice, and 0 on others and on padding, (t, n)."""
        return self.valid * (self.p_action_0 != NOTHING)


@dataclass(frozen=True)
class Pool:
    """Whole sessions of agents, one after another: lengths differ, and padding would be half.

    `channels` (n_channels, n_trials), float32: those of a batch; behind each session zeros up to a
    multiple of the window, and a last trial of zeros; `starts` (n_agents,): where each session
    begins; `lengths` (n_agents,); `sizes`: how many channels are inputs, P(action 0), values, bins,
    scores (of one draw after another), hazards and valid; `subjects`: the agents' names.
    """

    channels: Tensor
    starts: Array
    lengths: Array
    sizes: tuple[int, ...]
    subjects: tuple[str, ...]

    def windows(self, agents: Array, first: Array, window: int) -> Tensor:
        """Return channels (n_channels, window, n) of `agents` from their trial `first` on."""
        return self._pick((self.starts[agents] + first) + np.arange(window)[:, None])

    def batch(self, channels: Tensor) -> Batch:
        """Return channels (n_channels, t, n) by their names."""
        inputs, p_action_0, values, bins, scores, hazards, valid = channels.split(self.sizes)
        scores = scores.reshape(len(scores) // len(values), *values.shape)
        return Batch(inputs, p_action_0[0], values, bins.long(), scores, hazards, valid[0])

    def groups(self, n: int) -> Iterator[Array]:
        """Yield the agents of each of `batches`."""
        order = np.argsort(-self.lengths, kind="stable")
        for start in range(0, len(order), n):
            yield order[start : start + n]

    def batches(self, n: int) -> Iterator[Batch]:
        """Yield whole sessions of n agents at a time, the longest first and little padded."""
        for rows in self.groups(n):
            t = np.arange(self.lengths[rows].max())[:, None]
            trials = np.where(t < self.lengths[rows], self.starts[rows] + t, -1)
            yield self.batch(self._pick(trials))

    def _pick(self, trials: Array) -> Tensor:
        """Return channels (n_channels, t, n) of `trials` (t, n); of -1 zeros."""
        wanted = torch.as_tensor(trials % self.channels.shape[1]).flatten()
        picked = self.channels.index_select(1, wanted.to(self.channels.device))
        return picked.view(-1, *trials.shape)


def make_pool(
    sequences: Sequences,
    parameters: Array,
    ranges: Mapping[str, Range],
    model: Model,
    network: Network,
    window: int,
    device: torch.device,
    targets: Targets | None = None,
    hazards: Array | None = None,
) -> Pool:
    """Return agents as a pool on `device`, each padded to a multiple of `window` trials.

    Parameters
    ----------
    parameters : (n_agents, t, n_parameters)
        The true values.
    targets : Targets
        What is taught instead of the choices and (to a network with a posterior) the true values.
    hazards : (n_agents, h)
        What is taught of each hazard that an agent may have; None where they share one.
    ranges : mapping of parameter to Range
        Numbers of the bins, in the order of `parameters`.

    Raises
    ------
    NumericalError
        If an input or a true value is not a finite float32, with the agent and the trial.
    """
    values = np.moveaxis(parameters, 2, 0)
    for name, own in zip(ranges, values, strict=True):
        with np.errstate(over="ignore"):
            single = own.astype(np.float32)
        check_finite(sequences, single, f"the true {name} as a float32", "Mend the table.")
    drawn = parameters[None] if targets is None else targets.values
    n_bins, n_scores = (len(values), 0) if network.posterior is None else (0, len(drawn))
    heads = _bins(values, ranges, network) if n_bins else _scores(drawn, ranges)
    p_action_0 = 1 - sequences.action if targets is None else targets.p_action_0
    p_action_0 = np.where(sequences.missed, np.float32(NOTHING), p_action_0)
    n_inputs = n_trnn_inputs(network, model, sequences.other_reward is not None)
    likely = np.zeros((len(sequences.subjects), 0)) if hazards is None else hazards
    n_hazards = likely.shape[1]
    sizes = (n_inputs, 1, len(values), n_bins, n_scores * len(values), n_hazards, 1)
    padded = -(-sequences.lengths // window) * window
    starts = np.cumsum(padded) - padded
    channels = np.zeros((sum(sizes), int(padded.sum()) + 1), dtype=np.float32)
    own, others = np.split(channels, [sizes[0]])
    trials = _places(starts, sequences.valid)
    of_session = (np.broadcast_to(p[:, None], sequences.valid.shape) for p in likely.T)
    parts = chain([p_action_0], values, heads, of_session, [sequences.valid])
    for row, part in zip(others, parts, strict=True):
        row[trials] = part[sequences.valid]
    # Some agents at a time: on the way to inputs their arrays are several times as large.
    for first in range(0, len(starts), PREPARED_AT_ONCE):
        some = sequences.rows(first, first + PREPARED_AT_ONCE)
        trials = _places(starts[first : first + PREPARED_AT_ONCE], some.valid)
        own[:, trials] = trnn_inputs(some, network, model)[:, some.valid]
    tensor = torch.from_numpy(channels).to(device)
    return Pool(tensor, starts, sequences.lengths, sizes, sequences.subjects)


def _bins(values: Array, ranges: Mapping[str, Range], network: Network) -> Iterator[Array]:
    """Yield the bins (n, t) of each parameter's values."""
    for own, (name, bounds) in zip(values, ranges.items(), strict=True):
        yield bin_index(own, bounds, network.heads[name].units)


def _scores(drawn: Array, ranges: Mapping[str, Range]) -> Iterator[Array]:
    """Yield the scores (n, t) of draws (n_draws, n, t, d), those of one draw after another.

    One at a time: all of them would be as large as the pool.
    """
    for values in drawn:
        for p, bounds in enumerate(ranges.values()):
            yield normal_scores(values[..., p].astype(np.float64), bounds)


def _places(starts: Array, valid: Array) -> Array:
    """Return where a pool keeps the valid trials (n, t) of sessions that begin at `starts`."""
    return (starts[:, None] + np.arange(valid.shape[1]))[valid]
