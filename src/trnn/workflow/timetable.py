"""When the last of some jobs ends, that wait for one another and for a free core."""

import heapq
from collections.abc import Sequence


def seconds_until_the_end(
    seconds: Sequence[float],
    needs: Sequence[Sequence[int]],
    running: Sequence[bool],
    at_once: int,
) -> float:
    """Return the seconds until the last job ends.

    A job that is ready starts as soon as there is room, the longest first. Jobs without seconds are
    over; running ones have room already.

    Parameters
    ----------
    seconds : (n_jobs,)
        What each job still takes.
    needs : (n_jobs,) of places
        The jobs that each waits for, by their place.
    running : (n_jobs,)
        Which run now.
    at_once : int
        How many run side by side, at least 1.
    """
    open_needs = [{need for need in own if seconds[need] > 0} for own in needs]
    waiting = {job for job, left in enumerate(seconds) if left > 0 and not running[job]}
    ends = [(left, job) for job, left in enumerate(seconds) if left > 0 and running[job]]
    heapq.heapify(ends)
    clock = 0.0
    while waiting or ends:
        ready = sorted((j for j in waiting if not open_needs[j]), key=lambda j: -seconds[j])
        for job in ready[: max(at_once - len(ends), 0)]:
            waiting.remove(job)
            heapq.heappush(ends, (clock + seconds[job], job))
        if not ends:
            break  # jobs that wait for one another for ever: no run of Snakemake's
        clock, over = heapq.heappop(ends)
        for own in open_needs:
            own.discard(over)
    return clock
