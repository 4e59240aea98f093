"""The replication table as a section of the report."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ger2024.replication.claims import PARTS_THAT_HOLD
from ger2024.replication.document import findings_overview, overview
from ger2024.replication.replication_table import (
    CORRECTED,
    FAILS,
    HOLDS,
    INCOMPARABLE,
    UNDECIDED,
)
from trnn.report.markdown import sections
from trnn.report.text.markdown import interval_words, p_words
from trnn.study import ReportSection, ReportTable
from trnn.tables.parquet import read_table

NAN = float("nan")
VERDICT = "Verdict"
MARKS = {
    HOLDS: "good",
    CORRECTED: "partly",
    FAILS: "bad",
    UNDECIDED: "open",
    INCOMPARABLE: "open",
}
# Kinds of rows of the replication table, in order of display; a finding's parts are a kind here.
REPLICATED = {
    "number": "Numbers",
    "significance": "Significance marks",
    "finding": "Findings",
    "part": "Parts of the findings",
    "correction": "Corrections of the original analysis",
}
FOLDED = frozenset({"part", "correction"})


def replication_section(table: str | Path, text: str | Path) -> ReportSection:
    """Return the replication: how to read it, the verdicts, and the table in parts.

    Only what this run judges is shown: its table has the rest.

    Parameters
    ----------
    table : path
        The replication table.
    text : path
        The same as Markdown, of which the words are taken.

    Raises
    ------
    TableError
        If the table is absent or unreadable.
    """
    frame = read_table(table)
    frame = judged(frame)
    frame["part"] = frame["kind"]
    # A finding's own row counts the parts of it that hold; the parts stand apart.
    of_parts = (frame["kind"] == "finding") & (frame["quantity"] != PARTS_THAT_HOLD)
    frame.loc[of_parts, "part"] = "part"
    words = sections(Path(text).read_text(encoding="utf-8"))
    return ReportSection(
        title="Replication",
        anchor="replication",
        reading="".join(s.body for s in words if s.level == 1),
        overview=_overview(frame),
        groups=[
            (str(dataset) or "All data sets", _tables(own))
            for dataset, own in frame.groupby(frame["dataset"].fillna(""), sort=False)
        ],
        marked=VERDICT,
        marks=MARKS,
        wrapped=frozenset({"Claim", "Quantity", "Note"}),
        files=(table, text),
    )


def judged(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a verdict, and the corrections of data sets that have one, or of all."""
    known = frame["verdict"].notna()
    general = frame["dataset"].isna() | frame["dataset"].isin(frame.loc[known, "dataset"])
    return frame[known | ((frame["kind"] == "correction") & general)].copy()


def _overview(frame: pd.DataFrame) -> str:
    """Return each finding's verdict and the numbers of verdicts, as HTML."""
    if not frame["verdict"].notna().any():
        return "<p>This run judges nothing of the study.</p>"
    whole = (frame["quantity"] == PARTS_THAT_HOLD).any()
    text = "\n\n".join([*([findings_overview(frame)] if whole else []), overview(frame)])
    return "".join(section.body for section in sections(f"# Verdicts\n\n{text}"))


def _tables(own: pd.DataFrame) -> list[ReportTable]:
    return [
        ReportTable(
            title,
            [_row(row) for row in own[own["part"] == part].to_dict("records")],
            folded=part in FOLDED,
        )
        for part, title in REPLICATED.items()
        if (own["part"] == part).any()
    ]


def _row(row: Mapping[Any, Any]) -> dict[str, str]:
    def words(name: str) -> str:
        return "" if pd.isna(row[name]) else str(row[name])

    def number(name: str, signed: bool = False) -> str:
        return "" if pd.isna(row[name]) else interval_words(row[name], NAN, NAN, signed=signed)

    found = interval_words(row["ours"], row["ci_low"], row["ci_high"])
    return {
        "Claim": f"{words('finding')}. {words('claim')}" if words("finding") else words("claim"),
        VERDICT: words("verdict"),
        "Experiment": "" if words("experiment") == words("dataset") else words("experiment"),
        "Group": words("group"),
        "Quantity": words("quantity"),
        "Reported": number("published"),
        "Found [95 % interval]": "" if pd.isna(row["ours"]) else found,
        "Difference": number("difference", signed=True),
        "Unit": "" if words("unit") == "1" else words("unit"),
        "p (Holm)": p_words(row["p_holm"]),
        "n": "" if pd.isna(row["n"]) else f"{row['n']:.0f}",
        "Note": words("note"),
    }
