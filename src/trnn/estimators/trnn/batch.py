"""Agents as tensors: whole sessions (pools), and what a step sees of them (batches)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from trnn.config.dynamics import Range
from trnn.config.estimators import Network
from trnn.estimators.trnn.features import bin_index, n_trnn_inputs, normal_scores, trnn_inputs
from trnn.estimators.trnn.teacher import PREPARED_AT_ONCE, Targets
from trnn.theory.model import Model
from trnn.trials.checks import check_finite
from trnn.trials.sequences import Sequences

Array = np.ndarray

# Agents whose whole sessions are run together: their arrays stay in the cache.
AGENTS_AT_ONCE = 64
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

    def only(self, agents: Array) -> "Pool":
        """Return the pool with the sessions of `agents` alone, whose numbers stay what they are.

        It takes their memory; the others may not be asked for.
        """
        kept = np.unique(agents)
        ends = np.append(self.starts[1:], self.channels.shape[1] - 1)
        sizes = ends[kept] - self.starts[kept]
        starts = np.zeros_like(self.starts)
        starts[kept] = np.cumsum(sizes) - sizes
        trials = np.concatenate([np.arange(self.starts[k], ends[k]) for k in kept] + [ends[-1:]])
        wanted = torch.as_tensor(trials).to(self.channels.device)
        return replace(self, channels=self.channels.index_select(1, wanted), starts=starts)

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
    targets: Iterable[Targets],
) -> Pool:
    """Return agents as a pool on `device`, each padded to a multiple of `window` trials.

    Parameters
    ----------
    parameters : (n_agents, t, n_parameters)
        The true values.
    targets : iterable of Targets
        What is taught of the first agents, of the next, and so on: on the way into the pool they
        take several times its memory.
    ranges : mapping of parameter to Range
        Numbers of the bins, in the order of `parameters`.

    Raises
    ------
    NumericalError
        If an input or a true value is not a finite float32, with the agent and the trial.
    """
    for p, name in enumerate(ranges):
        with np.errstate(over="ignore"):
            single = parameters[..., p].astype(np.float32)
        check_finite(sequences, single, f"the true {name} as a float32", "Mend the table.")
    padded = -(-sequences.lengths // window) * window
    starts = np.cumsum(padded) - padded
    n_inputs = n_trnn_inputs(network, model, sequences.other_reward is not None)
    channels, first = np.zeros((0, 0), np.float32), 0
    sizes: tuple[int, ...] = ()
    for taught in targets:
        some = sequences.rows(first, first + len(taught.p_action_0))
        truth = parameters[first : first + len(taught.p_action_0), : some.valid.shape[1]]
        if not sizes:
            sizes = _sizes(n_inputs, taught, network)
            channels = np.zeros((sum(sizes), int(padded.sum()) + 1), np.float32)
        own = starts[first : first + len(some.subjects)]
        trials = (own[:, None] + np.arange(some.valid.shape[1]))[some.valid]
        channels[:n_inputs, trials] = trnn_inputs(some, network, model)[:, some.valid]
        rest = _taught(some, truth, taught, ranges, network)
        for row, part in zip(channels[n_inputs:], rest, strict=True):
            row[trials] = part[some.valid]
        first += len(some.subjects)
    if first != len(sequences.subjects):
        raise ValueError(f"{first} agents are taught of, expected {len(sequences.subjects)}")
    tensor = torch.from_numpy(channels).to(device)
    return Pool(tensor, starts, sequences.lengths, sizes, sequences.subjects)


def true_values(
    sequences: Sequences, parameters: Array, hazards: Array | None
) -> Iterator[Targets]:
    """Yield as what is taught the agents' true values, choices and `hazards` (n, h)."""
    for first in range(0, len(sequences.subjects), PREPARED_AT_ONCE):
        some = sequences.rows(first, first + PREPARED_AT_ONCE)
        last = first + len(some.subjects)
        values = parameters[None, first:last, : some.valid.shape[1]]
        yield Targets(values, 1 - some.action, None if hazards is None else hazards[first:last])


def _sizes(n_inputs: int, taught: Targets, network: Network) -> tuple[int, ...]:
    """Return how many channels a pool has of each kind."""
    n_draws, d = len(taught.values), taught.values.shape[-1]
    n_hazards = 0 if taught.hazards is None else taught.hazards.shape[1]
    n_bins, n_scores = (d, 0) if network.posterior is None else (0, n_draws * d)
    return (n_inputs, 1, d, n_bins, n_scores, n_hazards, 1)


def _taught(
    some: Sequences, truth: Array, taught: Targets, ranges: Mapping[str, Range], network: Network
) -> Iterator[Array]:
    """Yield the channels (n, t) of a pool behind its inputs."""
    yield np.where(some.missed, np.float32(NOTHING), taught.p_action_0)
    values = np.moveaxis(truth, 2, 0)
    yield from values
    if network.posterior is None:
        yield from _bins(values, ranges, network)
    else:
        yield from _scores(taught.values, ranges)
    if taught.hazards is not None:
        for likely in taught.hazards.T:
            yield np.broadcast_to(likely[:, None], some.valid.shape)
    yield some.valid


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
