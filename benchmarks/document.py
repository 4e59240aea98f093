"""The tables of docs/performance.md, written between its markers; the prose around them stays."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import derive, full_run
from benchmarks.targets import Target, targets
from trnn.tables.parquet import read_metadata, read_table

BUSY = 1.1
SHOWN = 0.99  # of the jobs' seconds: the rules that take them are listed
NOT_GIVEN = "Not in this run: `make bench RUN=results` reads them from a full run's results."


def write(document: Path, table: Path, results: Path | None) -> None:
    """Fill the document's markers from the table of measurements and a full run's results."""
    frame = read_table(table)
    sections = {
        "machine": _machine(frame, read_metadata(table)),
        "targets": _targets(targets(frame, results)),
        "stages": _stages(frame),
        "workflow": _workflow(frame),
        "run": _run(results),
    }
    text = document.read_text(encoding="utf-8")
    for name, content in sections.items():
        text = fill(text, name, content)
    document.write_text(text, encoding="utf-8")


def fill(text: str, name: str, content: str) -> str:
    """Replace what stands between a section's markers.

    Raises
    ------
    ValueError
        If the markers are not there, once each and in order.
    """
    begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", flags=re.DOTALL)
    if len(pattern.findall(text)) != 1:
        raise ValueError(f"the document must have '{begin}' and '{end}' once each, in this order")
    return pattern.sub(lambda _: f"{begin}\n{content.strip()}\n{end}", text)


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def number(x: float) -> str:
    """Return a number with three figures, with thousands separated."""
    if np.isnan(x):
        return "–"
    if x == 0 or abs(x) < 1e-3:
        return f"{x:.1e}" if x else "0"
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def _machine(frame: pd.DataFrame, metadata: dict[str, str]) -> str:
    own = frame[~frame["stage"].isin(list(derive.WORKFLOW))]
    busy = int((own["seconds"] > BUSY * own["cpu_seconds"]).sum())
    people = "the real ones" if metadata["data_source"] == "real" else "simulated stand-ins"
    return (
        f"{metadata['processor']}, {metadata['cores']} cores; {metadata['versions']}. "
        f"People: {people}. A matrix product of float32 on one thread: "
        f"{derive.product_speed(frame) / 1e9:.1f} × 10⁹ operations a second. "
        f"Measurements of which no round by the clock came within {BUSY - 1:.0%} of the fastest by "
        f"the processor, since the machine was busy with other things: {busy} of {len(own)}."
    )


def _targets(found: list[Target]) -> str:
    verdicts = {True: "met", False: "**not met**", None: "not measured"}
    cells = [
        [
            target.what,
            f"{'≥' if target.at_least else '≤'} {target.bound:g} {target.unit}",
            number(target.measured) + (f" ({target.note})" if target.note else ""),
            verdicts[target.met],
        ]
        for target in found
    ]
    return markdown(["", "target", "measured", ""], cells)


def _stages(frame: pd.DataFrame) -> str:
    cells = []
    for stage, name in derive.STAGES.items():
        ours, plain = derive.of_kind(frame, stage), derive.of_kind(frame, stage, "plain")
        if ours is None:
            continue
        compared = ours if plain is None or np.isnan(plain["difference"]) else plain
        cells.append(
            [
                f"{name}: {ours['label']}",
                number(derive.seconds_of(ours)),
                _rate(frame, ours),
                "–" if plain is None else _beside(ours, plain),
                _apart(compared),
                _growth(derive.exponents(frame, stage)),
            ]
        )
    header = ["", "seconds", "work a second", "the plain one's (faster by)"]
    header += ["largest difference", "exponents"]
    return markdown(header, cells)


def _rate(frame: pd.DataFrame, row: pd.Series) -> str:
    rate, share = derive.rate_of(row), derive.share_of_speed(frame, row)
    of_speed = "" if np.isnan(share) else f", {share:.0%} of the product's speed"
    return f"{number(rate)} {row['unit']}{of_speed}"


def _beside(ours: pd.Series, plain: pd.Series) -> str:
    rate = derive.rate_of(plain)
    return f"{number(rate)} ({number(derive.rate_of(ours) / rate)} ×)"


def _apart(row: pd.Series) -> str:
    if np.isnan(row["difference"]):
        return "–"
    return f"{number(row['difference'])} ({row['difference_in']})"


def _growth(exponents: dict[str, tuple[float, float]]) -> str:
    words = [f"{axis} {slope:.2f} ± {error:.2f}" for axis, (slope, error) in exponents.items()]
    return ", ".join(words) or "–"


def _workflow(frame: pd.DataFrame) -> str:
    cells = []
    for stage, name in derive.WORKFLOW.items():
        ours = derive.of_kind(frame, stage)
        if ours is None:
            continue
        jobs = ours["jobs_seconds"]
        cells.append(
            [
                f"{name}, {ours['work']:.0f} {ours['unit']}",
                number(ours["seconds"]),
                number(ours["cpu_seconds"]),
                number(jobs),
            ]
        )
    if not cells:
        return "Not measured."
    return markdown(
        ["", "seconds by the clock", "of the processor", "its jobs' seconds, a core"], cells
    )


def _run(results: Path | None) -> str:
    if results is None:
        return NOT_GIVEN
    jobs = full_run.read_jobs(results)
    seconds, pauses = full_run.elapsed(jobs)
    rules = full_run.by_rule(jobs)
    # All rules up to the one that completes the share, and one line for the rest.
    many = rules["seconds"].cumsum().shift(fill_value=0.0) < SHOWN * rules["seconds"].sum()
    cells = [_rule(f"`{row['rule']}`", row) for _, row in rules[many].iterrows()]
    for name, some in ((f"{(~many).sum()} others", rules[~many]), ("all", rules)):
        if len(some):
            totals = some[["jobs", "seconds", "cpu_seconds"]].sum()
            largest = some[["longest", "peak_mb"]].max()
            cells.append(_rule(name, pd.concat([totals, largest])))
    header = ["rule", "jobs", "seconds", "longest", "processor seconds", "peak memory, MB"]
    note = f"From the first job's start to the last one's end: {seconds / 60:.1f} minutes"
    note += f", without {pauses} pauses between runs" if pauses else ""
    note += f". The processor's time of all jobs: {jobs['cpu_seconds'].sum() / 60:.1f} minutes."
    return f"{note}\n\n{markdown(header, cells)}"


def _rule(name: str, row: pd.Series) -> list[str]:
    columns = ("seconds", "longest", "cpu_seconds", "peak_mb")
    return [name, f"{row['jobs']:.0f}", *(number(float(row[c])) for c in columns)]
