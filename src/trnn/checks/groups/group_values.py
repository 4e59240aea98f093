"""A value of each person for every parameter and quantity, beside that of the person's control."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from trnn.checks.groups.groups_table import BEYOND, MEAN, MOVING, SPREAD
from trnn.checks.matched.control import AGENTS, PEOPLE, paired
from trnn.checks.nonstationarity.nonstationarity_table import MOVING as MOVES
from trnn.errors import TableError
from trnn.trials.groups import subject_means, subject_sds
from trnn.trials.index import subject_codes

Array = np.ndarray
Summarise = Callable[[pd.DataFrame, str], pd.DataFrame]

SUMMARIES: dict[str, Summarise] = {MEAN: subject_means, SPREAD: subject_sds}


@dataclass(frozen=True)
class Values:
    """A quantity of a parameter: `by_source` has a value of each person, (n_people,)."""

    parameter: str
    quantity: str
    by_source: dict[str, Array]


def estimated_values(
    people: pd.DataFrame, agents: pd.DataFrame | None, parameters: Sequence[str]
) -> Iterator[Values]:
    """Yield the mean and the SD over trials of each parameter's estimates.

    With a control there are three sources: people, the agents matched to them, and the difference,
    each of the people who have both.

    Parameters
    ----------
    people, agents : joined frames of trials and estimates
        `agents` as of `trnn.checks.matched.control.matched_agents`; None: there is no control.
    """
    for quantity, summarise in SUMMARIES.items():
        for name in parameters:
            compute = partial(_numbers, summarise=summarise, name=name)
            own, control = paired(people, agents, compute)
            beside = {} if control is None else {AGENTS: control, BEYOND: own - control}
            yield Values(name, quantity, {PEOPLE: own, **beside})


def _numbers(frame: pd.DataFrame, summarise: Summarise, name: str) -> Array:
    """Return each subject's value of a column, (n_subjects,)."""
    values: Array = summarise(frame, name)["value"].to_numpy(dtype=float)
    return values


def verdict_values(people: pd.DataFrame, evidence: pd.DataFrame) -> Iterator[Values]:
    """Yield for each parameter who has the verdict that it moves: 1, else 0.

    Parameters
    ----------
    people : DataFrame
        Their trials, whose order of subjects is that of the values.
    evidence : DataFrame
        People's rows of `trnn.checks.nonstationarity.nonstationarity_table.EVIDENCE`.

    Raises
    ------
    TableError
        If the evidence is of other people.
    """
    _, names = subject_codes(people)
    for parameter, own in evidence.groupby("parameter", sort=False):
        verdict = own.set_index("subject")["verdict"]
        if set(verdict.index) != set(names) or not verdict.index.is_unique:
            raise TableError(
                f"the evidence that '{parameter}' moves is of {len(verdict)} people, the trials of "
                f"{len(names)}, and they are not the same. One of the tables is stale: delete the "
                "evidence and build it again."
            )
        moves = (verdict.reindex(names) == MOVES).to_numpy(dtype=float)
        yield Values(str(parameter), MOVING, {PEOPLE: moves})
