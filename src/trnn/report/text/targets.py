"""The targets and what was measured, each beside what the exact posterior reaches."""

from collections.abc import Iterator, Sequence

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
from trnn.report.text.judged import MET, MISSED, RULE, UNREACHED, Judged, Number, verdict
from trnn.report.text.markdown import interval_words, markdown_table, plain
from trnn.theory.meanings import MEANINGS

REFERENCE, INFINITY = "bayes", float("inf")
BAND = f"{100 * COVERAGE_90[0]:g} to {100 * COVERAGE_90[1]:g} %"

TARGETS = (
    "What was asked of the t-RNN beforehand, and what was measured. A target is met or missed by "
    "the number itself; its 95 % interval stands beside it. The column `bayes` has the same "
    "number for the particle filter and shows what the exact posterior does. Nobody can know yet "
    "that a change happened within the last trials, so on such trials even the exact posterior "
    "covers less than its nominal share; and on agents that do not follow the dynamics that it "
    f"assumes it is not exact. {RULE}. Where a target holds for every tenth, the least and the "
    "greatest share are shown: when ten shares are all nominal, each known to within its interval, "
    "one or other leaves the band by chance. The coverage of the network on switching agents is "
    "measured on more agents than all the rest."
)
SHOWN = {MET: MET, MISSED: f"**{MISSED}**", UNREACHED: UNREACHED}


def judged_targets(
    calibration: pd.DataFrame | None,
    fresh: pd.DataFrame | None,
    optimality: pd.DataFrame | None,
    rates: pd.DataFrame | None,
) -> list[Judged]:
    """Return the targets of an experiment, judged.

    Parameters
    ----------
    calibration, fresh, optimality, rates : DataFrame, optional
        Its tables of calibration, of networks on fresh agents, of optimality, and of the rates of
        nonstationarity; None for one that is not there.
    """
    covered = with_fresh(calibration, fresh)
    return [
        *([] if optimality is None else _optimality_targets(optimality)),
        *([] if rates is None else _moving_targets(rates)),
        *([] if covered is None else _coverage_targets(covered)),
    ]


def target_sections(judged: Sequence[Judged]) -> list[str]:
    """Return the targets in one table, under a heading; none without targets."""
    if not judged:
        return []
    lines = [
        {
            "target": own.target,
            "of": own.of,
            "measured": own.measured,
            "`bayes`": own.reference,
            "target met": SHOWN[own.verdict],
        }
        for own in judged
    ]
    count = f"Met; missed; missed by the exact posterior no less: {count_words(judged)}."
    return ["## Targets", f"{TARGETS} {count}", markdown_table(pd.DataFrame(lines))]


def count_words(judged: Sequence[Judged]) -> str:
    """Return how many targets were met, missed, and missed by the exact posterior no less."""
    met, missed, unreached = (
        sum(own.verdict == name for own in judged) for name in (MET, MISSED, UNREACHED)
    )
    return f"{met}; {missed}; {unreached} (of {len(judged)})"


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


def _coverage_targets(calibration: pd.DataFrame) -> list[Judged]:
    """Return every dynamics and parameter: all tenths, and the trials after a change."""
    asked = calibration[calibration["target_low"].notna()]
    found = []
    for (dynamics, parameter, by), part in asked.groupby(
        ["dynamics", "parameter", "by"], sort=False
    ):
        own = part[part["estimator"] == JUDGED]
        if own.empty:
            continue
        best = part[part["estimator"] == REFERENCE]
        where = "every tenth of the session" if by == TENTH else "20 trials after a change"
        found.append(
            Judged(
                f"coverage of {MEANINGS[str(parameter)].symbol} {BAND}, {where}",
                f"{own['n'].max():,} {dynamics} agents",
                _extremes(own),
                _extremes(best),
                verdict(_paired(own, best), *COVERAGE_90),
            )
        )
    return found


def _paired(own: pd.DataFrame, best: pd.DataFrame) -> Iterator[tuple[Number, Number | None]]:
    """Yield each share with that of the exact posterior on the same trials."""
    beside = {row["position"]: _number(row, "share") for _, row in best.iterrows()}
    for _, row in own.iterrows():
        yield _number(row, "share"), beside.get(row["position"])


def _extremes(part: pd.DataFrame) -> str:
    """Return the least and the greatest coverage, with their intervals."""
    if part.empty:
        return ""
    places = dict.fromkeys([int(part["share"].argmin()), int(part["share"].argmax())])
    return " to ".join(_percent(part.iloc[place]) for place in places)


def _optimality_targets(optimality: pd.DataFrame) -> list[Judged]:
    found = []
    for _, row in optimality[optimality["target"].notna()].iterrows():
        agents = f"{row['dynamics']} agents" if row["population"] == "test" else _people(row)
        beside = optimality[optimality["estimator"] == REFERENCE]
        if row["criterion"] in (THEORY_BETTER, THEORY_DIFFERENCE):
            beside = beside[beside["reference"] == row["reference"]]
        for name in ("criterion", "measure", "population"):
            beside = beside[beside[name] == row[name]]
        of = "dynamics" if row["population"] == "test" else "group"
        beside = beside[beside[of] == row[of]]
        if pd.isna(row["met"]):  # there is no number
            continue
        best = None if beside.empty else beside.iloc[0]
        limits = (-INFINITY, row["target"]) if row["rule"] == "<=" else (row["target"], INFINITY)
        pair = _number(row, "value"), None if best is None else _number(best, "value")
        found.append(
            Judged(
                _target_words(row),
                agents,
                value_words(row),
                "" if best is None else value_words(best),
                verdict([pair], *limits),
            )
        )
    return found


def _moving_targets(rates: pd.DataFrame) -> list[Judged]:
    """Return every parameter of agents under whose dynamics none changes."""
    test = rates[rates["population"] == "test"]
    still = test.groupby("group")["moved"].transform(lambda moved: not moved.any()).astype(bool)
    found = []
    for _, row in test[still].iterrows():
        name = str(row["parameter"])
        symbol = MEANINGS[name].symbol if name in MEANINGS else "any parameter"
        ends = (row["share_moving"], row["share_ci_low"], row["share_ci_high"])
        found.append(
            Judged(
                f"{symbol} judged to move in at most {100 * FALSE_POSITIVES:g} %",
                f"{row['group']} agents",
                percent_words(*ends),
                "",
                verdict([(Number(*ends), None)], 0.0, FALSE_POSITIVES),
            )
        )
    return found


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


def _number(row: pd.Series, name: str) -> Number:
    return Number(row[name], row["ci_low"], row["ci_high"])
