"""What the analyses of perseveration (κ) share."""

import numpy as np
import pandas as pd

from ger2024.findings.finding import NAN, Row, Rule
from trnn.scores.moving_averages import WINDOW, moving_average, stayed, subject_correlations

Values = dict[str, np.ndarray]  # group -> one value a subject


def kappa_with_staying(frame: pd.DataFrame) -> np.ndarray:
    """Return each subject's correlation of κ with the moving average of staying (n_subjects,)."""
    average = moving_average(frame, stayed(frame), WINDOW)
    return subject_correlations(frame, "kappa", average)["r"].to_numpy(dtype=float)


def by_group(values: pd.DataFrame) -> Values:
    """Return the values of each group's subjects, groups by first appearance."""
    named = values.dropna(subset=["group"])
    return {
        str(group): named.loc[named["group"] == group, "value"].to_numpy(dtype=float)
        for group in named["group"].unique()
    }


def kappa_row(
    finding: str,
    statement: str,
    quantity: str,
    group: str,
    unit: str,
    rule: Rule | None = None,
) -> Row:
    """Return a row whose numbers are still missing."""
    return Row(finding, statement, quantity, group, unit, value=NAN, n=0, rule=rule)
