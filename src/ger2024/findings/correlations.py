"""Finding 3: κ follows staying, and β the certainty of the prediction; with their control.

The estimates are made from the very choices whose staying is averaged, so the method alone produces
some correlation. The control is agents whose parameters never change, put through the same
analysis: only what people show beyond it is not due to the method.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from ger2024.findings.finding import ABOVE, NAN, Row, Rule, corrected
from ger2024.findings.findings_table import CONTROL
from ger2024.findings.kappa import kappa_with_staying
from ger2024.findings.summaries import Resampling, contrast, describe, median
from ger2024.published import Published
from trnn.scores.moving_averages import WINDOW, moving_average, subject_correlations

Array = np.ndarray

LARGE = Rule(1, limit=0.5)
FAMILY = "The correlations of κ and of β are corrected as one family."


def correlation_rows(
    frame: pd.DataFrame,
    control: pd.DataFrame | None,
    resampling: Resampling,
    published: Published | None,
    certainty: bool = True,
) -> list[Row]:
    """Return finding 3: medians over people, over the control, and their difference.

    Parameters
    ----------
    control : the joined frame of agents with constant parameters; None: no control
    published : what the study reports of these people, None if nothing
    certainty : whether the model has a β that can follow the certainty of the prediction
    """
    measures: list[tuple[str, str, Callable[[pd.DataFrame], Array], Rule]] = [
        (
            "kappa_staying_correlation",
            f"correlation of κ with the {WINDOW}-trial moving average of staying",
            kappa_with_staying,
            LARGE,
        ),
        (
            "beta_certainty_correlation",
            f"correlation of β with the {WINDOW}-trial moving average of |P − ½|",
            beta_with_certainty,
            ABOVE,
        ),
    ]
    people, others = [], []
    for quantity, words, compute, rule in measures if certainty else measures[:1]:
        row = Row("3", f"Median over people of the {words}. {FAMILY}", quantity, "all", "1", NAN, 0)
        reported = NAN if published is None else published.median(resampling.dataset, quantity)
        row = replace(row, published=reported, rule=rule)
        values = compute(frame)
        people.append(describe(row, values, resampling, median, tested=True))
        if control is not None:
            baseline = compute(control)
            others += _control_rows(row, words, values, baseline, resampling)
    return corrected(people, "correlations of kappa and beta") + others


def beta_with_certainty(frame: pd.DataFrame) -> Array:
    """Return each subject's correlation of β with the moving average of |P - 1/2|."""
    certainty = (frame["p_action_0"] - 0.5).abs()
    average = moving_average(frame, certainty, WINDOW)
    return subject_correlations(frame, "beta", average)["r"].to_numpy(dtype=float)


def _control_rows(
    row: Row, words: str, people: Array, control: Array, resampling: Resampling
) -> list[Row]:
    baseline = replace(
        row,
        statement=f"Median over agents with constant parameters of the {words}: what the method "
        "gives of itself.",
        group=CONTROL,
        published=NAN,
        rule=None,
    )
    difference = replace(
        row,
        statement=f"Median {words} of people less that of agents with constant parameters.",
        quantity=f"{row.quantity}_difference",
        group=f"all - {CONTROL}",
        side_a="all",
        side_b=CONTROL,
        published=NAN,
        rule=ABOVE,
    )
    return [
        describe(baseline, control, resampling, median, tested=True),
        contrast(difference, people, control, resampling, median),
    ]
