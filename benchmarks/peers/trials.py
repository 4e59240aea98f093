"""Posteriors on every trial: what the comparison's parts share."""

from benchmarks.peers.sizes import SIZES

SECTION = "posteriors on every trial"


def of_hundred(seconds: float) -> float:
    """Return what 100 agents would take, from what the agents of the comparison took."""
    return seconds * 100 / SIZES.tested_agents


def rate_share(elapsed: float, budget: float) -> float:
    """Return the learning rate as a share of its peak: it falls linearly until time is up.

    Peers train for a time, not for a number of steps, so their schedules run by the time too.
    """
    rising = 0.05
    done = min(elapsed / budget, 1.0)
    return min(done / rising, (1.0 - done) / (1.0 - rising)) if done else 0.01
