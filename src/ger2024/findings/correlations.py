"""Finding 3: κ follows staying, and β the certainty of the prediction; with their control.

The estimates are made from the very choices whose staying is averaged, so the method alone produces
some correlation: only what people show beyond the agents matched to them is not due to the method.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from ger2024.findings.beyond import compare, one_family
from ger2024.findings.finding import ABOVE, NAN, Row
from ger2024.findings.kappa import kappa_with_staying
from ger2024.findings.summaries import Resampling, median
from ger2024.published import Published
from trnn.checks.matched.control import Compute, paired
from trnn.scores.moving_averages import WINDOW, moving_average, subject_correlations

Array = np.ndarray

FAMILY = "The correlations of κ and of β are corrected as one family."


def correlation_rows(
    frame: pd.DataFrame,
    agents: pd.DataFrame | None,
    resampling: Resampling,
    published: Published | None,
    certainty: bool = True,
) -> list[Row]:
    """Return finding 3: medians over people, over their control, and of the paired difference.

    Parameters
    ----------
    agents : the joined frame of the agents matched to people; None: no control
    published : what the study reports of these people, None if nothing
    certainty : whether the model has a β that can follow the certainty of the prediction
    """
    measures: list[tuple[str, str, Compute]] = [
        (
            "kappa_staying_correlation",
            f"correlation of κ with the {WINDOW}-trial moving average of staying",
            kappa_with_staying,
        ),
        (
            "beta_certainty_correlation",
            f"correlation of β with the {WINDOW}-trial moving average of |P − ½|",
            beta_with_certainty,
        ),
    ]
    compared = []
    for quantity, words, compute in measures if certainty else measures[:1]:
        row = Row("3", f"Median over people of the {words}. {FAMILY}", quantity, "all", "1", NAN, 0)
        reported = NAN if published is None else published.median(resampling.dataset, quantity)
        row = replace(row, published=reported)
        values = paired(frame, agents, compute)
        compared.append(compare(row, *values, resampling, ABOVE, median))
    return one_family(compared, "correlations of kappa and beta")


def beta_with_certainty(frame: pd.DataFrame) -> Array:
    """Return each subject's correlation of β with the moving average of |P - 1/2|."""
    certainty = (frame["p_action_0"] - 0.5).abs()
    average = moving_average(frame, certainty, WINDOW)
    return subject_correlations(frame, "beta", average)["r"].to_numpy(dtype=float)
