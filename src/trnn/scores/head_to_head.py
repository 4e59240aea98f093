"""What each of two predictors of people's choices predicts that the other does not.

Compared are the t-RNN, its theory alone (the model driven by its posterior, `p_theory_0`) and
networks that learned from people. The subject is the unit: a person's mean difference on the trials
of a kind counts once, however many there are.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trnn.errors import TableError
from trnn.estimators.registry import FOCUS
from trnn.scores.head_to_head_table import HEAD_TO_HEAD, THEORY
from trnn.scores.log_probability import log_probability_taken
from trnn.scores.trial_kinds import Partition, partitions_of
from trnn.statistics.bootstrap import curve_interval
from trnn.statistics.hypothesis_tests import holm, wilcoxon
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.trials.groups import people_in_groups
from trnn.trials.halves import reporting_people
from trnn.trials.index import subject_codes
from trnn.trials.join import check_same_trials
from trnn.trials.missed import is_choice
from trnn.trials.read import read_trial_table

Array = np.ndarray


def head_to_head_stage(
    trials: str | Path,
    estimates: Mapping[str, str | Path],
    output: str | Path,
    experiment_name: str,
    n_resamples: int,
    provenance: Provenance,
    halved: str | None = None,
) -> None:
    """Write how predictors of people compare on each kind of trial.

    Parameters
    ----------
    trials : path
        People's trials.
    estimates : estimator -> path
        Estimates of them: those of the focus first, then those of networks trained on people.
    n_resamples : int
        Resamples of the bootstrap over people, under the seed of `provenance`.
    halved : str, optional
        The data set of people of whom half chose settings, under the same seed; None if nothing is
        chosen on people.

    Raises
    ------
    TableError
        If a table is unreadable, or estimates are of other trials.
    NumericalError
        If a choice was predicted with probability 0.
    """
    frame = read_trial_table(trials, ["subject", "group", "block", "trial", "action", "reward"])
    tables = {}
    for name, path in estimates.items():
        tables[name] = read_table(path)
        check_same_trials(frame, tables[name], str(trials), str(path))
    reporting = reporting_people(frame, halved, provenance.seed)
    rows = head_to_head(frame, tables, reporting, experiment_name, provenance.seed, n_resamples)
    write_table(rows, output, HEAD_TO_HEAD, provenance)


def head_to_head(
    trials: pd.DataFrame,
    estimates: Mapping[str, pd.DataFrame],
    reporting: Collection[str],
    experiment_name: str,
    seed: int,
    n_resamples: int,
) -> pd.DataFrame:
    """Return the rows of `HEAD_TO_HEAD`: every pair, group and kind of trial that there is.

    Parameters
    ----------
    trials, estimates : DataFrames of the same trials in the same order
        `estimates` by estimator, the focus among them.
    reporting : collection of str
        The people of the half that chose no settings; none where nothing was chosen.

    Raises
    ------
    TableError
        If the focus has no estimates, or nobody made a choice.
    """
    losses = _losses(trials, estimates)
    choices = trials[is_choice(trials)]
    if choices.empty:
        raise TableError("the trials of people: no row has a choice; there is nothing to predict.")
    people = choices.drop_duplicates("subject")[["subject", "group"]]
    groups = people_in_groups(people, reporting)
    code, _ = subject_codes(choices)
    partitions, rows = partitions_of(trials), []
    for a, b in _pairs(losses):
        pair = {"predictor_a": a, "predictor_b": b}
        totals = [_Totals(code, partition, losses[a], losses[b]) for partition in partitions]
        for (group, members), own in product(groups.items(), totals):
            # Those of the comparisons of estimators: the same people in each resample.
            resampled = (experiment_name, "statistics", "human", group)
            keys = pair | {"group": group, "partition": own.partition.name}
            rows += _rows(keys, own, members, resampled, seed, n_resamples)
    return pd.DataFrame(rows, columns=HEAD_TO_HEAD.names())


def _losses(trials: pd.DataFrame, estimates: Mapping[str, pd.DataFrame]) -> dict[str, Array]:
    """Return each predictor's -log P of the choices, (n_choices,); the theory after the focus."""
    if FOCUS not in estimates:
        raise TableError(
            f"head to head: estimates of {sorted(estimates)}, but none of '{FOCUS}', with which "
            "the others are compared; give its estimates of the people too."
        )
    made, out = is_choice(trials), {}
    for name in (FOCUS, *(name for name in estimates if name != FOCUS)):
        table = estimates[name]
        out[name] = -log_probability_taken(trials, table, name)[made]
        if name == FOCUS and "p_theory_0" in table.columns:
            own = table.assign(p_action_0=table["p_theory_0"])
            out[THEORY] = -log_probability_taken(trials, own, f"{name}, by the model")[made]
    return out


def _pairs(predictors: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs: t-RNN and theory against each d-RNN, then the t-RNN against its theory."""
    own = [name for name in (FOCUS, THEORY) if name in predictors]
    for other in predictors:
        if other not in own:
            yield from ((name, other) for name in own)
    if THEORY in own:
        yield FOCUS, THEORY


class _Totals:
    """Sums over each person's choices of each kind of a partition, (n_people, n_kinds) each."""

    def __init__(self, code: Array, partition: Partition, a: Array, b: Array) -> None:
        """Sum `a` and `b`, (n_choices,); `code`: each choice's person, from 0."""
        self.partition = partition
        shape = (int(code.max()) + 1, len(partition.kinds))
        cell = code * shape[1] + partition.kind_of
        size = shape[0] * shape[1]
        self.count = np.bincount(cell, minlength=size).reshape(shape)
        self.a, self.b, self.difference = (
            np.bincount(cell, values, size).reshape(shape) for values in (a, b, a - b)
        )


def _rows(
    keys: Mapping[str, str],
    totals: _Totals,
    members: Array,
    resampled: tuple[str, ...],
    seed: int,
    n_resamples: int,
) -> list[dict[str, Any]]:
    """Return a row for each kind of trial that the members of a group have."""
    count, sums = totals.count[members], totals.difference[members]
    everything = count.sum(axis=1, keepdims=True)
    difference = _ratio(sums, count)
    # Both at once: they have the same resamples.
    both = np.hstack([difference, sums / everything])
    means_and_ends = np.array(curve_interval(both, n_resamples, seed, *resampled))
    found = dict(zip(("difference", "contribution"), np.split(means_and_ends, 2, 1), strict=True))
    means = {
        f"mean_{side}": _ratio(values[members], count)
        for side, values in (("a", totals.a), ("b", totals.b))
    }
    rows = []
    for k, kind in enumerate(totals.partition.kinds):
        if not count[:, k].any():
            continue
        statistic, p = wilcoxon(difference[:, k])
        row: dict[str, Any] = {**keys, "kind": kind, "n": int((count[:, k] > 0).sum())}
        row |= {"n_trials": int(count[:, k].sum())}
        row |= {"share_of_trials": float((count[:, k] / everything[:, 0]).mean())}
        row |= {name: float(np.nanmean(values[:, k])) for name, values in means.items()}
        for name, (mean, low, high) in found.items():
            row |= {name: mean[k], f"{name}_ci_low": low[k], f"{name}_ci_high": high[k]}
        rows.append(row | {"statistic": statistic, "p": p})
    for row, p in zip(rows, holm([row["p"] for row in rows]), strict=True):
        row["p_holm"] = p
    return rows


def _ratio(sums: Array, count: Array) -> Array:
    """Return means; NaN for a person without trials of a kind."""
    return np.divide(sums, count, out=np.full(sums.shape, np.nan), where=count > 0)
