"""Finding 2: perseveration (κ) rises within a block, beyond what the method gives of itself."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ger2024.findings.beyond import compare, one_family
from ger2024.findings.finding import ABOVE, Row
from ger2024.findings.kappa import by_group, kappa_row
from ger2024.findings.slopes import late_minus_early, within_block_slopes
from ger2024.findings.summaries import Resampling
from trnn.checks.matched.control import Compute, paired
from trnn.trials.groups import with_groups

FAMILY = "Slopes and differences of all groups are corrected as one family."


def rise_rows(
    frame: pd.DataFrame, agents: pd.DataFrame | None, resampling: Resampling, unit: str
) -> list[Row]:
    """Return slope and late less early κ of each group, each beside its control.

    Parameters
    ----------
    agents : the joined frame of the agents matched to people; None: no control
    unit : that of κ in the model
    """
    measures: list[tuple[str, str, str, Compute, dict[str, Any]]] = [
        (
            "kappa_slope",
            "Mean over people of the slope of κ on the trial of the block (each block with its "
            "own intercept).",
            f"{unit}/trial",
            _slopes,
            {},
        ),
        (
            "kappa_late_minus_early",
            "Mean over people of κ in trials 60-99 of a block less that in trials 0-9, over the "
            "blocks that have both.",
            unit,
            _late_minus_early,
            {"kind": "conditions", "contrast": "late - early"},
        ),
    ]
    compared = []
    for quantity, statement, of_value, compute, of_test in measures:
        own, control = paired(frame, agents, compute)
        people = by_group(with_groups(frame, own))
        beside = None if control is None else by_group(with_groups(frame, control))
        for group, values in people.items():
            row = kappa_row("2", f"{statement} {FAMILY}", quantity, group, of_value)
            against = None if beside is None else beside[group]
            compared.append(compare(replace(row, **of_test), values, against, resampling, ABOVE))
    return one_family(compared, "rise of kappa within a block")


def _slopes(frame: pd.DataFrame) -> np.ndarray:
    return within_block_slopes(frame, "kappa")["value"].to_numpy(dtype=float)


def _late_minus_early(frame: pd.DataFrame) -> np.ndarray:
    return late_minus_early(frame, "kappa")["value"].to_numpy(dtype=float)
