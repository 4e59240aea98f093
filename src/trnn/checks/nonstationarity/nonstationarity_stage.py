"""The workflow's stage of the evidence of a population's subjects.

For each parameter three models are compared. In all of them the other parameters switch, since
otherwise their movement would be taken for its own; the parameter itself is constant, switches, or
walks. A fourth comparison asks it of all parameters together.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from trnn import progress
from trnn.checks.nonstationarity.nonstationarity_table import ALL, EVIDENCE
from trnn.checks.nonstationarity.verdicts import log_bayes_factor, verdicts
from trnn.config.dynamics import RandomWalk, Switching
from trnn.config.experiment import Experiment
from trnn.config.nonstationarity import Nonstationarity
from trnn.errors import ConfigError
from trnn.estimators.filter.particle_filter import log_evidence
from trnn.estimators.filter.quadrature import log_evidence_of_constant
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.constant_evidence import constant_log_evidence
from trnn.theory.models import get_model
from trnn.theory.motions import Motions, all_alike, one_apart
from trnn.trials.read import TRIAL_COLUMNS
from trnn.trials.sequences import Sequences, from_frame

Array = np.ndarray
WithError = tuple[Array, Array]  # log evidence and its standard error, (n,) each, nats

log = logging.getLogger(__name__)


def nonstationarity_stage(
    trials: str | Path,
    output: str | Path,
    experiment: Experiment,
    population: str,
    seed: int,
    provenance: Provenance,
) -> None:
    """Weigh constant against moving parameters of every subject; write the evidence table.

    Parameters
    ----------
    trials : path
        Trials of the test agents, of whom the first `nonstationarity.n_agents` of each dynamics
        are taken, or of people, all of whom are.
    experiment : Experiment
        Its view "nonstationarity".
    population : str
        "test" or "human"; a part of what the random numbers are keyed by.

    Raises
    ------
    ConfigError
        If the filters' dynamics are not what they are taken for.
    NumericalError
        If a reward or a likelihood is not finite.
    """
    names, settings = tuple(experiment.parameters), experiment.nonstationarity
    if settings is None:
        raise ConfigError(
            f"experiment '{experiment.name}': `nonstationarity` is null, so nothing is asked."
        )
    frame = read_subjects(trials, population, names, settings.n_agents)
    found = evidence_rows(experiment, settings, from_frame(frame), population, seed)
    table = found.merge(_subjects(frame, population, names), on=["subject", "parameter"])
    table["population"] = population
    counts = table.groupby("parameter", sort=False)["verdict"].value_counts()
    log.info("verdicts: %s", counts.to_dict())
    write_table(table, output, EVIDENCE, provenance)


def read_subjects(
    trials: str | Path, population: str, names: Sequence[str], n_agents: int
) -> pd.DataFrame:
    """Return the trials of all people, or of the first `n_agents` of each dynamics."""
    if population == "human":
        return read_table(trials, columns=[*TRIAL_COLUMNS, "group"])
    frame = read_table(trials, columns=[*TRIAL_COLUMNS, "dynamics", *names])
    agents = frame[["dynamics", "subject"]].drop_duplicates()
    chosen = agents.groupby("dynamics", sort=False).head(n_agents)["subject"]
    return frame[frame["subject"].isin(chosen)].reset_index(drop=True)


def evidence_rows(
    experiment: Experiment,
    settings: Nonstationarity,
    sequences: Sequences,
    population: str,
    seed: int,
) -> pd.DataFrame:
    """Return the evidence of each subject's parameters: the columns of `EVIDENCE` but who they are.

    Every comparison against a constant starts both sides uniformly over the ranges.
    """
    ranges = experiment.parameters
    switching, walk = moving_dynamics(experiment)
    model = get_model(experiment.model)

    keys = (experiment.name, "moving", population)

    def run(motion: str, name: str, motions: Motions) -> WithError:
        found = log_evidence(model, motions, sequences, settings, seed, *keys, motion, name)
        return found.log, found.error

    constant = constant_log_evidence(model, ranges, sequences, seed, *keys)
    n_passes = 2 * len(ranges) + 2
    progress.report(0, n_passes, "comparisons")
    # One model serves for a parameter that switches, as the others do, and for all of them.
    all_switch = all_alike("switching", ranges, switching, walk)
    switches = run("switching", ALL, all_switch)
    walks = run("walking", ALL, all_alike("walking", ranges, switching, walk))
    compared: dict[str, tuple[WithError, WithError]] = {ALL: (constant, walks)}
    for index, name in enumerate(ranges if len(ranges) > 1 else ()):
        progress.report(2 * index + 2, n_passes, "comparisons")
        held = log_evidence_of_constant(
            model, all_switch, index, sequences, settings, settings.nodes, seed, *keys, name
        )
        walks_alone = run("walking", name, one_apart("walking", name, ranges, switching, walk))
        compared[name] = ((held.log, held.error), walks_alone)
    if len(ranges) == 1:  # then all parameters are this one
        compared = {next(iter(ranges)): compared[ALL]}
    parts = []
    for name, (still, walking) in compared.items():
        log_bf, error = log_bayes_factor(still, switches, walking)
        part = {
            "subject": pd.Series(list(sequences.subjects), dtype="str"),
            "parameter": name,
            "n_trials": sequences.lengths.astype(np.int64),
            "log_evidence_constant": still[0],
            "log_evidence_switching": switches[0],
            "log_evidence_walking": walking[0],
            "log_evidence_constant_error": still[1],
            "log_evidence_switching_error": switches[1],
            "log_evidence_walking_error": walking[1],
            "log_bf_moving": log_bf,
            "log_bf_se": error,
            "verdict": verdicts(log_bf, settings.bayes_factor),
        }
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def moving_dynamics(experiment: Experiment) -> tuple[Switching, RandomWalk]:
    """Return the switching dynamics of `bayes` and the random walk of `filter`, the view's two.

    A share of agents that never change is left out of the switching dynamics: whether they do is
    the question.

    Raises
    ------
    ConfigError
        If the two are not switching dynamics and a random walk.
    """
    known = experiment.dynamics
    switching = [own for own in known.values() if isinstance(own, Switching)]
    walks = [own for own in known.values() if isinstance(own, RandomWalk)]
    if not switching or not walks:
        kinds = {name: own.kind for name, own in known.items()}
        raise ConfigError(
            f"experiment '{experiment.name}': whether parameters move is asked with "
            "switching dynamics (those of estimators.bayes) and a random walk (those of "
            f"estimators.filter), got {kinds}. Change them, or set `nonstationarity: null`."
        )
    return switching[0].model_copy(update={"stationary_share": 0.0}), walks[0]


def _subjects(frame: pd.DataFrame, population: str, names: Sequence[str]) -> pd.DataFrame:
    """Return group, dynamics and whether it truly moved of each subject and parameter."""
    people = population == "human"
    by_subject = frame.groupby("subject", sort=False)
    label = "group" if people else "dynamics"
    rows = by_subject[label].first().reset_index()
    rows["dynamics" if people else "group"] = None
    if people:
        moved = pd.DataFrame({name: pd.NA for name in (*names, ALL)}, index=rows["subject"])
    else:
        moved = by_subject[list(names)].nunique() > 1
        moved[ALL] = moved.any(axis=1)
    long = moved.reset_index().melt("subject", var_name="parameter", value_name="moved")
    return rows.merge(long.astype({"moved": "boolean"}), on="subject")
