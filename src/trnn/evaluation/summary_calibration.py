"""Sections of the summary on the targets, on calibration and on the distance from the optimum."""

from collections.abc import Mapping

import pandas as pd

from trnn.calibration.schemas import (
    ABOVE_OPTIMUM,
    LAST_TRIAL,
    PREDICTION,
    SINCE,
    TENTH,
    THEORY_BETTER,
    THEORY_DIFFERENCE,
)
from trnn.calibration.targets import COVERAGE_90, JUDGED, PEOPLE_BCE
from trnn.evaluation.markdown import interval_words, markdown_table
from trnn.parameters import MEANINGS

REFERENCE = "bayes"
BAND = f"{100 * COVERAGE_90[0]:g} to {100 * COVERAGE_90[1]:g} %"

TARGETS = (
    "What was asked of the t-RNN beforehand, and what was measured. A target is met or missed by "
    "the number itself; its 95 % interval stands beside it. `bayes` is the same of the particle "
    "filter, which shows what the exact posterior does: that a change happened within the last "
    "trials nobody can know yet, so that of such trials even the exact posterior covers less than "
    "its nominal share, and on agents of another law than the one it assumes it is not exact."
)
COVERAGE = (
    "Coverage: the share of true values inside the 90 % interval, in %, mean over agents, by tenth "
    f"of the session (the target in each is {BAND}):"
)
CHANGES = (
    "The same by the number of trials since the parameter's last change (0 is the first trial with "
    "the new value) and, for those that have seen later trials too, until the last one before the "
    "next change:"
)
ABOVE = (
    "How far the network's mean lies above that of the particle filter, in %, paired by agent. The "
    "filter is, up to its finite number of particles, the best that can be had on agents that "
    "follow the dynamics it assumes; on others it is not. At the last trial of agents whose "
    "parameters never change: its squared error as a multiple of that of maximum likelihood, which "
    "is fitted to the whole session:"
)
THEORY = (
    "The model run forward with each trial's estimates (`bce_theory`) against the model with "
    "constant fitted parameters (`mle`), nats: below 0 the estimates that move explain the choices "
    "better. For how many people they do, with the exact (Clopper-Pearson) interval:"
)


def target_sections(tables: Mapping[str, tuple[pd.DataFrame | None, pd.DataFrame | None]]) -> list:
    """Return the targets of every experiment in one table, under a heading; none without tables.

    Parameters
    ----------
    tables : experiment -> its tables of calibration and of optimality, None for one that is not
        there.
    """
    lines = []
    for experiment, (calibration, optimality) in tables.items():
        found = [] if calibration is None else _coverage_targets(calibration)
        found += [] if optimality is None else _optimality_targets(optimality)
        lines += [{"experiment": experiment, **line} for line in found]
    if not lines:
        return []
    met = sum(line["target met"] == "yes" for line in lines)
    count = f"Met: {met} of {len(lines)}."
    return ["## Targets", f"{TARGETS} {count}", markdown_table(pd.DataFrame(lines))]


def calibration_sections(calibration: pd.DataFrame) -> list[str]:
    """Return coverage by tenth of the session and by trials around changes."""
    rows = calibration[calibration["measure"] == "coverage_90"]
    sections = []
    for words, bys in ((COVERAGE, [TENTH]), (CHANGES, [SINCE, "before_change"])):
        part = rows[rows["by"].isin(bys)]
        if part.empty:
            continue
        sections += [words, _coverage_table(part, with_side=len(bys) > 1)]
    return sections


def optimality_sections(optimality: pd.DataFrame, population: str) -> list[str]:
    """Return the distance from the optimum (agents) or what explains people (people)."""
    rows = optimality[optimality["population"] == population]
    wanted = {"test": (ABOVE, (ABOVE_OPTIMUM, LAST_TRIAL))}
    wanted["human"] = (THEORY, (THEORY_DIFFERENCE, THEORY_BETTER))
    words, criteria = wanted[population]
    rows = rows[rows["criterion"].isin(criteria)]
    if rows.empty:
        return []
    table = _people_table(rows) if population == "human" else _agents_table(rows)
    return [words, table]


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
                "of": f"{dynamics} agents",
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
    judged = optimality[optimality["target"].notna()]
    lines = []
    for _, row in judged.iterrows():
        agents = f"{row['dynamics']} agents" if row["population"] == "test" else "people"
        same = optimality["criterion"].eq(row["criterion"]) & optimality["measure"].eq(
            row["measure"]
        )
        same &= optimality["estimator"].eq(REFERENCE)
        if row["population"] == "test":
            same &= optimality["dynamics"].eq(row["dynamics"])
        beside = optimality[same]
        lines.append(
            {
                "target": _target_words(row),
                "of": agents,
                "measured": _value(row),
                "`bayes`": _value(beside.iloc[0]) if len(beside) else "",
                "target met": "" if pd.isna(row["met"]) else _yes_no(bool(row["met"])),
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
    if row["criterion"] == THEORY_BETTER:
        return f"`bce_theory` below `mle`'s in at least {100 * row['target']:g} %"
    return f"`{row['measure']}` at most {PEOPLE_BCE:.4f} nats"


def _coverage_table(part: pd.DataFrame, with_side: bool) -> str:
    """Return a row for each dynamics, parameter and estimator, a column for each bin."""
    bins = part.sort_values("position", kind="stable")["bin"].unique()
    lines = []
    keys = ["dynamics", "parameter", "estimator", *(["by"] if with_side else [])]
    for key, own in part.groupby(keys, sort=False):
        line = {"agents": key[0], "parameter": MEANINGS[str(key[1])].symbol}
        line["estimator"] = f"`{key[2]}`"
        if with_side:
            line["trials"] = "since" if key[3] == SINCE else "until the next"
        shown = {row["bin"]: f"{100 * row['share']:.1f}" for _, row in own.iterrows()}
        lines.append(line | {name: shown.get(name, "") for name in bins})
    return markdown_table(pd.DataFrame(lines))


def _agents_table(rows: pd.DataFrame) -> str:
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for _, row in rows.iterrows():
        compared = f"`{row['estimator']}` / `{row['reference']}`"
        line = lines.setdefault(
            (row["measure"], compared), {"measure": f"`{row['measure']}`", "compared": compared}
        )
        line[str(row["dynamics"])] = _value(row)
    return markdown_table(pd.DataFrame(list(lines.values())).fillna(""))


def _people_table(rows: pd.DataFrame) -> str:
    lines = []
    for estimator, part in rows.groupby("estimator", sort=False):
        line = {"estimator": f"`{estimator}`", "n": str(part["n"].iloc[0])}
        for _, row in part.iterrows():
            difference = row["criterion"] == THEORY_DIFFERENCE
            line["mean difference" if difference else "people for whom it is below 0"] = _value(row)
        lines.append(line)
    return markdown_table(pd.DataFrame(lines))


def _value(row: pd.Series) -> str:
    """Return value and interval: percents and nats that are differences signed."""
    ends = (row["value"], row["ci_low"], row["ci_high"])
    if row["criterion"] == THEORY_BETTER:
        return _percents(*ends)
    if row["criterion"] == ABOVE_OPTIMUM:
        return f"{interval_words(*ends, digits=1, signed=True)} %"
    if row["criterion"] == LAST_TRIAL:
        return f"{interval_words(*ends, digits=2)} times"
    return interval_words(*ends, digits=4, signed=row["criterion"] != PREDICTION)


def _percent(row: pd.Series) -> str:
    return _percents(row["share"], row["ci_low"], row["ci_high"])


def _percents(value: float, low: float, high: float) -> str:
    return f"{interval_words(100 * value, 100 * low, 100 * high, digits=1)} %"


def _yes_no(met: bool) -> str:
    return "yes" if met else "**no**"
