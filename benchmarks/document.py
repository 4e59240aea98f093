"""The tables of docs/performance.md, written between its markers; the prose around them stays."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import derive, full_run, targets
from trnn.tables.parquet import read_metadata, read_table

NAMES = {
    "simulate": "simulate",
    "mle": "maximum likelihood",
    "filter": "particle filter, random walk",
    "bayes": "particle filter, switching",
    "train_trnn": "t-RNN training",
    "infer_trnn": "t-RNN inference",
    "train_drnn": "d-RNN training",
    "prepare": "preparing people's data",
    "run_all": "workflow, everything",
    "run_nothing": "workflow, nothing to do",
    "dry_run": "workflow, dry run",
}
BUSY = 1.1
NOT_GIVEN = "Not in this run: `make bench RUN=results` reads them from a full run's results."


def write(document: Path, table: Path, results: Path | None) -> None:
    """Fill the document's markers from the table of measurements and a full run's results."""
    frame = read_table(table)
    sections = {
        "machine": _machine(frame, read_metadata(table)),
        "targets": _targets(targets.rows(frame, results)),
        "speed": _speed(frame),
        "scaling": _scaling(derive.scalings(frame)),
        "limits": _limits(derive.distances(frame)),
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
    limits = derive.machine_of(frame)
    own = frame[~frame["stage"].isin(derive.WORKFLOW)]
    busy = int((own["seconds"] > BUSY * own["cpu_seconds"]).sum())
    lines = [
        f"{metadata['processor']}, {metadata['cores']} cores; {metadata['versions']}. People: "
        f"{'the real ones' if metadata['data_source'] == 'real' else 'simulated stand-ins'}.",
        "",
        markdown(
            ["one thread", "speed"],
            [
                ["matrix product, float32", f"{limits.float32 / 1e9:.1f} × 10⁹ operations/s"],
                ["matrix product, float64", f"{limits.float64 / 1e9:.1f} × 10⁹ operations/s"],
                ["copy, bytes read and written", f"{limits.copied / 1e9:.1f} GB/s"],
            ],
        ),
        "",
        f"Measurements of which no round by the clock came within {BUSY - 1:.0%} of the fastest by "
        f"the processor, since the machine was busy with other things: {busy} of {len(own)}.",
    ]
    return "\n".join(lines)


def _targets(rows: list[targets.Row]) -> str:
    verdicts = {True: "met", False: "**not met**", None: "not measured"}
    cells = [
        [
            row.what,
            "–" if row.ratio_target is None else f"≥ {row.ratio_target:g} ×",
            _ratios(row),
            row.other_target or "–",
            row.other or "–",
            verdicts[row.met],
        ]
        for row in rows
    ]
    header = ["stage", "target: times the plain one", "measured", "or target", "measured", ""]
    return markdown(header, cells)


def _ratios(row: targets.Row) -> str:
    if np.isnan(row.ratio):
        return "–"
    second = "" if np.isnan(row.second_ratio) else f" ({number(row.second_ratio)} ×)"
    return f"{number(row.ratio)} ×{second}"


def _speed(frame: pd.DataFrame) -> str:
    cells = []
    for stage, name in NAMES.items():
        ours = derive.of_kind(frame, stage, "project")
        if ours is None or stage in derive.WORKFLOW:
            continue
        cells.append([name, *_timing(ours), "", ""])
        for kind in ("plain", "plain_other"):
            plain = derive.of_kind(frame, stage, kind)
            if plain is not None:
                ratio = derive.times_the_plain(frame, stage, kind)
                words = "reference" if kind == "plain" else "second reference"
                cells.append([f"– {words}", *_timing(plain), f"{number(ratio)} ×", _apart(plain)])
        if not np.isnan(ours["difference"]):
            cells[-1][-1] = _apart(ours)
    header = ["", "problem", "seconds", "by the clock", "work a second"]
    return markdown([*header, "the project is faster by", "largest difference"], cells)


def _timing(row: pd.Series) -> list[str]:
    rate = row["work"] / derive.seconds_of(row)
    return [
        row["label"],
        number(row["cpu_seconds"]),
        number(row["seconds"]),
        f"{number(rate)} {row['unit']}",
    ]


def _apart(row: pd.Series) -> str:
    if np.isnan(row["difference"]):
        return ""
    return f"{number(row['difference'])} ({row['difference_in']})"


def _scaling(series: list[derive.Scaling]) -> str:
    cells = [
        [
            NAMES[s.stage],
            s.axis,
            ", ".join(number(x) for x in s.sizes),
            ", ".join(number(x) for x in s.seconds),
            f"{s.exponent:.2f} ± {s.standard_error:.2f}",
        ]
        for s in series
    ]
    return markdown(["", "of", "sizes", "seconds", "exponent ± SE"], cells)


def _limits(distances: list[derive.Distance]) -> str:
    cells = [
        [
            NAMES[d.stage],
            f"{number(d.operations)} operations, {number(d.moved_bytes)} bytes "
            f"({_singular(d.unit)})",
            d.limit,
            number(d.limit_seconds),
            number(d.seconds),
            f"{d.share:.1%}",
        ]
        for d in distances
    ]
    header = ["", "needed", "what binds", "least seconds", "measured seconds", "share"]
    return markdown(header, cells)


def _singular(unit: str) -> str:
    return {"trials": "a trial", "particles × trials": "a particle and trial"}.get(unit, unit)


def _workflow(frame: pd.DataFrame) -> str:
    cells = []
    for stage in derive.WORKFLOW:
        ours = derive.of_kind(frame, stage, "project")
        if ours is None:
            continue
        count = f"{ours['work']:.0f} {ours['unit']}" if ours["unit"] == "jobs" else ""
        times = [number(ours["seconds"]), number(ours["cpu_seconds"])]
        cells.append([ours["label"], count, *times, _of_these(frame, ours)])
    if not cells:
        return "Not measured."
    return markdown(["", "", "seconds by the clock", "of the processor", "of these"], cells)


def _of_these(frame: pd.DataFrame, ours: pd.Series) -> str:
    """Return what a run's seconds consist of."""
    if np.isnan(ours["jobs_seconds"]):
        start = derive.of_kind(frame, "start_snakemake", "plain")
        return "" if start is None else f"{start['label']}: {number(start['seconds'])} s"
    jobs, took = ours["jobs_seconds"], ours["seconds"]
    text = f"its jobs {number(jobs)} s a core; the rest {1 - jobs / took:.0%}, "
    text += f"{(took - jobs) / ours['work']:.2f} s a job"
    start = derive.of_kind(frame, "start_job", "plain")
    if start is not None:
        text += f"; {start['label']}, as each job must: {number(start['seconds'])} s"
    return text


def _run(results: Path | None) -> str:
    if results is None:
        return NOT_GIVEN
    jobs = full_run.read_jobs(results)
    seconds, pauses = full_run.elapsed(jobs)
    cells = [
        [
            f"`{rule.rule}`",
            f"{rule.jobs}",
            number(rule.seconds),
            number(rule.longest),
            number(rule.cpu_seconds),
            number(rule.peak_mb),
        ]
        for rule in full_run.by_rule(jobs).itertuples()
    ]
    total = [
        "all",
        f"{len(jobs)}",
        number(jobs["seconds"].sum()),
        number(jobs["seconds"].max()),
        number(jobs["cpu_seconds"].sum()),
        number(jobs["peak_mb"].max()),
    ]
    header = ["rule", "jobs", "seconds", "longest", "processor seconds", "peak memory, MB"]
    note = f"From the first job's start to the last one's end: {seconds / 60:.1f} minutes"
    note += f", without {pauses} pauses between runs." if pauses else "."
    return f"{note}\n\n{markdown(header, [*cells, total])}"
