"""The particle filter of switching parameters beside `particles`, with as many particles."""

from typing import Any

import numpy as np

from benchmarks.peers.agents import KEY, MODEL, SEED, experiment, tested
from benchmarks.peers.rows import PROJECT, judged, named, rows
from benchmarks.peers.sizes import SIZES
from benchmarks.peers.timing import spent
from trnn.estimators.filter.particle_filter import log_evidence, particle_filter, pooled
from trnn.theory.motions import motions_of
from trnn.theory.simulate import Agents
from trnn.trials.sequences import Sequences

SECTION = "particle filter"
DYNAMICS = "switching"


def measure() -> list[dict[str, Any]]:
    """Return the rows of this comparison."""
    agents = tested(DYNAMICS, SIZES.filter_agents)
    ours, evidence = _project(agents)
    theirs, found = _peer(agents)
    apart = evidence.log - found.log
    of_error = apart / np.hypot(evidence.error, found.error)
    theirs |= {
        "log evidence from the project's, root mean square, standard errors": np.sqrt(
            np.mean(of_error**2)
        ),
        "mean difference of log evidence, nats": (
            apart.mean(),
            apart.std(ddof=1) / np.sqrt(len(apart)),
        ),
    }
    out = rows(SECTION, f"{PROJECT}: `bayes`", "project", ours)
    return out + rows(SECTION, named("particles"), "peer", theirs)


def _project(agents: Agents) -> tuple[dict[str, Any], Any]:
    motions = motions_of(experiment().dynamics[DYNAMICS], experiment().parameters)

    def run(function: Any, sequences: Sequences) -> Any:
        return function(MODEL, motions, sequences, SIZES.filter(), SEED, KEY)

    for function in (log_evidence, particle_filter):
        run(function, agents.sequences.rows(0, 1))  # compiles
    evidence, alone = spent(lambda: run(log_evidence, agents.sequences))
    found, seconds = spent(lambda: run(particle_filter, agents.sequences))
    scores = judged(found.posterior.mean, agents.parameters, found.posterior.quantiles)
    error = float(np.mean(evidence.error))
    return scores | _speed(alone, seconds, error), evidence


def _peer(agents: Agents) -> tuple[dict[str, Any], Any]:
    from benchmarks.peers import filter_particles as peer  # its package is not the project's

    own, dynamics = agents.sequences, experiment().dynamics[DYNAMICS]
    particles = SIZES.filter()
    how = (particles.n_particles // particles.replicates, particles.replicates)

    def run(summaries: bool, n: int) -> list[Any]:
        sessions = zip(own.action[:n], own.reward[:n], own.fresh[:n], strict=True)
        return [
            peer.filter_agent(dynamics, one, *how, particles.resample_below, summaries, SEED + i)
            for i, one in enumerate(sessions)
        ]

    run(True, 1)  # what it compiles
    n = len(own.subjects)
    evidences, alone = spent(lambda: run(False, n))
    found, seconds = spent(lambda: run(True, n))
    mean, quantiles = (np.stack([getattr(f, x) for f in found]) for x in ("mean", "quantiles"))
    scores = judged(mean, agents.parameters, quantiles)
    log, error = np.array([pooled(one.log_evidence) for one in evidences]).T
    return scores | _speed(alone, seconds, float(error.mean())), _Evidence(log, error)


class _Evidence:
    def __init__(self, log: np.ndarray, error: np.ndarray) -> None:
        self.log, self.error = log, error


def _speed(alone: float, seconds: float, error: float) -> dict[str, Any]:
    work = SIZES.filter_agents * SIZES.trials * SIZES.particles / 1e6
    return {
        "s, evidence": alone,
        "s, posteriors": seconds,
        "million a second, evidence": work / alone,
        "million a second, posteriors": work / seconds,
        "error of the log evidence": error,
    }
