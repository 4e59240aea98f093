"""Groups of subjects: who is in which, which are compared, and subjects' means with them."""

from collections.abc import Collection, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from trnn.trials.halves import REPORTING_HALF
from trnn.trials.index import mean_within, subject_codes, values_of


def group_column(frame: pd.DataFrame) -> str | None:
    """Return the column of the group that a subject belongs to: group, else dynamics."""
    return next((name for name in ("group", "dynamics") if name in frame.columns), None)


def subject_means(frame: pd.DataFrame, value: pd.Series | str) -> pd.DataFrame:
    """Return the mean over each subject's trials of the values that are not NaN.

    Returns
    -------
    DataFrame with columns subject, group (of people, or an agent's dynamics; null where there is
    none), value (NaN for a subject without values); subjects by first appearance.
    """
    numbers = values_of(frame, value)
    code, subjects = subject_codes(frame)
    means = np.full(len(subjects), np.nan)
    found = mean_within([code], numbers)
    means[found["0"].to_numpy(dtype=np.int64)] = found["value"].to_numpy()
    return with_groups(frame, means)


def subject_sds(frame: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return the same of the SD (n - 1) over each subject's trials; NaN for a single trial."""
    sd = frame.groupby("subject", sort=False)[value].std()
    return with_groups(frame, sd.to_numpy(dtype=float))


def with_groups(frame: pd.DataFrame, values: np.ndarray) -> pd.DataFrame:
    """Return columns subject, group, value of one value a subject, (n_subjects,)."""
    code, subjects = subject_codes(frame)
    out = pd.DataFrame({"subject": subjects, "group": None, "value": values})
    column = group_column(frame)
    if column is not None and len(frame):
        first = np.unique(code, return_index=True)[1]
        out["group"] = frame[column].iloc[first].to_numpy()
    return out


def people_in_groups(people: pd.DataFrame, reporting: Collection[str]) -> dict[str, np.ndarray]:
    """Return who is of each group, (n_people,) of bool: the reporting half, all, each group.

    Parameters
    ----------
    people : DataFrame
        A row a person, with columns subject and group (null where there are none).
    reporting : collection of str
        The people of the half that chose no settings; where there are none, there is no such group.
    """
    half = people["subject"].isin(list(reporting)).to_numpy(dtype=bool)
    members = {REPORTING_HALF: half} if half.any() else {}
    members["all"] = np.ones(len(people), dtype=bool)
    for name in people["group"].dropna().unique():
        members[str(name)] = (people["group"] == name).to_numpy(dtype=bool, na_value=False)
    return members


def pairs_of(groups: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs (first, second) of groups: each less every one before it, the last first.

    `groups` are in the order of their data set's row.
    """
    return list(combinations(list(groups)[::-1], 2))
