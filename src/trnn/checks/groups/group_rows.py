"""Each group's mean of a quantity, and the differences of every two groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.groups.group_values import Values
from trnn.checks.groups.groups_table import GROUPS, MOVING
from trnn.statistics.bootstrap import mean_interval
from trnn.statistics.hypothesis_tests import holm
from trnn.statistics.independent import independent_row, shares_row
from trnn.statistics.proportions import clopper_pearson
from trnn.statistics.rows import typed
from trnn.trials.groups import pairs_of

Array = np.ndarray


@dataclass(frozen=True)
class Resampling:
    """The bootstrap over people: the experiment, the run's seed and the number of resamples."""

    experiment: str
    seed: int
    n_resamples: int

    def key(self, people: str, group: str) -> tuple[str, ...]:
        """Return what names the resamples of a group: the same for every quantity."""
        return self.experiment, "groups", people, group


def group_rows(
    values: Iterable[Values],
    members: Mapping[str, Array],
    people: str,
    unit_of: Mapping[str, str],
    resampling: Resampling,
) -> pd.DataFrame:
    """Return the rows of `GROUPS` of one set of people.

    Parameters
    ----------
    values : those of every parameter and quantity
    members : group -> (n_people,) of bool
        Who of these people is of each group, groups in the order of their data set's row.
    people : str
        What the set of people is called.
    unit_of : parameter -> unit
    """
    rows: list[dict[str, Any]] = []
    for own in values:
        unit = "1" if own.quantity == MOVING else unit_of[own.parameter]
        for source, numbers in own.by_source.items():
            keys = {"parameter": own.parameter, "quantity": own.quantity, "source": source}
            keys |= {"people": people, "unit": unit}
            of_group = {
                name: numbers[there & ~np.isnan(numbers)] for name, there in members.items()
            }
            rows += [
                keys | _own(own.quantity, name, part, people, resampling)
                for name, part in of_group.items()
            ]
            family = f"{resampling.experiment}/{people}/{source}/{own.quantity}"
            for a, b in pairs_of(list(members)):
                row = _difference(own.quantity, (a, b), of_group, people, resampling)
                rows.append(keys | {"group_a": a, "group_b": b, "family": family} | row)
    return _frame(rows)


def _own(
    quantity: str, group: str, values: Array, people: str, resampling: Resampling
) -> dict[str, Any]:
    """Return a group's mean and its interval."""
    if quantity == MOVING:
        value, low, high = clopper_pearson(int(values.sum()), len(values))
    elif len(values):
        value, low, high = mean_interval(
            values, resampling.n_resamples, resampling.seed, *resampling.key(people, group)
        )
    else:
        value = low = high = np.nan
    ends = {"mean_a": value, "value": value, "ci_low": low, "ci_high": high}
    return {"group_a": group, "n_a": len(values), **ends}


def _difference(
    quantity: str,
    pair: tuple[str, str],
    of_group: Mapping[str, Array],
    people: str,
    resampling: Resampling,
) -> dict[str, Any]:
    a, b = (of_group[name] for name in pair)
    if quantity == MOVING:
        return shares_row(a, b)
    keys = tuple(resampling.key(people, name) for name in pair)
    return independent_row(a, b, keys, resampling.seed, resampling.n_resamples)


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows as a frame with the types of the table, p corrected within each family."""
    frame = pd.DataFrame(list(rows), columns=GROUPS.names()).astype({"p_holm": float})
    for _, index in frame.groupby("family").groups.items():
        frame.loc[index, "p_holm"] = holm(frame.loc[index, "p"].to_numpy(dtype=float))
    return typed(frame, GROUPS)
