"""The particle filter under both dynamics: the evidence alone, and everything of every trial."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest

from benchmarks.plain.particles import filter_agent
from benchmarks.problems import SEED, artificial, first, some_agents
from benchmarks.sizes import SIZES
from tests.estimators.plain import of_subject
from trnn.config.particles import Particles
from trnn.estimators.filter.particle_filter import log_evidence, particle_filter, pooled
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.trials.sequences import Sequences

BELOW = 0.5
EXPERIMENT = artificial(SIZES.trials)
PLAIN_RUNS = 8


class Filter(NamedTuple):
    """What is wanted, under which dynamics of `artificial`."""

    wanted: str
    law: str

    @property
    def dynamics(self):
        return EXPERIMENT.dynamics["filter_walk" if self.law == "walk" else self.law]

    @property
    def stage(self) -> str:
        return f"{self.wanted}_{self.law}"


EVIDENCE = [Filter("evidence", "switching"), Filter("evidence", "walk")]
POSTERIOR = [Filter("posterior", "switching"), Filter("posterior", "walk")]


def of_each(filters: list[Filter]):
    return pytest.mark.parametrize("which", filters, ids=[f.stage for f in filters])


def run(which: Filter, sequences: Sequences, n_particles: int, seed: int = SEED):
    motions = motions_of(which.dynamics, EXPERIMENT.parameters)
    # So many for every subject, however large its error is: that is what is measured.
    particles = Particles(n_particles=n_particles, max_particles=n_particles, resample_below=BELOW)
    run_one = log_evidence if which.wanted == "evidence" else particle_filter
    return run_one(get_model("q_learning"), motions, sequences, particles, seed, which.stage)


def run_plain(which: Filter, sequences: Sequences, n_particles: int, seed: int = SEED):
    """Filter the first agent."""
    own = (EXPERIMENT, which.dynamics, of_subject(sequences, 0))
    return filter_agent(*own, n_particles, BELOW, which.wanted == "posterior", seed)


def facts(which: Filter, n: int, t: int, n_particles: int) -> dict:
    return {
        "stage": which.stage,
        "label": f"{n} agents × {t:,} trials × {n_particles:,} particles",
        "work": n * t * n_particles,
        "unit": "particles × trials",
    }


def sessions(n: int, t: int) -> Sequences:
    return first(some_agents(SIZES.filtered_agents, SIZES.trials).sequences, n, t)


@of_each(EVIDENCE + POSTERIOR)
def test_project(measure, which):
    n, t, k = SIZES.filtered_agents, SIZES.trials, SIZES.particles
    sequences = sessions(n, t)
    measure(lambda: run(which, sequences, k), kind="project", **facts(which, n, t, k))


@of_each(EVIDENCE + POSTERIOR)
def test_plain(measure, which):
    t, k = SIZES.trials, SIZES.particles
    sequences = sessions(1, t)
    answer = measure(lambda: run_plain(which, sequences, k), kind="plain", **facts(which, 1, t, k))
    compare = compare_evidence if which.wanted == "evidence" else compare_posterior
    measure.note(**compare(which, sequences, k, answer))


def compare_evidence(which: Filter, sequences: Sequences, k: int, _) -> dict:
    """Compare evidences, which have their Monte Carlo errors."""
    found = run(which, sequences, k)
    runs = [run_plain(which, sequences, k, seed).log_evidence for seed in range(PLAIN_RUNS)]
    theirs, error = pooled(np.array(runs))
    difference = abs(float(found.log[0]) - theirs) / np.hypot(found.error[0], error)
    assert difference < 4
    return {"difference": difference, "difference_in": "log evidence, standard errors"}


def compare_posterior(which: Filter, sequences: Sequences, k: int, answer) -> dict:
    """Compare two samples of one distribution.

    They may differ as much as the project's own answers under several seeds.
    """

    def parts(filtered) -> list[np.ndarray]:
        posterior = filtered.posterior
        return [filtered.p_action_0[0], posterior.mean[0], posterior.quantiles[0]]

    ours = parts(run(which, sequences, k))
    others = [parts(run(which, sequences, k, seed)) for seed in range(11, 15)]
    theirs = [answer.p_action_0, answer.mean, answer.quantiles]
    differences = []
    for i, (own, plain) in enumerate(zip(ours, theirs, strict=True)):
        apart = np.mean([np.mean((a[i] - b[i]) ** 2) for a, b in combinations(others, 2)])
        differences.append(np.sqrt(np.mean((own - plain) ** 2) / apart))
    assert max(differences) < 2
    difference_in = "P(action 0), means, quantiles; that of two seeds is 1"
    return {"difference": max(differences), "difference_in": difference_in}


SERIES = [("trials", t) for t in SIZES.half_sizes(SIZES.trials)]
SERIES += [("particles", k) for k in SIZES.half_sizes(SIZES.particles)]


@of_each(POSTERIOR)
@pytest.mark.parametrize(("axis", "size"), SERIES)
def test_scaling(measure, which, axis, size):
    n = max(1, SIZES.filtered_agents // 8)
    chosen = {"trials": SIZES.trials, "particles": SIZES.particles, axis: size}
    t, k = chosen["trials"], chosen["particles"]
    sequences = sessions(n, t)
    how = facts(which, n, t, k)
    measure(lambda: run(which, sequences, k), kind="scaling", axis=axis, size=size, **how)
