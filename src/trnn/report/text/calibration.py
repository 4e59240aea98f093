"""Sections of the summary on calibration and on the distance from the optimum."""

import pandas as pd

from trnn.checks.calibration.calibration_table import (
    ABOVE_OPTIMUM,
    HAZARD,
    LAST_TRIAL,
    SINCE,
    TENTH,
    THEORY_BETTER,
    THEORY_DIFFERENCE,
)
from trnn.estimators.registry import CONSTANT
from trnn.report.text.markdown import markdown_table, plain
from trnn.report.text.targets import BAND, value_words
from trnn.theory.meanings import MEANINGS

COVERAGE = (
    "Coverage: the share of true values inside the 90 % interval, in %, mean over agents, by tenth "
    f"of the session (the target in each is {BAND}):"
)
FRESH = (
    "The same for the networks on {n:,} fresh agents, which are enough for a precise answer: a "
    "share is known to within about {half_width:.1f} percentage points (half of its 95 % "
    "interval):"
)
CHANGES = (
    "The same by the number of trials since the parameter's last change (0 is the first trial "
    "with the new value) and, for estimators that have seen later trials too, until the last "
    "trial before the next change:"
)
HAZARDS = (
    "Hazards of agents' own: the share of trials, in %, whose agent has the hazard, by how likely "
    "the estimator says that it is (in parentheses what it says in the mean, which a calibrated "
    "one has as its share):"
)
ABOVE = (
    "How far the network's mean lies above that of the particle filter, in %, paired by agent. "
    "The filter is, up to its finite number of particles, the best possible estimator on agents "
    "that follow the dynamics it assumes; on others it is not. For the last trial of agents "
    "whose parameters never change: the squared error as a multiple of that of maximum "
    "likelihood, which is fitted to the whole session:"
)
THEORY = (
    "The model run forward with each trial's estimates (`bce_theory`) against the model with "
    "constant fitted parameters (`mle`), nats: below 0 the estimates that move explain the choices "
    "better. For how many people they do, with the exact (Clopper-Pearson) interval:"
)
BESIDE_CONSTANT = (
    "The same against constant parameters that are learned choice by choice (`constant`): a "
    "Bayesian who holds them to be constant, uniform over the ranges, and predicts each choice "
    "before it is seen. Neither has seen what it predicts, as the fit (`mle`) has. Those 'judged "
    "to move' have the verdict 'moving' on all parameters at once:"
)


def calibration_sections(calibration: pd.DataFrame) -> list[str]:
    """Return coverage by tenth of the session and by trials around changes."""
    rows = calibration[calibration["measure"] == "coverage_90"]
    sections = []
    for words, bys in ((COVERAGE, [TENTH]), (CHANGES, [SINCE, "before_change"])):
        part = rows[rows["by"].isin(bys)]
        if part.empty:
            continue
        sections += [words, _coverage_table(part, with_side=len(bys) > 1)]
    hazards = calibration[calibration["measure"] == HAZARD]
    return sections if hazards.empty else [*sections, HAZARDS, _hazards_table(hazards)]


def fresh_sections(fresh: pd.DataFrame) -> list[str]:
    """Return coverage by tenth of the session on many fresh agents; none if there is no network."""
    part = fresh[(fresh["measure"] == "coverage_90") & (fresh["by"] == TENTH)]
    if part.empty:
        return []
    half_width = 50 * (part["ci_high"] - part["ci_low"]).mean()
    words = FRESH.format(n=part["n"].max(), half_width=half_width)
    return [words, _coverage_table(part, with_side=False)]


def optimality_sections(optimality: pd.DataFrame, population: str) -> list[str]:
    """Return the distance from the optimum (agents) or what explains people (people)."""
    rows = optimality[optimality["population"] == population]
    wanted = {"test": (ABOVE, (ABOVE_OPTIMUM, LAST_TRIAL))}
    wanted["human"] = (THEORY, (THEORY_DIFFERENCE, THEORY_BETTER))
    words, criteria = wanted[population]
    rows = rows[rows["criterion"].isin(criteria)]
    if rows.empty:
        return []
    if population != "human":
        return [words, _agents_table(rows)]
    choice_by_choice = rows["reference"] == CONSTANT
    sections = []
    for told, own in ((words, rows[~choice_by_choice]), (BESIDE_CONSTANT, rows[choice_by_choice])):
        sections += [told, _people_table(own)] if len(own) else []
    return sections


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


def _hazards_table(part: pd.DataFrame) -> str:
    """Return a row for each dynamics, hazard and estimator, a column for each bin."""
    bins = part.sort_values("position", kind="stable")["bin"].unique()
    lines = []
    for key, own in part.groupby(["dynamics", "parameter", "estimator"], sort=False):
        line = {"agents": key[0], "agent's own": key[1], "estimator": f"`{key[2]}`"}
        shown = {
            row["bin"]: f"{100 * row['share']:.1f} ({100 * row['nominal']:.1f})"
            for _, row in own.iterrows()
        }
        lines.append(line | {name: shown.get(name, "") for name in bins})
    return markdown_table(pd.DataFrame(lines))


def _agents_table(rows: pd.DataFrame) -> str:
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for _, row in rows.iterrows():
        compared = f"`{row['estimator']}` / `{row['reference']}`"
        line = lines.setdefault(
            (row["measure"], compared), {"measure": f"`{row['measure']}`", "compared": compared}
        )
        line[str(row["dynamics"])] = value_words(row)
    return markdown_table(pd.DataFrame(list(lines.values())).fillna(""))


def _people_table(rows: pd.DataFrame) -> str:
    lines = []
    for (group, estimator), part in rows.groupby(["group", "estimator"], sort=False):
        line = {"people": plain(group), "estimator": f"`{estimator}`", "n": str(part["n"].iloc[0])}
        for _, row in part.iterrows():
            difference = row["criterion"] == THEORY_DIFFERENCE
            line["mean difference" if difference else "people for whom it is below 0"] = (
                value_words(row)
            )
        lines.append(line)
    return markdown_table(pd.DataFrame(lines))
