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

from trnn.rnn.batch import Batch, Pool


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
        batch = self._cut()
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
        if agent == len(self._pool(number).lengths):
            number, agent = number + 1, 0
        self._next = (number, agent + 1)
        self.agents_started += 1
        return Position(number, agent, 0)

    def _pool(self, number: int) -> Pool:
        if number not in self._pools:
            # Rounds that no lane plays any more are forgotten, before there is another.
            used = {p.round for p in getattr(self, "_lanes", [])}
            self._pools = {r: pool for r, pool in self._pools.items() if r in used}
            self._pools[number] = self._draw_round(number)
        return self._pools[number]

    def _n_windows(self, position: Position) -> int:
        return -(-int(self._pool(position.round).lengths[position.agent]) // self._window)

    def _cut(self) -> Batch:
        """Return every lane's present window, beyond a session's end of zeros."""
        numbers = np.array([[p.round, p.agent, p.window * self._window] for p in self._lanes])
        rounds, agents, starts = numbers.T
        parts = []
        for number in np.unique(rounds).tolist():  # mostly one
            lanes = np.flatnonzero(rounds == number)
            pool = self._pool(number)
            parts.append((lanes, pool.windows(agents[lanes], starts[lanes], self._window)))
        if len(parts) == 1:
            channels = parts[0][1]
        else:
            shape = (len(parts[0][1]), self._window, len(self._lanes))
            channels = parts[0][1].new_empty(shape)
            for lanes, own in parts:
                channels[:, :, lanes] = own
        return pool.batch(channels)
