"""How large the comparisons are; `BENCH_SIZES=tiny` makes them quick, to test that they run."""

import os
from dataclasses import dataclass

from trnn.config.particles import Particles


@dataclass(frozen=True)
class Sizes:
    """Sizes of each comparison; sessions have `trials`, in blocks of up to 100.

    `budget` is how long a peer's network is trained, s of the processor: about what the project's
    takes with `steps`, its teacher included, on `train_agents` a round.
    """

    trials: int
    constant_agents: int
    warm_up: int  # of NUTS, and draws of each chain after it
    draws: int
    chains: int
    filter_agents: int
    particles: int
    tested_agents: int
    train_agents: int
    steps: int
    budget: float
    posterior_draws: int
    timed_steps: int  # in a round
    rounds: int
    pool: int

    def filter(self) -> Particles:
        """Return settings of a filter of so many particles, however large its error is."""
        return Particles(n_particles=self.particles, max_particles=self.particles)

    def words(self) -> str:
        """Return what is measured, for the document."""
        return (
            f"Sessions of {self.trials:,} trials. Constant parameters: {self.constant_agents} "
            f"agents, {self.chains} chains of {self.warm_up} + {self.draws} draws. Filter: "
            f"{self.filter_agents} agents, {self.particles:,} particles. On every trial: "
            f"{self.tested_agents} switching agents; peers' networks are trained for "
            f"{self.budget:.0f} s of the processor."
        )


FULL = Sizes(
    trials=1000,
    constant_agents=20,
    warm_up=300,
    draws=300,
    chains=2,
    filter_agents=10,
    particles=4000,
    tested_agents=30,
    train_agents=2000,
    steps=1000,
    budget=120.0,
    posterior_draws=100,
    timed_steps=5,
    rounds=6,
    pool=64,
)

TINY = Sizes(
    trials=40,
    constant_agents=3,
    warm_up=20,
    draws=20,
    chains=2,
    filter_agents=3,
    particles=80,
    tested_agents=4,
    train_agents=16,
    steps=4,
    budget=2.0,
    posterior_draws=20,
    timed_steps=1,
    rounds=2,
    pool=8,
)

SIZES = {"full": FULL, "tiny": TINY}[os.environ.get("BENCH_SIZES", "full")]
