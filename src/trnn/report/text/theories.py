"""Sections of the summary on theories: which one people chose, and what it is worth."""

import pandas as pd

from trnn.checks.theories.theories_table import MEASURE
from trnn.report.text.markdown import interval_words, markdown_table, plain

SHOWN = (
    "Theories compared on people by the switching particle filter's log evidence (nats): "
    "candidates under one hazard for all people, or under a hazard of each person's own, any of "
    "the grid's equally likely. The {choosing} people of the choosing half choose the theory with "
    "the highest evidence; theories within one standard error of the paired difference are tied "
    "with it; the {reporting} others have no part in it. `behind`: by how much less a theory "
    "explains a half than the chosen one does, with that standard error and, after MC, the part of "
    "it that is the filters' own. Shown are, of {n} theories, the best of each candidate, each "
    "candidate under own hazards, and what is tied with the chosen one:"
)
FREQUENT = (
    "Random-effects comparison of the candidates, each under a hazard of each person's own: the "
    "share of people whose theory it is, with its 95 % credible interval, and the protected "
    "exceedance probability (pxp) that it is the commonest, with its 95 % range under the Monte "
    "Carlo errors of the evidences:"
)
RECOVERED = (
    "Model recovery: agents of each candidate (rows), and the share of them whose choices have "
    "their highest evidence under each (columns), with exact 95 % intervals. {verdict}"
)


def theory_sections(
    theories: pd.DataFrame | None,
    recovery: pd.DataFrame | None,
    statistics: pd.DataFrame,
    people: str,
) -> list[str]:
    """Return the sections on an experiment's tables `theories` and `theory_recovery`.

    Parameters
    ----------
    theories, recovery : DataFrame, optional
        None: there is no such table, and no section on it.
    statistics : DataFrame
        The experiment's tests, with the random-effects comparison of the candidates.
    people : str
        The word for them in the heading.
    """
    if theories is None:
        return []
    parts = [f"## Theories chosen by the {people}", *choice_sections(theories)]
    parts += frequency_sections(statistics)
    return parts + ([] if recovery is None else recovery_sections(recovery))


def choice_sections(theories: pd.DataFrame) -> list[str]:
    """Return which theory was chosen, what is tied with it, its worth, and a table of the grid."""
    chosen = theories[theories["chosen"]].iloc[0]
    tied = theories[theories["tied"] & ~theories["chosen"]]
    words = SHOWN.format(
        choosing=chosen["subjects_choosing"],
        reporting=chosen["subjects_reporting"],
        n=len(theories),
    )
    rows = [_row(row) for _, row in theories[_shown(theories)].iterrows()]
    heading = f"**Theory chosen: {theory_words(chosen)}.** {_tied(tied)} {_worth(theories)}"
    return [heading, words, markdown_table(pd.DataFrame(rows))]


def theory_words(row: pd.Series) -> str:
    """Return a theory in words, from its row: candidate, hazard and ranges."""
    return f"{_short(row)}, {row['ranges']}"


def _short(row: pd.Series) -> str:
    hazard = "own hazards" if pd.isna(row["hazard"]) else f"hazard {row['hazard']:g}"
    return f"`{row['theory']}`, {hazard}"


def _shown(theories: pd.DataFrame) -> pd.Series:
    best = theories.groupby("theory", sort=False)["behind_choosing"].idxmin()
    shown = theories["tied"] | theories["hazard"].isna()
    return shown | theories.index.isin(best)


def _tied(tied: pd.DataFrame) -> str:
    if tied.empty:
        return "No other theory is within one standard error of it."
    names = "; ".join(_short(row) for _, row in tied.iterrows())
    return f"**Tied with it**, within one standard error: {names}."


def _worth(theories: pd.DataFrame) -> str:
    """Return in a sentence what the reporting half says of the choice."""
    chosen = theories[theories["chosen"]].iloc[0]
    others = theories[theories["theory"] != chosen["theory"]]
    other = others.loc[others["behind_choosing"].idxmin()]
    found, error = other["behind_reporting"], other["behind_reporting_se"]
    verdict = (
        f"it is {_nats(found, error)} ahead"
        if found > error
        else f"it is {_nats(-found, error)} behind, so that this half would choose otherwise"
        if found < -error
        else f"the lead is {_nats(found, error)}, which does not tell the two apart"
    )
    gain = ""
    if not pd.isna(chosen["gain_reporting"]):
        words = interval_words(*_with_interval(chosen, "gain_reporting"), None, 1, signed=True)
        gain = f" Its gain over the published theory is {words} nats there."
    return (
        f"On the reporting half, beside the best theory of another candidate ({_short(other)}), "
        f"{verdict}.{gain}"
    )


def _nats(value: float, error: float) -> str:
    return f"{value:.1f} nats (SE {error:.1f})"


def _row(row: pd.Series) -> dict[str, str]:
    flags = [name for name in ("published", "chosen") if row[name]]
    if row["tied"] and not row["chosen"]:
        flags.append("tied")
    hazard = "own" if pd.isna(row["hazard"]) else f"{row['hazard']:g}"
    unconverged = row["unconverged_choosing"] + row["unconverged_reporting"]
    return {
        "theory": f"`{row['theory']}`",
        "hazard": hazard,
        "ranges": row["ranges"],
        "which": ", ".join(flags),
        **{
            f"behind, {half} (SE; MC)": f"{row[f'behind_{half}']:.1f} "
            f"({row[f'behind_{half}_se']:.1f}; {row[f'behind_{half}_mc_error']:.1f})"
            for half in ("choosing", "reporting")
        },
        **{f"bce, {half}": f"{row[f'bce_{half}']:.4f}" for half in ("choosing", "reporting")},
        "unconverged": str(unconverged),
    }


def frequency_sections(statistics: pd.DataFrame) -> list[str]:
    """Return the random-effects comparison: a row a group, a column a candidate."""
    rows = statistics[statistics["measure"] == MEASURE]
    if rows.empty:
        return []
    lines = []
    for group, part in rows.groupby("group", sort=False):
        line = {"group": f"{plain(group)} (n = {part['n'].iloc[0]})"}
        for _, row in part.iterrows():
            share, protected = (_with_interval(row, of) for of in ("difference", "effect"))
            line[f"`{row['contrast']}`"] = (
                f"{interval_words(*share, None, 2)}, pxp {interval_words(*protected, None, 3)}"
            )
        lines.append(line)
    return [FREQUENT, markdown_table(pd.DataFrame(lines))]


def _with_interval(row: pd.Series, column: str) -> tuple[float, float, float]:
    """Return a value and its interval's ends."""
    return row[column], row[f"{column}_ci_low"], row[f"{column}_ci_high"]


def recovery_sections(recovery: pd.DataFrame) -> list[str]:
    """Return the model recovery matrix, and whom the rule takes for another."""
    lines = []
    for true, part in recovery.groupby("true", sort=False):
        line = {"agents of": f"`{true}` (n = {part['n'].iloc[0]})"}
        for _, row in part.iterrows():
            line[f"`{row['scored']}`"] = interval_words(*_with_interval(row, "share_best"), None, 2)
        lines.append(line)
    wrong = recovery[recovery["chosen"] & (recovery["scored"] != recovery["true"])]
    verdict = "By the evidence of all agents together, the rule chooses every true candidate."
    if len(wrong):
        told = "; ".join(
            f"for agents of `{row['true']}` it chooses `{row['scored']}`"
            for _, row in wrong.iterrows()
        )
        verdict = f"**By the evidence of all agents together, the rule is wrong:** {told}."
    return [RECOVERED.format(verdict=verdict), markdown_table(pd.DataFrame(lines))]
