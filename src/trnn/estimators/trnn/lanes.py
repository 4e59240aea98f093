"""Training batches: lanes of agents side by side, cut into windows that carry memory along.

Each lane plays one agent after another; a step takes the next window of every lane. The hidden
state runs on from an agent's window to its next and is cleared between agents. At the start the
lanes are staggered, so that one step sees windows from all over a session, not 64 first ones.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from trnn.estimators.trnn.batch import Batch, Pool


class Lanes:
    """An endless, reproducible stream of batches.

    Parameters
    ----------
    draw_round : callable
        Returns round r of agents as whole sessions; must depend on r alone. Rounds are asked for
        in their order.
    n_lanes, window : int
        Agents side by side; trials of each in a batch.
    """

    def __init__(self, draw_round: Callable[[int], Pool], n_lanes: int, window: int) -> None:
        self._draw_round = draw_round
        self._window = window
        self._pools: dict[int, Pool] = {}
        self._next = (0, 0)  # round and agent that the next free lane takes
        self.agents_started = 0
        # Where each lane stands: round of agents, agent of the round, window of the agent.
        self._position = np.zeros((3, n_lanes), dtype=np.int64)
        self._n_windows = np.zeros(n_lanes, dtype=np.int64)  # that its agent's session has
        for lane in range(n_lanes):
            self._take(lane)
        self._position[2] = np.arange(n_lanes) % self._n_windows
        self._cut_at = self._position.copy()  # where the last batch was cut

    def next(self) -> tuple[Batch, Tensor]:
        """Return the next batch, and which lanes start a new agent, (n_lanes,) of 1 or 0."""
        windows = self._position[2]
        fresh = torch.as_tensor((windows == 0).astype(np.float32))
        batch = self._cut()
        self._cut_at[:] = self._position
        windows += 1
        for lane in np.flatnonzero(windows == self._n_windows).tolist():
            self._take(lane)
        return batch, fresh

    def played(self, lane: int, t: int) -> tuple[int, str, int]:
        """Return whose trial stood at trial t of a lane of the last batch.

        Returns
        -------
        The round of agents, the agent's name, the trial of its session.
        """
        number, agent, window = self._cut_at[:, lane].tolist()
        return number, self._pool(number).subjects[agent], window * self._window + t

    def state(self) -> dict:
        """Return what `restore` needs to go on from here: plain numbers."""
        return {
            "next": list(self._next),
            "agents_started": self.agents_started,
            "lanes": self._position.T.tolist(),
        }

    def restore(self, state: dict) -> None:
        """Go on from a saved state."""
        self._next = (state["next"][0], state["next"][1])
        self.agents_started = state["agents_started"]
        self._position = np.array(state["lanes"], dtype=np.int64).T.copy()
        # In their order, as they were played: who draws them may forget what lies behind.
        for number in np.unique(self._position[0]).tolist():
            self._pool(number)
        self._n_windows = np.array(
            [self._windows_of(number, agent) for number, agent, _ in state["lanes"]]
        )

    def _take(self, lane: int) -> None:
        number, agent = self._next
        if agent == len(self._pool(number).lengths):
            number, agent = number + 1, 0
        self._next = (number, agent + 1)
        self.agents_started += 1
        self._position[:, lane] = number, agent, 0
        self._n_windows[lane] = self._windows_of(number, agent)

    def _pool(self, number: int) -> Pool:
        if number not in self._pools:
            # Before there are others, agents that no lane plays any more are forgotten.
            rounds, agents, _ = self._position
            self._pools = {
                r: pool.only(agents[rounds == r]) for r, pool in self._pools.items() if r in rounds
            }
            self._pools[number] = self._draw_round(number)
        return self._pools[number]

    def _windows_of(self, number: int, agent: int) -> int:
        return -(-int(self._pool(number).lengths[agent]) // self._window)

    def _cut(self) -> Batch:
        """Return every lane's present window, beyond a session's end of zeros."""
        rounds, agents, windows = self._position
        starts = windows * self._window
        parts = []
        for number in np.unique(rounds).tolist():  # mostly one
            lanes = np.flatnonzero(rounds == number)
            pool = self._pool(number)
            parts.append((lanes, pool.windows(agents[lanes], starts[lanes], self._window)))
        if len(parts) == 1:
            channels = parts[0][1]
        else:
            shape = (len(parts[0][1]), self._window, len(rounds))
            channels = parts[0][1].new_empty(shape)
            for lanes, own in parts:
                channels[:, :, lanes] = own
        return pool.batch(channels)
