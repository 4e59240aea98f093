"""Metrics of every subject under every estimator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment
from trnn.config.networks import NETWORKS, base_of
from trnn.errors import NumericalError
from trnn.scores.hazard_scores import hazard_scores, hazards_by_dynamics
from trnn.scores.log_probability import log_probability_taken
from trnn.scores.metrics_table import HAZARD
from trnn.scores.metrics_table import metrics as metrics_schema
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.likelihood import run_forward
from trnn.theory.model import Model
from trnn.theory.models import get_model
from trnn.theory.parameters import error_scale
from trnn.trials.checks import check_finite
from trnn.trials.halves import halves
from trnn.trials.join import check_same_trials
from trnn.trials.missed import is_choice
from trnn.trials.read import read_trial_table
from trnn.trials.sequences import from_frame, pad_columns

Array = np.ndarray

# A probability this close to 1/2 counts as 1/2: it differs by rounding only.
TIE = 1e-9

REBUILD = "Delete the table that holds such a number and build it again."


@dataclass(frozen=True)
class Scored:
    """A population's trial table, and its estimates tables in the order of the rows wanted."""

    trials: str | Path
    estimates: Mapping[str, str | Path]


def metrics_stage(
    populations: Mapping[str, Scored],
    output: str | Path,
    experiment: Experiment,
    provenance: Provenance,
    halved: str | None = None,
) -> None:
    """Write the metrics of an experiment.

    Parameters
    ----------
    populations : "test", "human" -> Scored
        Synthetic agents, people, or both, in the order of the rows wanted.
    experiment : Experiment
        Its model, the ranges of its parameters and the dynamics of its test agents are used.
    halved : str, optional
        The data set of people of whom half chose settings, under the seed of `provenance`; None if
        nothing is chosen on people.
    """
    parts = [population_metrics(name, scored, experiment) for name, scored in populations.items()]
    frame = pd.concat(parts, ignore_index=True)
    if halved is not None:
        half = halves(read_table(populations["human"].trials), halved, provenance.seed)
        people = frame["population"] == "human"
        frame["half"] = frame["subject"].map(half).where(people)
    for name in ("group", "dynamics", "half", "population", "estimator"):
        frame[name] = frame[name].astype("str")
    tenths = [name for name, r in experiment.parameters.items() if error_scale(r.low, r.high) > 1]
    hazards = hazards_by_dynamics(experiment.dynamics).values()
    schema = metrics_schema(get_model(experiment.model).unit_of, tenths, map(len, hazards))
    write_table(frame[schema.names()], output, schema, provenance)


def population_metrics(population: str, scored: Scored, experiment: Experiment) -> pd.DataFrame:
    """Return a row for each estimator and subject of a population."""
    model, ranges = get_model(experiment.model), experiment.parameters
    hazards = hazards_by_dynamics(experiment.dynamics)
    trials = read_trial_table(scored.trials)
    parts = []
    for estimator, path in scored.estimates.items():
        table = read_table(path)
        check_same_trials(trials, table, str(scored.trials), str(path))
        parts.append(subject_metrics(trials, table, model, estimator, ranges, hazards))
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "population", population)
    return frame


def subject_metrics(
    trials: pd.DataFrame,
    estimates: pd.DataFrame,
    model: Model,
    estimator: str,
    ranges: Mapping[str, Range],
    hazards: Mapping[str, Sequence[float]] | None = None,
) -> pd.DataFrame:
    """Return a row for each subject: all metrics columns but the population.

    Parameters
    ----------
    trials, estimates : DataFrames of the same trials in the same order
        `trials` may have `group` or `dynamics`, and the true value of every parameter.
    ranges : parameter -> Range
        Errors are those of parameters over their `error_scale`.
    hazards : dynamics -> the hazards of which each of their agents has one
        None or none: there is no column of them.

    Raises
    ------
    NumericalError
        If an action taken was predicted with probability 0, or the error of an estimate is not
        finite, with the subject and trial; or a metric that is known is NaN or infinite, with the
        subject. All name the estimator.
    """
    codes, subjects = pd.factorize(trials["subject"])
    made = is_choice(trials)

    def mean(values: Array) -> Array:
        return np.bincount(codes, values, len(subjects)) / np.bincount(codes)

    def of_choices(values: Array) -> Array:
        own = codes[made]
        return np.bincount(own, values[made], len(subjects)) / np.bincount(own)

    # An estimator that has seen the choices cannot be scored by how well it predicts them.
    smooths = estimates["p_action_0"].isna().all()
    bce = theory = accuracy = np.full(len(subjects), np.nan)
    if not smooths:
        bce = of_choices(-log_probability_taken(trials, estimates, estimator))
        theory = _theory(trials, estimates, model, estimator, bce, of_choices)
        accuracy = of_choices(_correct(trials, estimates))
    columns = {
        "subject": subjects,
        "group": _of_subject(trials, "group", codes),
        "dynamics": _of_subject(trials, "dynamics", codes),
        "half": pd.Series([None] * len(subjects), dtype="str"),
        "estimator": estimator,
        "n_trials": np.bincount(codes),
        "bce": bce,
        "bce_theory": theory,
        "pseudo_r2": 1.0 - bce / np.log(2.0),
        "normalized_likelihood": np.exp(-bce),
        "accuracy": accuracy,
    }
    for name in model.names:
        known = name in trials.columns and name in estimates.columns
        scale = error_scale(ranges[name].low, ranges[name].high)
        error = np.full(len(trials), np.nan)
        if known:
            with np.errstate(over="ignore", invalid="ignore"):
                error = ((estimates[name].to_numpy() - trials[name].to_numpy()) / scale) ** 2
            _check_errors(error, name, trials, estimates, estimator)
        columns[f"mse_{name}"] = mean(error)
        if known:
            _check_metric(columns[f"mse_{name}"], f"mse_{name}", subjects, estimator)
    if hazards:
        columns[HAZARD] = mean(hazard_scores(trials, estimates, hazards))
    return pd.DataFrame(columns)


def _check_errors(
    error: Array, name: str, trials: pd.DataFrame, estimates: pd.DataFrame, estimator: str
) -> None:
    bad = np.flatnonzero(~np.isfinite(error))
    if len(bad):
        row = trials.iloc[bad[0]]
        raise NumericalError(
            f"estimator '{estimator}', subject '{row['subject']}' at block {row['block']}, trial "
            f"{row['trial']}: the squared error of {name} is {error[bad[0]]}; estimated "
            f"{estimates[name].iloc[bad[0]]}, true {row[name]} ({len(bad)} such trials). {REBUILD}"
        )


def _check_metric(values: Array, metric: str, subjects: pd.Index, estimator: str) -> None:
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        raise NumericalError(
            f"estimator '{estimator}', subject '{subjects[bad[0]]}': {metric} is {values[bad[0]]} "
            f"({len(bad)} such subjects). Look for values of extreme size in the estimates."
        )


def _theory(
    trials: pd.DataFrame,
    estimates: pd.DataFrame,
    model: Model,
    estimator: str,
    bce: Array,
    mean: Callable[[Array], Array],
) -> Array:
    """Return bce_theory: the model's own bce, averaged over draws or with each trial's points.

    Points are used as they are, even where a network's lie outside their range.

    Raises
    ------
    NumericalError
        If one is not finite, with the estimator, the subject and the trial.
    """
    # A network predicts p_action_0 itself. Any other estimator takes it from the model, already
    # averaged over posterior draws where the estimator has them.
    if base_of(estimator) not in NETWORKS:
        return bce
    if "p_theory_0" in estimates.columns:
        own = estimates.assign(p_action_0=estimates["p_theory_0"])
        return mean(-log_probability_taken(trials, own, f"{estimator}, by the model"))
    if any(name not in estimates.columns for name in model.names):
        return np.full(len(bce), np.nan)
    sequences = from_frame(trials)
    padded, _, _ = pad_columns(estimates, list(model.names))
    for name in model.names:
        check_finite(sequences, padded[name], f"estimator '{estimator}': {name}", REBUILD)
    values = np.stack([padded[name] for name in model.names], axis=-1)
    try:
        _, log_p = run_forward(model, sequences, values.astype(np.float64))
    except NumericalError as error:
        raise NumericalError(f"estimator '{estimator}', bce_theory: {error}") from error
    return -np.nanmean(np.where(sequences.chosen, log_p, np.nan), axis=1)


def _correct(trials: pd.DataFrame, estimates: pd.DataFrame) -> Array:
    p_action_0 = estimates["p_action_0"].to_numpy(dtype=np.float64)
    sign = np.where(trials["action"].to_numpy() == 0, 1.0, -1.0)
    above_half = sign * (p_action_0 - 0.5)
    return np.where(np.abs(above_half) <= TIE, 0.5, above_half > 0)


def _of_subject(trials: pd.DataFrame, column: str, codes: Array) -> Array | None:
    if column not in trials.columns:
        return None
    _, first = np.unique(codes, return_index=True)
    return trials[column].to_numpy(dtype=object)[first]
