"""How large the benchmarks' problems are; `BENCH_SIZES=tiny` makes all of them quick to run.

`tiny` is for testing that the benchmarks work: its numbers say nothing.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Sizes of the problems measured, of the plain references, and of the scaling series.

    `budget` is about how long one measurement repeats, s, and `least_rounds` how often at least;
    `machine_rounds` how often the machine's own speed is measured.
    Plain references are run on a smaller problem of the same kind and compared by work done.
    """

    budget: float
    least_rounds: int
    machine_rounds: int
    series: int  # sizes of a scaling series, each half of the next
    # simulate
    agents: int
    trials: int
    plain_agents: int
    # maximum likelihood
    people: int
    session: int | None  # of people: how many of its trials; None: all
    plain_people: int
    candidates: int
    # particle filters
    filtered_agents: int
    particles: int
    # networks
    steps: int  # in a measurement
    pool: int  # agents to train on
    drnn_people: int
    drnn_networks: int
    drnn_trials: int
    workflow: bool

    def half_sizes(self, largest: int) -> list[int]:
        """Return the sizes of a series that ends with `largest`, in rising order."""
        return [max(1, largest // 2**k) for k in reversed(range(self.series))]


FULL = Sizes(
    budget=3.0,
    least_rounds=3,
    machine_rounds=60,
    series=4,
    agents=2000,
    trials=1000,
    plain_agents=20,
    people=101,
    session=None,
    plain_people=3,
    candidates=256,
    filtered_agents=30,
    particles=4000,
    steps=5,
    pool=256,
    drnn_people=16,
    drnn_networks=16,
    drnn_trials=520,
    workflow=True,
)

TINY = Sizes(
    budget=0.0,
    least_rounds=1,
    machine_rounds=3,
    series=4,
    agents=16,
    trials=40,
    plain_agents=6,
    people=40,
    session=40,
    plain_people=1,
    candidates=16,
    filtered_agents=8,
    particles=80,
    steps=1,
    pool=16,
    drnn_people=10,
    drnn_networks=8,
    drnn_trials=40,
    workflow=False,
)

SIZES = {"full": FULL, "tiny": TINY}[os.environ.get("BENCH_SIZES", "full")]
