"""Both particle filters: parameters that walk, and parameters that switch."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest

from benchmarks.counts import particle_trial
from benchmarks.plain.particles import filter_agent, filter_agent_by_particle
from benchmarks.problems import SEED, artificial, first, some_agents, worst
from benchmarks.sizes import SIZES
from tests.estimators.plain import of_subject
from trnn.config.particles import Particles
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.trials.sequences import Sequences


class Filter(NamedTuple):
    """A filter: its stage, and the name of its dynamics in `artificial`."""

    stage: str
    dynamics: str


FILTERS = [Filter("filter", "filter_walk"), Filter("bayes", "switching")]
BELOW = 0.5
EXPERIMENT = artificial(SIZES.trials)
by_filter = pytest.mark.parametrize("which", FILTERS, ids=[f.stage for f in FILTERS])


def run(which: Filter, sequences: Sequences, n_particles: int, seed: int = SEED):
    motions = motions_of(EXPERIMENT.dynamics[which.dynamics], EXPERIMENT.parameters)
    # So many for every subject, however large its error is: that is what is measured.
    particles = Particles(n_particles=n_particles, max_particles=n_particles, resample_below=BELOW)
    model = get_model("q_learning")
    return particle_filter(model, motions, sequences, particles, seed, "benchmark", which.stage)


def facts(which: Filter, n: int, t: int, n_particles: int) -> dict:
    law = EXPERIMENT.dynamics[which.dynamics].kind
    work = n * t * n_particles
    return {
        "stage": which.stage,
        "label": f"{n} agents × {t:,} trials × {n_particles:,} particles",
        "work": work,
        "unit": "particles × trials",
        "need": particle_trial("q_learning", 2, law).times(work),
    }


def sessions(n: int, t: int) -> Sequences:
    return first(some_agents(SIZES.filtered_agents, SIZES.trials).sequences, n, t)


def difference(which: Filter, sequences: Sequences, n_particles: int, plain: list) -> float:
    """Return the largest difference in P(action 0), after judging it by what chance does.

    The two draw other numbers: they are samples of one distribution, and may differ as much as
    the project's own answers under several seeds.
    """
    theirs = np.array([answer.p_action_0 for answer in plain])
    sequences = first(sequences, len(theirs))
    ours = run(which, sequences, n_particles).p_action_0
    others = [run(which, sequences, n_particles, seed).p_action_0 for seed in range(11, 15)]
    apart = [np.mean((a - b) ** 2) for a, b in combinations(others, 2)]
    assert np.mean((ours - theirs) ** 2) < 4 * np.mean(apart)
    return worst(ours, theirs)


@by_filter
def test_project(measure, which):
    n, t, k = SIZES.filtered_agents, SIZES.trials, SIZES.particles
    sequences = sessions(n, t)
    measure(
        lambda: run(which, sequences, k),
        kind="project",
        precision="float64",
        **facts(which, n, t, k),
    )


def measure_plain(measure, which: Filter, t: int, kind: str, filter_one) -> None:
    """Time a plain filter, an agent at a time, and compare its answers with the project's."""
    n, k = SIZES.plain_filtered_agents, SIZES.particles
    sequences = sessions(n, t)
    law = EXPERIMENT.dynamics[which.dynamics]

    def plain():
        return [
            filter_one(EXPERIMENT, law, of_subject(sequences, i), k, BELOW, SEED, *keys(which, i))
            for i in range(n)
        ]

    answers = measure(plain, kind=kind, **facts(which, n, t, k))
    measure.note(difference=difference(which, sequences, k, answers), difference_in="P(action 0)")


def keys(which: Filter, i: int) -> tuple[str, ...]:
    """Return what the random numbers of agent i are keyed by."""
    agents = some_agents(SIZES.filtered_agents, SIZES.trials).sequences.subjects
    return ("benchmark", which.stage, agents[i])


@by_filter
def test_plain(measure, which):
    measure_plain(measure, which, SIZES.trials, "plain", filter_agent)


def test_plain_by_particle(measure):
    measure_plain(measure, FILTERS[0], SIZES.plain_trials, "plain_other", filter_agent_by_particle)


SERIES = [("agents", n) for n in SIZES.half_sizes(SIZES.filtered_agents)]
SERIES += [("trials", t) for t in SIZES.half_sizes(SIZES.trials)]
SERIES += [("particles", k) for k in SIZES.half_sizes(SIZES.particles)]


@by_filter
@pytest.mark.parametrize(("axis", "size"), SERIES)
def test_scaling(measure, which, axis, size):
    chosen = {"agents": SIZES.filtered_agents, "trials": SIZES.trials, "particles": SIZES.particles}
    chosen[axis] = size
    n, t, k = chosen.values()
    sequences = sessions(n, t)
    measure(
        lambda: run(which, sequences, k),
        kind="scaling",
        axis=axis,
        size=size,
        **facts(which, n, t, k),
    )
