"""The workflow's stage of posterior predictive checks."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.checks.predictive.choice_statistics import SCALARS, Bins, bins_of, session_statistics
from trnn.checks.predictive.draws import constant_trajectories, drawn_trajectories
from trnn.checks.predictive.inside import is_inside, person_ranks
from trnn.checks.predictive.predictive_table import (
    INSIDE,
    POSTERIOR,
    PREDICTIVE,
    PREDICTIVE_PEOPLE,
    STATIONARY,
)
from trnn.checks.predictive.resimulate import resimulate
from trnn.checks.predictive.schedules import schedules_of
from trnn.config.experiment import Experiment
from trnn.statistics.proportions import clopper_pearson
from trnn.tables.parquet import Provenance, write_table
from trnn.tables.schema import STRING, TableSchema
from trnn.theory.models import get_model
from trnn.trials.block_courses import last_trial
from trnn.trials.halves import REPORTING_HALF, reporting_people
from trnn.trials.read import read_trial_table
from trnn.trials.sequences import Sequences, from_frame

log = logging.getLogger(__name__)

Array = np.ndarray

BAND = {"q05": 0.05, "q25": 0.25, "q75": 0.75, "q95": 0.95}


def predictive_stage(
    trials: str | Path,
    draws: str | Path,
    fits: str | Path,
    predictive: str | Path,
    people: str | Path,
    experiment: Experiment,
    seed: int,
    provenance: Provenance,
    halved: str | None = None,
) -> None:
    """Write how people's choices compare with those of agents that have their parameters.

    Each person's session is simulated once with every trajectory that was drawn from the t-RNN's
    smoothed posterior, and as often with the constant maximum-likelihood fit, on the person's own
    schedule and with the same random numbers. The posterior was conditioned on the very choices:
    agreement shows that the model with such trajectories is adequate to them (Gelman, Meng & Stern
    1996, Statistica Sinica 6), not that it predicts; disagreement is the stronger evidence.

    Parameters
    ----------
    halved : str, optional
        The data set of people of whom half chose settings, under the seed of `provenance`; None if
        nothing is chosen on people.
    """
    frame = read_trial_table(trials)
    sequences = from_frame(frame)
    model, names = get_model(experiment.model), tuple(experiment.parameters)
    schedules = schedules_of(frame, experiment.task)
    bins = bins_of(last_trial(frame), int(frame["trial"].max()) + 1)
    observed = np.concatenate(
        [
            session_statistics(action[None], reward[None], own, bins)
            for (action, reward), own in zip(_played(sequences), schedules, strict=True)
        ]
    )
    drawn = drawn_trajectories(draws, sequences, names)
    n_draws = len(drawn[0])
    constant = constant_trajectories(fits, trials, sequences, names, n_draws)
    groups = _groups(frame)
    reporting = np.isin(sequences.subjects, list(reporting_people(frame, halved, provenance.seed)))
    rows, person_rows = [], []
    for source, trajectories in ((POSTERIOR, drawn), (STATIONARY, constant)):
        keys = (experiment.name, "predictive")
        played = resimulate(
            model, trajectories, schedules, experiment.task, sequences.subjects, seed, keys
        )
        simulated = np.stack(
            [
                session_statistics(again.action, again.reward, own, bins)
                for again, own in zip(played, schedules, strict=True)
            ]
        )
        ranks = person_ranks(observed, simulated, sequences.subjects, seed, keys)[:, : len(SCALARS)]
        own = group_rows(observed, simulated, groups, bins, reporting, is_inside(ranks))
        rows.append(own.assign(source=source))
        own_rows = person_table(observed, simulated, sequences.subjects, groups, ranks)
        person_rows.append(own_rows.assign(source=source))
    log.info("%d people, %d draws each", len(schedules), n_draws)
    _write(rows, predictive, PREDICTIVE, provenance)
    _write(person_rows, people, PREDICTIVE_PEOPLE, provenance)


def group_rows(
    observed: Array,
    simulated: Array,
    groups: pd.Series,
    bins: Bins,
    reporting: Array | None = None,
    inside: Array | None = None,
) -> pd.DataFrame:
    """Return for all people and each group the mean of every statistic, and its band over draws.

    Parameters
    ----------
    observed : (n_people, n_columns)
    simulated : (n_people, n_draws, n_columns)
        A draw's mean is over the people who have a value of their own.
    groups : Series (n_people,)
        Null where there are none.
    reporting : (n_people,) of bool
        Who is of the half that chose no settings; it comes first. None, or nobody: there is none.
    inside : (n_people, n_scalars)
        As of `is_inside`; None: it is not known.
    """
    members_of = {} if reporting is None or not reporting.any() else {REPORTING_HALF: reporting}
    members_of["all"] = np.ones(len(groups), dtype=bool)
    members_of |= {name: (groups == name).to_numpy() for name in groups.dropna().unique()}
    parts = []
    for name, members in members_of.items():
        own, again = observed[members], simulated[members]
        again = np.where(np.isnan(own)[:, None, :], np.nan, again)
        means = _mean(again, axis=0)
        part = pd.DataFrame(bins.columns(), columns=["statistic", "bin", "bin_words"])
        part.insert(0, "group", name)
        part["n"] = np.isfinite(own).sum(axis=0)
        part["observed"] = _mean(own, axis=0)
        part["mean"] = _mean(means, axis=0)
        for column, level in BAND.items():
            part[column] = _quantile(means, level)
        empty = np.full((int(members.sum()), len(SCALARS)), np.nan)
        _add_inside(part, empty if inside is None else inside[members])
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _add_inside(part: pd.DataFrame, inside: Array) -> None:
    """Add to a group's rows how many people are inside of their own interval, where it is known."""
    counts = np.isfinite(inside).sum(axis=0), np.nansum(inside, axis=0).astype(int)
    shares = [clopper_pearson(int(k), int(n)) for n, k in zip(*counts, strict=True)]
    known = np.concatenate([np.array(counts, dtype=float).T, np.array(shares)], axis=1)
    for i, name in enumerate(INSIDE):
        part[name] = np.nan
        part.loc[: len(SCALARS) - 1, name] = known[:, i]
    for name in INSIDE[:2]:
        part[name] = part[name].astype("Int64")


def person_table(
    observed: Array, simulated: Array, subjects: Sequence[str], groups: pd.Series, ranks: Array
) -> pd.DataFrame:
    """Return of each person and scalar statistic the range of its re-simulations, p and rank.

    `ranks`: (n_people, n_scalars), as of `person_ranks`.
    """
    n = len(SCALARS)
    own, again = observed[:, :n], simulated[:, :, :n]
    known = np.isfinite(again) & np.isfinite(own)[:, None, :]
    count = known.sum(axis=1)
    again = np.where(known, again, np.nan)
    as_great = (again >= own[:, None, :]).sum(axis=1)
    p = np.divide(as_great, count, out=np.full(own.shape, np.nan), where=count > 0)
    some = count > 0
    columns = {
        "observed": own,
        "mean": _mean(again, axis=1),
        "low": np.where(some, np.where(known, again, np.inf).min(axis=1), np.nan),
        "high": np.where(some, np.where(known, again, -np.inf).max(axis=1), np.nan),
        "p": p,
        "n_draws": count,
        "rank": ranks,
    }
    out = pd.DataFrame({name: values.ravel() for name, values in columns.items()})
    out["inside"] = pd.array(is_inside(ranks).ravel(), dtype="boolean")
    out.insert(0, "subject", np.repeat(np.array(subjects, dtype=object), n))
    out.insert(1, "group", np.repeat(groups.to_numpy(dtype=object), n))
    out.insert(2, "statistic", np.tile(np.array(list(SCALARS), dtype=object), len(own)))
    return out


def _played(sequences: Sequences) -> list[tuple[Array, Array]]:
    """Return each person's actions and rewards, (t,)."""
    return [
        (sequences.action[i, :n], sequences.reward[i, :n]) for i, n in enumerate(sequences.lengths)
    ]


def _groups(frame: pd.DataFrame) -> pd.Series:
    return frame.drop_duplicates("subject")["group"].reset_index(drop=True)


def _mean(values: Array, axis: int) -> Array:
    """Return the mean of the values that are not NaN; NaN where there are none."""
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _quantile(values: Array, level: float) -> Array:
    """Return the quantile over rows of each column without NaN; NaN for the others."""
    known = np.isfinite(values).all(axis=0)
    out = np.full(values.shape[1], np.nan)
    out[known] = np.quantile(values[:, known], level, axis=0)
    return out


def _write(
    parts: Sequence[pd.DataFrame], path: str | Path, schema: TableSchema, provenance: Provenance
) -> None:
    frame = pd.concat(parts, ignore_index=True)
    texts = {column.name: "str" for column in schema.columns if column.type == STRING}
    write_table(frame.astype(texts), path, schema, provenance)
