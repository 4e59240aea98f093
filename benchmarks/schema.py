"""The table of measurements, and reading it out of what pytest-benchmark writes."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema

KINDS = ("project", "plain", "scaling", "machine")


def _number(name: str, description: str, unit: str, nullable: bool = True) -> Column:
    return Column(name, FLOAT, description, unit, nullable=nullable, low=0)


MEASUREMENTS = TableSchema(
    name="benchmarks",
    path="benchmarks.parquet",
    row="a measurement: the fastest of several rounds of one function on one problem",
    columns=(
        Column("stage", STRING, "what is computed"),
        Column(
            "kind",
            STRING,
            "the project; the plain reference; a point of a scaling series; or the machine's limit",
            allowed=KINDS,
        ),
        Column("label", STRING, "the problem in words"),
        Column("axis", STRING, "what varies along a scaling series", nullable=True),
        _number("size", "how many of `axis`", "1"),
        _number("work", "how much is done, to compare problems of different size", "`unit`", False),
        Column("unit", STRING, "what work is counted in"),
        _number("seconds", "fastest round, by the clock", "s", False),
        _number("median_seconds", "median round, by the clock", "s", False),
        _number("cpu_seconds", "fastest round, processor time of the process", "s", False),
        Column("rounds", INTEGER, "rounds", low=1),
        _number("operations", "of all the work, in products of matrices of float32", "1"),
        _number("difference", "largest difference from an independent answer", "`difference_in`"),
        Column("difference_in", STRING, "what `difference` compares", nullable=True),
        _number("jobs_seconds", "of a run: its jobs' seconds as timed by Snakemake / cores", "s"),
    ),
)


def measurements(report: Path) -> pd.DataFrame:
    """Return the table of what a pytest-benchmark report (JSON) holds."""
    rows: list[dict[str, Any]] = []
    for entry in json.loads(report.read_text(encoding="utf-8"))["benchmarks"]:
        row = {name: entry["extra_info"].get(name) for name in MEASUREMENTS.names()}
        row["seconds"] = entry["stats"]["min"]
        row["median_seconds"] = entry["stats"]["median"]
        rows.append(row)
    frame = pd.DataFrame(rows, columns=MEASUREMENTS.names())
    kinds = {"string": "str", "int64": "int64", "double": "float64"}
    return frame.astype({c.name: kinds[str(c.type)] for c in MEASUREMENTS.columns})
