"""The findings table as blocks of the summary."""

import pandas as pd

from ger2024.published import Published
from trnn.report.text.markdown import interval_words, markdown_table, p_words, plain

# What was analysed, by the number of the study's finding.
TITLES = {
    "1": "Prediction of choices",
    "2": "Perseveration by group",
    "3": "What estimates follow from trial to trial",
    "4": "Perseveration while alternating and while repeating",
    "5": "Actions against the better arm, and easy against hard blocks",
}


def findings_sections(findings: pd.DataFrame, published: Published, dataset: str) -> list[str]:
    """Return for each finding what was reported, how many claims hold, and its quantities.

    Parameters
    ----------
    findings : DataFrame
        With columns finding, statement, quantity, group, unit, value, ci_low, ci_high, p, p_holm,
        n, published, holds and undecided (both null where nothing is claimed).
    dataset : str
        Whose claims of `published` are named.
    """
    sections = []
    for number, part in findings.groupby("finding", sort=True):
        claim = published.claim(dataset, str(number))
        heading = f"**Finding {number}: {holds_words(part['holds'], part['undecided'])}**"
        sections.append(heading if claim is None else f"{heading}. Reported: {claim}.")
        sections.append(markdown_table(_rows(part)))
        sections.append(_statements(part))
    return sections


def analyses_sections(findings: pd.DataFrame) -> list[str]:
    """Return each analysis with its quantities, for people about whom the study claims nothing.

    Parameters
    ----------
    findings : as in `findings_sections`
    """
    sections = []
    for number, part in findings.groupby("finding", sort=True):
        sections.append(f"**{TITLES[str(number)]}**")
        sections.append(markdown_table(_rows(part).drop(columns="holds")))
        sections.append(_statements(part))
    return sections


def holds_words(holds: pd.Series, undecided: pd.Series) -> str:
    """Return how many of the claims hold, do not, and cannot be told, in words."""
    judged = holds.dropna().astype(bool)
    open_ = int(undecided.notna().sum())
    if judged.empty and not open_:
        return "nothing is claimed"
    words = [f"{int(judged.sum())} of {len(judged) + open_} claims hold"]
    if not judged.all():
        words.append(f"{int((~judged).sum())} not")
    if open_:
        words.append(f"{open_} cannot be told")
    return ", ".join(words)


def _rows(part: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "quantity": part["quantity"],
            "group": part["group"].map(plain),
            "value": [
                interval_words(value, low, high, theirs)
                for value, low, high, theirs in zip(
                    part["value"], part["ci_low"], part["ci_high"], part["published"], strict=True
                )
            ],
            "unit": part["unit"].replace("1", ""),
            "p": [p_words(p) for p in part["p"]],
            "p (Holm)": [p_words(p) for p in part["p_holm"]],
            "n": part["n"].astype(str),
            "holds": [
                _yes_no(holds, why)
                for holds, why in zip(part["holds"], part["undecided"], strict=True)
            ],
        }
    )


def _statements(part: pd.DataFrame) -> str:
    """Return a list of the statements, each with the rows that it is about."""
    lines = []
    for statement, rows in part.groupby("statement", sort=False):
        about = []
        for quantity, same in rows.groupby("quantity", sort=False):
            groups = map(plain, dict.fromkeys(same["group"]))
            about.append(f"`{quantity}` ({', '.join(groups)})")
        lines.append(f"- {'; '.join(about)}: {plain(statement)}")
    return "\n".join(lines)


def _yes_no(holds: object, undecided: object) -> str:
    if not pd.isna(undecided):  # type: ignore[call-overload]
        return f"cannot be told: {undecided}"
    if pd.isna(holds):  # type: ignore[call-overload]
        return ""
    return "yes" if holds else "**no**"
