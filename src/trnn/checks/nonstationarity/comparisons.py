"""The evidences that are compared, each with as many particles as the verdicts need.

For each parameter three models are compared. In all of them the other parameters switch, since
otherwise their movement would be taken for its own; the parameter itself is constant, switches, or
walks. A fourth comparison asks it of all parameters together.

What can be summed over a grid has no Monte Carlo error. The rest is filtered with a quarter of the
particles and with all of them, and again with twice as many where a verdict hangs on it; the error
is that of the replicates, or what more particles have changed, whichever is larger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trnn import progress
from trnn.checks.nonstationarity.nonstationarity_table import ALL
from trnn.checks.nonstationarity.verdicts import Compared, bayes_factor, in_doubt
from trnn.config.dynamics import RandomWalk, Range, Switching
from trnn.config.nonstationarity import Nonstationarity
from trnn.config.particles import Particles
from trnn.estimators.filter.grid import is_on_grid, log_evidence_on_grid
from trnn.estimators.filter.particle_filter import Evidence, efforts, log_evidence
from trnn.estimators.filter.quadrature import log_evidence_of_constant
from trnn.theory.constant_evidence import constant_log_evidence
from trnn.theory.model import Model
from trnn.theory.motions import all_alike, one_apart
from trnn.trials.sequences import Sequences

Array = np.ndarray
Way = Literal["constant", "switching", "walking"]
Key = tuple[Way, str]  # how a parameter moves, and which; or all of them

# A filter stands at each of a dozen or more values of a constant, and their errors average out.
FEWER = 8
# Everything is filtered with this share of the particles first, to see what more of them change.
FIRST = 4
FEWEST = 2  # replicates, of that share


@dataclass(frozen=True)
class Question:
    """What is asked of whom: the models that are compared, and the n subjects.

    `keys`: with the seed, where random numbers come from.
    """

    model: Model
    ranges: Mapping[str, Range]
    switching: Switching
    walk: RandomWalk
    settings: Nonstationarity
    sequences: Sequences
    seed: int
    keys: tuple[str | int, ...]


def compare(question: Question, names: Sequence[str]) -> dict[str, Compared]:
    """Return the three evidences of each of `names`: parameters, or `ALL` of them.

    Raises
    ------
    NumericalError
        If a reward or a likelihood is not finite.
    """
    three: dict[str, tuple[Key, Key, Key]] = {
        # One model serves for a parameter that switches, as the others do, and for all of them.
        name: (("constant", name), ("switching", ALL), ("walking", name))
        for name in names
    }
    wanted = list(dict.fromkeys(key for keys in three.values() for key in keys))
    everyone = list(range(len(question.sequences.subjects)))
    found: dict[Key, tuple[Array, Array]] = {}
    has_particles: dict[Key, Array] = {}
    levels = list(efforts(question.settings))
    for done, key in enumerate(wanted):
        progress.report(done, len(wanted), "evidences")
        first = _evidence(question, key, levels[0], everyone)
        has_particles[key] = first.n_particles > 0
        filtered, before = np.flatnonzero(has_particles[key]), first.log.copy()
        few = max(levels[0] // FIRST, FEWEST)
        before[filtered] = _evidence(question, key, few, filtered.tolist(), FEWEST).log
        found[key] = _agreeing(first, before)
    for n_particles in levels[1:]:
        again = {
            # More particles change nothing where there are none.
            key: own & has_particles[key]
            for key, own in _open(question.settings, three, found).items()
        }
        if not any(own.any() for own in again.values()):
            break
        for key, own in again.items():
            rows = np.flatnonzero(own)
            if len(rows):
                better = _evidence(question, key, n_particles, rows.tolist())
                log, error = _agreeing(better, found[key][0][rows])
                found[key][0][rows], found[key][1][rows] = log, error
    return {name: Compared(*(found[key] for key in keys)) for name, keys in three.items()}


def _agreeing(evidence: Evidence, before: Array) -> tuple[Array, Array]:
    """Return log evidences and their errors: no smaller than what more particles have changed.

    Replicates that all miss the same values agree, and are too low together.
    """
    changed = np.where(evidence.n_particles > 0, np.abs(evidence.log - before), 0.0)
    return evidence.log, np.maximum(evidence.error, changed)


def _open(
    settings: Nonstationarity,
    three: Mapping[str, tuple[Key, Key, Key]],
    found: Mapping[Key, tuple[Array, Array]],
) -> dict[Key, Array]:
    """Return which subjects of which evidences need more particles, (n,) of bool."""
    again = {key: np.zeros(len(log), dtype=bool) for key, (log, _) in found.items()}
    for keys in three.values():
        own = bayes_factor(Compared(*(found[key] for key in keys)))
        doubt = in_doubt(own, settings.bayes_factor, settings.tolerance)
        for key, rows in zip(keys, doubt, strict=True):
            again[key] |= rows
    return again


def _evidence(
    question: Question,
    key: Key,
    n_particles: int,
    rows: Sequence[int],
    replicates: int | None = None,
) -> Evidence:
    """Return the evidence of some subjects, with so many particles if it takes any.

    `replicates`: into how many the particles are divided; None: as the settings say. Each takes
    time beside that of its particles.
    """
    own = replicates or question.settings.replicates
    if key == ("constant", ALL):
        q = question
        log, error = constant_log_evidence(q.model, q.ranges, q.sequences, q.seed, *q.keys)
        return Evidence(log[rows], error[rows], np.zeros(len(rows), np.int64))
    n = len(rows)
    found = Evidence(np.zeros(n), np.zeros(n), np.zeros(n, np.int64))
    for i, row in enumerate(rows):
        one = _of_one(question, key, n_particles, own, question.sequences.rows(row, row + 1))
        found.log[i], found.error[i] = one.log[0], one.error[0]
        found.n_particles[i] = one.n_particles[0]
    return found


def _of_one(
    question: Question, key: Key, n_particles: int, replicates: int, one: Sequences
) -> Evidence:
    """Return the evidence of one subject."""
    q, (way, name) = question, key
    if way == "constant":
        motions = all_alike("switching", q.ranges, q.switching, q.walk)
        few = _particles(q.settings, max(n_particles // FEWER, replicates), replicates)
        index, nodes = list(q.ranges).index(name), q.settings.nodes
        return log_evidence_of_constant(
            q.model, motions, index, one, few, nodes, q.seed, *q.keys, name
        )
    if name == ALL:
        motions = all_alike(way, q.ranges, q.switching, q.walk)
    else:
        motions = one_apart(way, name, q.ranges, q.switching, q.walk)
    if is_on_grid(q.model, motions):
        return log_evidence_on_grid(q.model, motions, one)
    particles = _particles(q.settings, n_particles, replicates)
    return log_evidence(q.model, motions, one, particles, q.seed, *q.keys, way, name)


def _particles(settings: Nonstationarity, n_particles: int, replicates: int) -> Particles:
    """Return settings under which a subject has so many particles, whatever its error is."""
    return Particles(
        n_particles=n_particles,
        max_particles=n_particles,
        replicates=replicates,
        tolerance=settings.tolerance,
        resample_below=settings.resample_below,
    )
