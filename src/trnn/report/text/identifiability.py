"""The section of the summary on what can be known of the parameters in a task."""

from typing import Any

import pandas as pd

from trnn.checks.identifiability.identifiability_table import UNRECOVERED
from trnn.report.text.markdown import markdown_table
from trnn.theory.meanings import MEANINGS

BOUND = (
    "Agents with constant parameters, a sample of the ranges, and the exact posterior of each. "
    "The error is the squared error of the posterior's mean, relative to that of the prior's mean: "
    "100 % is a guess, 0 % is known. No estimator can have a smaller one, averaged over the "
    "ranges: it is a bound. Beside it stand the error of an observer who is told the other "
    "parameters, and what the choices tell about the parameter (mutual information). By "
    "convention a parameter "
    f"counts as not recovered when more than {100 * UNRECOVERED:g} % of the error is left."
)
MOVING = (
    "Agents of the dynamics `{dynamics}`: the same relative error of `{estimator}`, each estimate "
    "made before the trial's choice is seen, over all trials of the session ({n:,} on "
    "average). By a given trial a value may have been seen for a few trials only:"
)


def identifiability_sections(table: pd.DataFrame | None, moving: pd.DataFrame | None) -> list[str]:
    """Return what can be known: errors by number of trials, verdicts, and what trades off.

    Parameters
    ----------
    table, moving : DataFrame, optional
        The maps of constant and of moving parameters; None for one that is not there.
    """
    parts: list[str] = []
    if table is not None:
        overall = table[table["kind"] == "overall"]
        parts += ["## What can be known", BOUND, _errors(overall), _verdicts(overall)]
        parts += _trade_offs(table[table["kind"] == "pair"])
    if moving is not None:
        overall = moving[moving["kind"] == "overall"]
        first = overall.iloc[0]
        words = {"estimator": first["estimator"], "dynamics": first["dynamics"]}
        parts += [MOVING.format(n=first["n_trials"], **words), _errors(overall, brief=True)]
    return parts


def _errors(overall: pd.DataFrame, brief: bool = False) -> str:
    lines = []
    for parameter, part in overall.groupby("parameter", sort=False):
        for row in _records(part):
            line = {
                "parameter": _name(str(parameter)),
                "trials": f"{row['n_trials']:,}",
                "relative error": _interval(row),
            }
            if not brief:
                line["others known"] = _percent(row["others_known"])
                line["information, nats"] = f"{row['information']:.2f}"
            lines.append(line | {"n": f"{row['n']:,}"})
    return markdown_table(pd.DataFrame(lines))


def _verdicts(overall: pd.DataFrame) -> str:
    """Return a sentence a parameter, after the greatest number of trials."""
    last = overall[overall["n_trials"] == overall["n_trials"].max()]
    lines = []
    for row in _records(last):
        left = f"after {row['n_trials']:,} trials its error is {_interval(row)}"
        if row["relative_error_ci_low"] <= UNRECOVERED < row["relative_error_ci_high"]:
            lines.append(
                f"- {_name(row['parameter'])} lies on the border of what counts as recovered: "
                f"{left} of a guess's, even for an ideal observer."
            )
        elif row["recovered"]:
            lines.append(f"- {_name(row['parameter'])} can be recovered: {left} of a guess's.")
        else:
            lines.append(
                f"- **In this task {_name(row['parameter'])} cannot be recovered**: {left} of "
                "that of a guess at the prior's mean, even for an ideal observer."
            )
    return "\n".join(lines)


def _trade_offs(pairs: pd.DataFrame) -> list[str]:
    if pairs.empty:
        return []
    last = pairs[pairs["n_trials"] == pairs["n_trials"].max()]
    last = last.sort_values("strength", ascending=False, kind="stable")
    first, *others = [
        f"{_name(row['parameter'])} and {_name(row['other'])} (mean correlation "
        f"{row['correlation']:+.2f}; its size, whatever the sign, {row['strength']:.2f})"
        for row in _records(last)
    ]
    text = (
        f"What trades off most within the posteriors after {last['n_trials'].iloc[0]:,} trials: "
        f"{first}"
    )
    return [f"{text}; then {'; '.join(others)}." if others else f"{text}."]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _name(parameter: str) -> str:
    meaning = MEANINGS[parameter]
    return f"{meaning.words.split(' (')[0]} {meaning.symbol}"


def _interval(row: dict[str, Any]) -> str:
    text = _percent(row["relative_error"])
    if pd.isna(row["relative_error_ci_low"]):
        return text
    return f"{text} [{_percent(row['relative_error_ci_low'])}, " + (
        f"{_percent(row['relative_error_ci_high'])}]"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
