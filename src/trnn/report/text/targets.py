"""The targets and what was measured, as the first section of the summary."""

from collections.abc import Mapping

import pandas as pd

from trnn.checks.calibration.calibration_table import (
    ABOVE_OPTIMUM,
    LAST_TRIAL,
    PREDICTION,
    TENTH,
    THEORY_BETTER,
    THEORY_DIFFERENCE,
)
from trnn.checks.calibration.targets import COVERAGE_90, FALSE_POSITIVES, JUDGED
from trnn.report.text.markdown import interval_words, markdown_table, plain
from trnn.theory.meanings import MEANINGS

REFERENCE = "bayes"
BAND = f"{100 * COVERAGE_90[0]:g} to {100 * COVERAGE_90[1]:g} %"

TARGETS = (
    "What was asked of the t-RNN beforehand, and what was measured. A target is met or missed by "
    "the number itself; its 95 % interval stands beside it. The column `bayes` has the same "
    "number for the particle filter and shows what the exact posterior does. Nobody can know yet "
    "that a change happened within the last trials, so on such trials even the exact posterior "
    "covers less than its nominal share; and on agents that do not follow the dynamics that it "
    "assumes it is not exact. Where a target holds for every tenth, the least and the greatest "
    "share are shown: when ten shares are all nominal, each known to within its interval, one or "
    "other leaves the band by chance. The coverage of the network on switching agents is "
    "measured on more agents than all the rest."
)


def target_sections(
    tables: Mapping[str, tuple[pd.DataFrame | None, pd.DataFrame | None, pd.DataFrame | None]],
) -> list[str]:
    """Return the targets of every experiment in one table, under a heading; none without tables.

    Parameters
    ----------
    tables : experiment -> its tables of calibration, of optimality and of the rates of
        nonstationarity, None for one that is not there.
    """
    lines = []
    for experiment, found in tables.items():
        makers = (_coverage_targets, _optimality_targets, _moving_targets)
        for make, table in zip(makers, found, strict=True):
            own = [] if table is None else make(table)
            lines += [{"experiment": experiment, **line} for line in own]
    if not lines:
        return []
    met = sum(line["target met"] == "yes" for line in lines)
    count = f"Met: {met} of {len(lines)}."
    return ["## Targets", f"{TARGETS} {count}", markdown_table(pd.DataFrame(lines))]


def value_words(row: pd.Series) -> str:
    """Return value and interval: percents and nats that are differences signed."""
    ends = (row["value"], row["ci_low"], row["ci_high"])
    if row["criterion"] == THEORY_BETTER:
        return percent_words(*ends)
    if row["criterion"] == ABOVE_OPTIMUM:
        return f"{interval_words(*ends, digits=1, signed=True)} %"
    if row["criterion"] == LAST_TRIAL:
        return f"{interval_words(*ends, digits=2)} times"
    return interval_words(*ends, digits=4, signed=row["criterion"] != PREDICTION)


def percent_words(value: float, low: float, high: float) -> str:
    """Return a share and its interval in percent."""
    return f"{interval_words(100 * value, 100 * low, 100 * high, digits=1)} %"


def with_fresh(calibration: pd.DataFrame | None, fresh: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the calibration of all estimators; networks on fresh agents where that is known.

    All other rows, among them those of `bayes`, come from the test agents.
    """
    if calibration is None or fresh is None:
        return calibration
    known = set(zip(fresh["dynamics"], fresh["estimator"], strict=True))
    keys = zip(calibration["dynamics"], calibration["estimator"], strict=True)
    others = calibration[[key not in known for key in keys]]
    return pd.concat([others, fresh], ignore_index=True)


def _coverage_targets(calibration: pd.DataFrame) -> list[dict[str, str]]:
    """Return a line for every dynamics and parameter: all tenths, and the trials after a change."""
    judged = calibration[calibration["target_low"].notna()]
    lines = []
    for (dynamics, parameter, by), part in judged.groupby(
        ["dynamics", "parameter", "by"], sort=False
    ):
        own = part[part["estimator"] == JUDGED]
        if own.empty:
            continue
        where = "every tenth of the session" if by == TENTH else "20 trials after a change"
        lines.append(
            {
                "target": f"coverage of {MEANINGS[str(parameter)].symbol} {BAND}, {where}",
                "of": f"{own['n'].max():,} {dynamics} agents",
                "measured": _extremes(own),
                "`bayes`": _extremes(part[part["estimator"] == REFERENCE]),
                "target met": _yes_no(bool(own["met"].all())),
            }
        )
    return lines


def _extremes(part: pd.DataFrame) -> str:
    """Return the least and the greatest coverage, with their intervals."""
    if part.empty:
        return ""
    places = dict.fromkeys([int(part["share"].argmin()), int(part["share"].argmax())])
    return " to ".join(_percent(part.iloc[place]) for place in places)


def _optimality_targets(optimality: pd.DataFrame) -> list[dict[str, str]]:
    lines = []
    for _, row in optimality[optimality["target"].notna()].iterrows():
        agents = f"{row['dynamics']} agents" if row["population"] == "test" else _people(row)
        beside = optimality[optimality["estimator"] == REFERENCE]
        if row["criterion"] in (THEORY_BETTER, THEORY_DIFFERENCE):
            beside = beside[beside["reference"] == row["reference"]]
        for name in ("criterion", "measure", "population"):
            beside = beside[beside[name] == row[name]]
        of = "dynamics" if row["population"] == "test" else "group"
        beside = beside[beside[of] == row[of]]
        lines.append(
            {
                "target": _target_words(row),
                "of": agents,
                "measured": value_words(row),
                "`bayes`": value_words(beside.iloc[0]) if len(beside) else "",
                "target met": "" if pd.isna(row["met"]) else _yes_no(bool(row["met"])),
            }
        )
    return lines


def _moving_targets(rates: pd.DataFrame) -> list[dict[str, str]]:
    """Return a line for every parameter of agents under whose dynamics none changes."""
    test = rates[rates["population"] == "test"]
    still = test.groupby("group")["moved"].transform(lambda moved: not moved.any()).astype(bool)
    lines = []
    for _, row in test[still].iterrows():
        name = str(row["parameter"])
        symbol = MEANINGS[name].symbol if name in MEANINGS else "any parameter"
        ends = (row["share_moving"], row["share_ci_low"], row["share_ci_high"])
        lines.append(
            {
                "target": f"{symbol} judged to move in at most {100 * FALSE_POSITIVES:g} %",
                "of": f"{row['group']} agents",
                "measured": percent_words(*ends),
                "`bayes`": "",
                "target met": _yes_no(row["share_moving"] <= FALSE_POSITIVES),
            }
        )
    return lines


def _target_words(row: pd.Series) -> str:
    if row["criterion"] == ABOVE_OPTIMUM:
        return f"`{row['measure']}` at most {row['target']:g} % above `{row['reference']}`"
    if row["criterion"] == LAST_TRIAL:
        symbol = MEANINGS[row["measure"].removeprefix("last_trial_mse_")].symbol
        return (
            f"squared error of {symbol} at the last trial at most {row['target']:g} times `mle`'s"
        )
    if row["criterion"] == THEORY_DIFFERENCE:
        return f"`bce_theory` not above `{row['reference']}`'s in the mean"
    if row["criterion"] == THEORY_BETTER:
        limit = f"{100 * row['target']:g} %"
        return f"`bce_theory` below `{row['reference']}`'s in at least {limit}"
    return f"`{row['measure']}` at most {row['target']:.4f} nats"


def _people(row: pd.Series) -> str:
    return "people" if row["group"] == "all" else f"people {plain(row['group'])}"


def _percent(row: pd.Series) -> str:
    return percent_words(row["share"], row["ci_low"], row["ci_high"])


def _yes_no(met: bool) -> str:
    return "yes" if met else "**no**"
