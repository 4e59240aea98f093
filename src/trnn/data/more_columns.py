"""Further columns of a table by the names that are usual: groups, the arms' means, the better arm.

A name alone decides nothing: cells must be what the column would have to hold.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trnn.data.coding import TRUTH, Choices, Rewards, numbers
from trnn.data.columns import plain_name
from trnn.data.own_table import OwnTable
from trnn.data.sessions import People

GROUP = (
    *("group", "grp", "groupid", "groupname", "diagnosis", "diag", "diagnose", "cohort", "patient"),
    *("clinicalgroup", "patientgroup", "gruppe", "condition", "cond"),
)
MOST_GROUPS = 8
BEST = (
    *("bestaction", "chosebest", "choseoptimal", "chosebetter", "isbest", "isoptimal", "optimal"),
    *("optimalchoice", "bestchoice"),
)
# Before the arm's own label or number.
MEANS = (
    *("mu", "mean", "armmean", "meanreward", "p", "prob", "probability", "rewardprob", "preward"),
    *("rewardprobability", "probreward", "pwin", "probwin", "winprob"),
)
NUMBERED = (("0", "1"), ("1", "2"), ("a", "b"))


@dataclass(frozen=True)
class MoreColumns:
    """Column of each role that was found, the groups' labels, and what was not used and why."""

    of: Mapping[str, str]
    groups: Mapping[str, str]
    said: tuple[str, ...]


def find_more(
    table: OwnTable, taken: Sequence[str], choices: Choices, rewards: Rewards, people: People
) -> MoreColumns:
    """Return the columns that tell groups, the arms' mean rewards or the better arm.

    Parameters
    ----------
    taken : columns that are something else
    people : whose rows count
    """
    free = [name for name in table.names if name not in taken]
    there = {plain_name(name): name for name in reversed(free)}
    of: dict[str, str] = {}
    said: list[str] = []
    groups: dict[str, str] = {}
    for name in (there[usual] for usual in GROUP if usual in there):
        groups = _groups(table, name, people)
        if groups:
            of["group"] = name
            break
    for pair in _pairs(there, choices.labels):
        why_not = _no_means(table, pair, choices, rewards, people)
        if why_not is None:
            of |= dict(zip(("mu_0", "mu_1"), pair, strict=True))
            break
        said.append(f"columns '{pair[0]}' and '{pair[1]}' are not used: {why_not}")
    rows = _chosen(people)
    for name in (there[usual] for usual in BEST if usual in there):
        cells = set(table.text(name).iloc[rows].str.casefold())
        if cells <= {*TRUTH, "0", "1"}:
            of["best_action"] = name
            break
    return MoreColumns(of, groups, tuple(said))


def _rows(people: People) -> np.ndarray:
    return np.concatenate([session.rows for session in people.sessions])


def _chosen(people: People) -> np.ndarray:
    """Return the rows with a response."""
    return np.concatenate(
        [session.rows[session.sequences.chosen[0]] for session in people.sessions]
    )


def _groups(table: OwnTable, name: str, people: People) -> dict[str, str]:
    """Return each label and the name of its group; none if it is no column of groups."""
    text = table.text(name)
    own = [text.iloc[session.rows].unique() for session in people.sessions]
    if any(len(labels) != 1 or labels[0] == "" for labels in own):
        return {}
    found = dict.fromkeys(str(labels[0]) for labels in own)
    if not 1 < len(found) <= min(MOST_GROUPS, len(own) - 1):
        return {}
    names = {label: re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_") for label in found}
    if len(set(names.values())) < len(names) or not all(names.values()):
        names = {label: f"group{place}" for place, label in enumerate(sorted(found), start=1)}
    return dict(sorted(names.items()))


def _pairs(there: Mapping[str, str], labels: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of columns that may tell the means of action 0 and of action 1."""
    own = (plain_name(labels[0]), plain_name(labels[1]))
    for first, second in dict.fromkeys((own, *NUMBERED)):
        for stem in MEANS:
            pair = (f"{stem}{first}", f"{stem}{second}")
            if first != second and pair[0] in there and pair[1] in there:
                yield there[pair[0]], there[pair[1]]


def _no_means(
    table: OwnTable, pair: tuple[str, str], choices: Choices, rewards: Rewards, people: People
) -> str | None:
    """Return why two columns are not the arms' mean rewards in the block; None if they are."""
    values = np.stack([numbers(table.text(name))[0] for name in pair]) / rewards.scale
    rows = _rows(people)
    if not np.isfinite(values[:, rows]).all():
        return "not all of their cells are numbers"
    rows = _chosen(people)
    paid, action = rewards.value[rows], choices.code[rows]
    if np.isin(paid, [0, 1]).all() and (values[:, rows].min() < 0 or values[:, rows].max() > 1):
        return "they are no probabilities of reward, between 0 and 1"
    for session in people.sessions:
        own = values[:, session.rows]
        goes_on = ~session.sequences.block_start[0, 1:]
        if (goes_on & (own[:, 1:] != own[:, :-1]).any(axis=0)).any():
            return "they change within a block"
    frame = pd.DataFrame({"paid": paid, "own": values[action, rows]})
    frame["other"] = values[1 - action, rows]
    fits = frame.corr()["paid"].fillna(0.0)
    if fits["own"] <= 0 or fits["own"] < fits["other"]:
        return "rewards do not follow the one of the chosen arm"
    return None
