"""The replication table as Markdown: how to read it, a table for each data set, then words."""

from collections.abc import Iterator

import pandas as pd

from ger2024.replication.claims import PARTS_THAT_HOLD
from ger2024.replication.replication_table import VERDICTS
from trnn.report.text.markdown import digits_for, interval_words, markdown_table, plain
from trnn.report.text.stand_ins import WARNING

UNKNOWN = "not judged"
TITLES = {
    "number": "Numbers",
    "significance": "Significance marks",
    "finding": "Findings",
    "correction": "Corrections",
}
READING = """\
Every number and claim of {source}, beside what this run finds. The table `replication.parquet` \
has the same rows with their sources; verdicts are computed from this run's tables by rules that \
stand in `config/published.yaml`, none is written by hand.

- **Numbers** are means over subjects with 95 % bootstrap intervals over subjects; of an error \
(`bce` in nats, `mse`) lower is better. A number of the same people *holds* if it lies within \
this project's interval, *holds with a correction* if a correction of the study's own analysis \
brings it nearer to this project's value and into the interval, and else *does not hold*, be this \
project's error larger or smaller. The interval shows how far the mean would move with other \
people. As both numbers are of the same people it is wide for this use: `within` is weak evidence \
that two analyses agree, and the difference stands beside it. Simulated agents were others, so \
their numbers are *not comparable*; the order of methods among them is judged with the findings. \
Numbers that are not the study's own but were measured for this project under other settings are \
not comparable either.
- **Findings** are judged in parts, by tests over subjects, Holm-corrected within their family. A \
part *does not hold* if one of the tests that decide it fails. Where a part is about estimates \
from trial to trial, what decides is each person's value less that of agents matched to the person \
(constant at the person's own fit, on the person's own schedule, seen by the same estimator): a \
pattern that these agents show as well comes with the method, and is no evidence for what it was \
taken to show. A part *holds with a correction* if all of its tests hold, but the study's own \
analysis needs a named correction, its number lies outside this project's interval, or a further \
test named with it fails. It *cannot be told* if too little is known for a test. A part that \
claims that there is no difference holds if the 90 % interval lies within a stated margin (two \
one-sided tests), does not hold if there is a significant difference instead, and else cannot be \
told: that no difference is found is no evidence that there is none. A finding is judged as the \
worst of its parts.
- **Significance marks** listed are those that lose their star when the study's own p is \
corrected; they are judged by this project's corrected test of the same pair.
- **Corrections** are defects of the original analysis. They have no verdict; where a number of \
this run shows the effect, it stands beside the published one. Other things differ between the two \
as well (training, agents), so it is the effect of that correction alone only where the text \
states so."""


def document(frame: pd.DataFrame, source: str, simulated: bool) -> str:
    """Return the Markdown of a replication table; `simulated` puts a warning first."""
    parts = [f"# Replication of {source}", *([WARNING] if simulated else [])]
    parts += [READING.format(source=source), "## Verdicts", findings_overview(frame)]
    parts.append(overview(frame))
    names = frame["dataset"]
    for name in names.dropna().unique():
        parts += [f"## {name}", *_sections(frame[names == name])]
    general = frame[names.isna()]
    if len(general):
        parts += ["## All data sets", *_sections(general)]
    return "\n\n".join(parts) + "\n"


def overview(frame: pd.DataFrame) -> str:
    """Return how many rows of each data set and kind have which verdict; findings by part."""
    judged = frame[(frame["kind"] != "correction") & (frame["quantity"] != PARTS_THAT_HOLD)]
    lines = []
    for (dataset, kind), rows in judged.groupby(["dataset", "kind"], sort=False):
        counts = rows["verdict"].fillna(UNKNOWN).value_counts()
        line = {"data set": dataset, "kind": "finding (parts)" if kind == "finding" else kind}
        lines.append(line | {name: str(counts.get(name, 0)) for name in (*VERDICTS, UNKNOWN)})
    return markdown_table(pd.DataFrame(lines))


def findings_overview(frame: pd.DataFrame) -> str:
    """Return each finding as a whole: what was reported, how many parts hold, the verdict."""
    whole = frame[frame["quantity"] == PARTS_THAT_HOLD]
    several = whole.duplicated(["finding", "dataset"], keep=False)
    lines = [
        {
            "finding": row["finding"],
            "data set": row["experiment"] if again else row["dataset"],
            "reported": row["claim"],
            "parts that hold": f"{_count(row['ours'])} of {row['published']:g}",
            "verdict": _text(row["verdict"], UNKNOWN),
        }
        for (_, row), again in zip(whole.iterrows(), several, strict=True)
    ]
    lines.sort(key=lambda line: str(line["finding"]))
    return markdown_table(pd.DataFrame(lines))


def _sections(rows: pd.DataFrame) -> Iterator[str]:
    several = rows["experiment"].nunique() > 1
    for kind, title in TITLES.items():
        part = rows[rows["kind"] == kind]
        if part.empty:
            continue
        yield f"### {title}"
        if kind == "number":
            yield _numbers(part, several)
        elif kind == "finding":
            yield from _findings(part, several)
        elif kind == "significance":
            yield "\n".join(_judged(row, several) for _, row in part.iterrows())
        else:
            yield "\n".join(_correction(row) for _, row in part.iterrows())


def _numbers(rows: pd.DataFrame, several: bool) -> str:
    lines = []
    for _, row in rows.iterrows():
        digits = digits_for(min(abs(row["published"]), 1.0))
        ours = interval_words(row["ours"], row["ci_low"], row["ci_high"], digits=digits)
        difference = interval_words(
            row["difference"], float("nan"), float("nan"), digits=digits, signed=True
        )
        human = row["population"] == "human"
        line = {
            "number": row["claim"],
            "of": f"{'people' if human else 'agents'}, {plain(row['group'])}",
            "published": f"{row['published']:.{digits}f}",
            "this project": ours,
            "difference": difference,
            "relation": _text(row["relation"]),
            "verdict": _text(row["verdict"], UNKNOWN),
            "reason": row["note"],
        }
        lines.append(({"experiment": _text(row["experiment"])} if several else {}) | line)
    return markdown_table(pd.DataFrame(lines))


def _findings(rows: pd.DataFrame, several: bool) -> Iterator[str]:
    """Yield each finding's heading and, as a list, its parts with their reasons."""
    numbers = rows["finding"].fillna("")
    for number in numbers.unique():
        for _, part in rows[numbers == number].groupby("experiment", sort=False, dropna=False):
            whole = part[part["quantity"] == PARTS_THAT_HOLD]
            if len(whole):
                row = whole.iloc[0]
                where = f" ({row['experiment']})" if several else ""
                verdict = _text(row["verdict"], UNKNOWN)
                yield (
                    f"**Finding {number}{where}: {verdict}.** Reported: {row['claim']}. "
                    f"{row['note']}"
                )
            else:
                yield "**Order of the reported numbers.**"
            parts = part[part["quantity"] != PARTS_THAT_HOLD]
            yield "\n".join(_judged(row, several) for _, row in parts.iterrows())


def _judged(row: pd.Series, several: bool) -> str:
    where = f" ({row['experiment']})" if several and not pd.isna(row["experiment"]) else ""
    text = (
        f"- {_sentence(row['claim'])}{where}: **{_text(row['verdict'], UNKNOWN)}**. {row['note']}"
    )
    if row["kind"] == "finding" and not pd.isna(row["published"]):
        text += f" Published: {row['published']:.{digits_for(row['published'])}f}."
    return text


def _correction(row: pd.Series) -> str:
    text = f"- The original {row['claim']}. {row['note']}"
    if not pd.isna(row["published"]):
        digits = digits_for(min(abs(row["published"]), 1.0))
        text += f" Under the study's analysis: {row['published']:.{digits}f}"
        known = not pd.isna(row["difference"])
        text += f", difference {row['difference']:+.{digits}f}." if known else " (not in this run)."
    return text


def _sentence(text: str) -> str:
    """Return text with a capital, but for a Greek letter: that would be another symbol."""
    return text[:1].upper() + text[1:] if text[:1].isascii() else text


def _count(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:g}"


def _text(value: object, missing: str = "") -> str:
    return missing if pd.isna(value) else str(value)  # type: ignore[call-overload]
