"""Finding 4: perseveration (κ) while a person alternates and while one repeats."""

from functools import partial

import numpy as np
import pandas as pd

from ger2024.findings.beyond import compare, one_family
from ger2024.findings.finding import ABOVE, ABOVE_UNTESTED, BELOW, BELOW_UNTESTED, NAN, Row, Rule
from ger2024.findings.kappa import kappa_row
from ger2024.findings.stretches import alternating_stretch, repeating_stretch
from ger2024.findings.summaries import Resampling, describe
from trnn.checks.matched.control import paired
from trnn.scores.moving_averages import moving_average, stayed
from trnn.trials.groups import subject_means

Array = np.ndarray

# Share of stays in the last trials up to which people alternate, and from which they repeat.
BOUNDS = {"alternating": 0.25, "repeating": 0.75}
WINDOW = 10
FAMILY = "Corrected with the other of the two as one family."


def stretch_rows(
    frame: pd.DataFrame,
    agents: pd.DataFrame | None,
    resampling: Resampling,
    unit: str,
    length: int = 40,
) -> list[Row]:
    """Return finding 4: κ is negative while a person alternates, positive while one repeats.

    The level of κ is shown; what is compared with the control is its distance from a person's mean
    κ, so that an error of the level of the agents' κ, a fit, does not count.

    Parameters
    ----------
    agents : the joined frame of the agents matched to people; None: no control
    unit : that of κ in the model
    length : trials of the two stretches that are shown
    """
    rows = [
        _example_row(name, stretch(frame, length), length, rule, unit)
        for name, stretch, rule in (
            ("alternating", alternating_stretch, BELOW_UNTESTED),
            ("repeating", repeating_stretch, ABOVE_UNTESTED),
        )
    ]
    compared = []
    for name, rule in (("alternating", BELOW), ("repeating", ABOVE)):
        sign = "<=" if name == "alternating" else ">="
        where = f"at trials before which the {WINDOW}-trial moving average of staying was {sign} "
        where += f"{BOUNDS[name]}"
        level = kappa_row(
            "4", f"Mean over people of κ {where}.", f"kappa_while_{name}", "all", unit
        )
        rows.append(describe(level, _kappa_while(frame, name), resampling))
        row = kappa_row(
            "4",
            f"Mean over people of κ {where} less a person's mean κ. {FAMILY}",
            f"kappa_change_while_{name}",
            "all",
            unit,
        )
        values = paired(frame, agents, partial(_change_while, name=name))
        compared.append(compare(row, *values, resampling, rule))
    return rows + one_family(compared, "kappa while alternating and while repeating")


def _kappa_while(frame: pd.DataFrame, name: str) -> Array:
    staying = moving_average(frame, stayed(frame), WINDOW)
    chosen = staying <= BOUNDS[name] if name == "alternating" else staying >= BOUNDS[name]
    values = subject_means(frame, frame["kappa"].where(chosen))["value"]
    return values.to_numpy(dtype=float)


def _change_while(frame: pd.DataFrame, name: str) -> Array:
    level = subject_means(frame, "kappa")["value"].to_numpy(dtype=float)
    return _kappa_while(frame, name) - level


def _example_row(
    name: str, stretch: pd.DataFrame | None, length: int, rule: Rule, unit: str
) -> Row:
    most = "fewest" if name == "alternating" else "most"
    where = "No block is long enough."
    value = NAN
    if stretch is not None:
        first, last = stretch.iloc[0], stretch.iloc[-1]
        share = float(stayed(stretch).mean())
        where = (
            f"It is {first['subject']}, block {first['block']}, trials {first['trial']}-"
            f"{last['trial']}, with {share:.0%} stays."
        )
        value = float(stretch["kappa"].mean())
    return Row(
        "4",
        f"Mean κ in the stretch of {length} trials with the {most} stays (of those with the most "
        f"extreme κ). {where}",
        f"kappa_in_{name}_stretch",
        "all",
        unit=unit,
        value=value,
        n=0 if stretch is None else 1,
        rule=rule,
    )
