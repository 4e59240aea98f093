"""Training batches: lanes of agents side by side, cut into windows that carry memory along.

Each lane plays one agent after another; a step takes the next window of every lane. The hidden
state runs on from an agent's window to its next and is cleared between agents. At the start the
lanes are staggered, so that one step sees windows from all over a session, not 64 first ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trnn.rnn.loss import Batch

Pool = Batch  # of whole sessions: inputs (n_agents, t, n_inputs) and so on, t a multiple of window


@dataclass
class Position:
    """Where a lane stands: round of agents, agent of the round, window of the agent."""

    round: int
    agent: int
    window: int


class Lanes:
    """An endless, reproducible stream of batches.

    Parameters
    ----------
    draw_round : callable
        Returns round r of agents as whole sessions; must depend on r alone.
    n_lanes, window : int
        Agents side by side; trials of each in a batch.
    """

    def __init__(self, draw_round: Callable[[int], Pool], n_lanes: int, window: int) -> None:
        self._draw_round = draw_round
        self._window = window
        self._pools: dict[int, Pool] = {}
        self._next = (0, 0)  # round and agent that the next free lane takes
        self.agents_started = 0
        self._lanes = [self._take() for _ in range(n_lanes)]
        for lane, position in enumerate(self._lanes):
            n_windows = self._n_windows(position)
            position.window = lane % n_windows

    def next(self) -> tuple[Batch, Tensor]:
        """Return the next batch, and which lanes start a new agent, (n_lanes,) of 1 or 0."""
        fresh = torch.tensor([float(p.window == 0) for p in self._lanes])
        pieces = [self._cut(position) for position in self._lanes]
        batch = Batch(*(torch.stack(parts) for parts in zip(*pieces, strict=True)))
        for lane, position in enumerate(self._lanes):
            position.window += 1
            if position.window == self._n_windows(position):
                self._lanes[lane] = self._take()
        return batch, fresh

    def state(self) -> dict:
        """Return what `restore` needs to go on from here: plain numbers."""
        return {
            "next": list(self._next),
            "agents_started": self.agents_started,
            "lanes": [[p.round, p.agent, p.window] for p in self._lanes],
        }

    def restore(self, state: dict) -> None:
        """Go on from a saved state."""
        self._next = (state["next"][0], state["next"][1])
        self.agents_started = state["agents_started"]
        self._lanes = [Position(*numbers) for numbers in state["lanes"]]

    def _take(self) -> Position:
        number, agent = self._next
        if agent == len(self._pool(number).valid):
            number, agent = number + 1, 0
        self._next = (number, agent + 1)
        self.agents_started += 1
        return Position(number, agent, 0)

    def _pool(self, number: int) -> Pool:
        if number not in self._pools:
            # Rounds that no lane plays any more are forgotten.
            used = {p.round for p in getattr(self, "_lanes", [])}
            self._pools = {r: pool for r, pool in self._pools.items() if r in used}
            self._pools[number] = self._draw_round(number)
        return self._pools[number]

    def _n_windows(self, position: Position) -> int:
        n_trials = int(self._pool(position.round).valid[position.agent].sum())
        return -(-n_trials // self._window)

    def _cut(self, position: Position) -> tuple[Tensor, ...]:
        start = position.window * self._window
        pool = self._pool(position.round)
        return tuple(array[position.agent, start : start + self._window] for array in pool)


def pad_to(array: np.ndarray, multiple: int) -> np.ndarray:
    """Pad (n, t, ...) with zeros until t is a multiple of `multiple`."""
    extra = -array.shape[1] % multiple
    return np.pad(array, [(0, 0), (0, extra)] + [(0, 0)] * (array.ndim - 2))
