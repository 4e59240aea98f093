"""The workflow's stages of the evidence of subjects: a population's, and agents of the null."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from trnn import progress
from trnn.checks.nonstationarity.comparisons import Question, compare
from trnn.checks.nonstationarity.nonstationarity_table import ALL, EVIDENCE, dynamics_of
from trnn.checks.nonstationarity.null_agents import null_agents
from trnn.checks.nonstationarity.verdicts import Compared, bayes_factor, verdicts
from trnn.config.dynamics import RandomWalk, Switching
from trnn.config.experiment import Experiment
from trnn.config.nonstationarity import Nonstationarity
from trnn.errors import ConfigError
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model
from trnn.trials.read import TRIAL_COLUMNS, read_trial_table
from trnn.trials.sequences import Sequences, from_frame

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
    names, settings = tuple(experiment.parameters), _settings(experiment)
    frame = read_subjects(trials, population, names, settings.n_agents)
    sequences = from_frame(frame)
    asked = (ALL, *names) if len(names) > 1 else (ALL,)
    compared = compare(question(experiment, sequences, seed, population), asked)
    if len(names) == 1:  # then all parameters are this one
        compared = {names[0]: compared[ALL]}
    found = evidence_rows(compared, sequences, settings.bayes_factor)
    table = found.merge(_subjects(frame, population, names), on=["subject", "parameter"])
    table["population"] = population
    _tell(table)
    write_table(table, output, EVIDENCE, provenance)


def nonstationarity_null_stage(
    output: str | Path, experiment: Experiment, seed: int, provenance: Provenance
) -> None:
    """Weigh constant against moving of agents of whom that is constant, and the rest switches.

    Parameters
    ----------
    output : path
        The evidence table: `nonstationarity.n_null` agents for each parameter, a row each.
    experiment : Experiment
        Its view "nonstationarity_null".

    Raises
    ------
    ConfigError, NumericalError
        As `nonstationarity_stage`.
    """
    settings, (switching, _) = _settings(experiment), moving_dynamics(experiment)
    parts = []
    for i, name in enumerate(experiment.parameters):
        with progress.part(i, len(experiment.parameters)):
            agents = null_agents(experiment, switching, name, settings.n_null, seed).sequences
            compared = compare(question(experiment, agents, seed, "null"), (name,))
        part = evidence_rows(compared, agents, settings.bayes_factor)
        parts.append(part.assign(dynamics=dynamics_of(name)))
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(population="test", group=None, moved=False)
    _tell(table)
    write_table(table.astype({"moved": "boolean"}), output, EVIDENCE, provenance)


def _settings(experiment: Experiment) -> Nonstationarity:
    if experiment.nonstationarity is None:
        raise ConfigError(
            f"experiment '{experiment.name}': `nonstationarity` is null, so nothing is asked."
        )
    return experiment.nonstationarity


def _tell(table: pd.DataFrame) -> None:
    counts = table.groupby("parameter", sort=False)["verdict"].value_counts()
    log.info("verdicts: %s", counts.to_dict())


def read_subjects(
    trials: str | Path, population: str, names: Sequence[str], n_agents: int
) -> pd.DataFrame:
    """Return the trials of all people, or of the first `n_agents` of each dynamics."""
    if population == "human":
        return read_trial_table(trials, [*TRIAL_COLUMNS, "group"])
    frame = read_trial_table(trials, [*TRIAL_COLUMNS, "dynamics", *names])
    agents = frame[["dynamics", "subject"]].drop_duplicates()
    chosen = agents.groupby("dynamics", sort=False).head(n_agents)["subject"]
    return frame[frame["subject"].isin(chosen)].reset_index(drop=True)


def question(experiment: Experiment, sequences: Sequences, seed: int, whose: str) -> Question:
    """Return what is asked of these subjects; `whose`: a key of the random numbers."""
    switching, walk = moving_dynamics(experiment)
    return Question(
        get_model(experiment.model),
        experiment.parameters,
        switching,
        walk,
        _settings(experiment),
        sequences,
        seed,
        (experiment.name, "moving", whose),
    )


def evidence_rows(
    compared: Mapping[str, Compared], sequences: Sequences, limit: float
) -> pd.DataFrame:
    """Return the evidence of each subject's parameters: the columns of `EVIDENCE` but who they are.

    Every comparison against a constant starts both sides uniformly over the ranges.
    """
    parts = []
    for name, own in compared.items():
        factor = bayes_factor(own)
        part = {
            "subject": pd.Series(list(sequences.subjects), dtype="str"),
            "parameter": name,
            "n_trials": sequences.lengths.astype(np.int64),
            "log_evidence_constant": own.constant[0],
            "log_evidence_switching": own.switching[0],
            "log_evidence_walking": own.walking[0],
            "log_evidence_constant_error": own.constant[1],
            "log_evidence_switching_error": own.switching[1],
            "log_evidence_walking_error": own.walking[1],
            "log_bf_moving": factor.log,
            "log_bf_low": factor.low,
            "log_bf_high": factor.high,
            "verdict": verdicts(factor, limit),
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
