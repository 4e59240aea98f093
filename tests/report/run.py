"""A small run's files, made up, that a report can be written from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from ger2024.figures.catalogue import CATALOGUE
from ger2024.figures.labels import label_of
from ger2024.report import report_study
from tests.conftest import ROOT
from tests.scores.frames import agents, dezfouli_people, gershman_people, jittered
from trnn.config.experiment import Experiment
from trnn.config.stage_views import view
from trnn.report.figures import Drawn
from trnn.report.render import report_stage
from trnn.tables.parquet import Provenance

PARAMETERS = {"dezfouli": ("alpha", "beta", "kappa"), "gershman": ("beta", "gamma")}
ESTIMATORS = {
    "human": ("mle", "bayes", "trnn", "trnn_unlinked", "drnn"),
    "test": ("mle", "bayes", "trnn", "oracle"),
}
KIND = "errors_of_people"
NULLABLE = (
    *("finding", "dataset", "experiment", "group", "quantity", "unit", "published", "ours"),
    *("ci_low", "ci_high", "difference", "n", "p_holm", "verdict"),
)
SUMMARY = """# Summary

- experiments: dezfouli, gershman

## What was found

### dezfouli

- **Prediction.** Better than by chance.

## How far to trust it

|               | dezfouli | gershman |
|:--------------|:---------|:---------|
| Targets met   | 3 of 4   | –        |

In brackets: intervals.

## What failed

### dezfouli

- Missed: a target.

## Priors compared: dezfouli

One is better than the other.

## Behind this page

Files.
"""
OF_EXPERIMENT = """# dezfouli

Three groups of people.

How to read the tables.

## People

`bce`: mean of -log P, nats

| estimator | all (n = 6) |
|:----------|:------------|
| mle       | 0.3630      |

## Findings of the original study, computed anew

**Finding 1: 1 of 1 claims hold**. Reported: something.

| quantity | value |
|:---------|:------|
| bce      | 0.1   |
"""
REPLICATION = """# Replication

Numbers and claims.

## Verdicts

One of two holds.

## dezfouli

What the page shows as tables of its own.
"""


@dataclass(frozen=True)
class Run:
    """A results folder and what `report_stage` is called with."""

    folder: Path
    arguments: dict[str, Any]

    @property
    def page(self) -> Path:
        return self.folder / "report.html"

    def trials(self, experiment: str, population: str) -> pd.DataFrame:
        return pd.read_parquet(self.arguments["experiments"][experiment]["trials"][population])

    def estimates(self, experiment: str, population: str, estimator: str) -> pd.DataFrame:
        paths = self.arguments["experiments"][experiment]["estimates"]
        return pd.read_parquet(paths[population][estimator])

    def write(self, **changes: Any) -> str:
        report_stage(self.page, **{**self.arguments, **changes}, provenance=Provenance({}, seed=1))
        return self.page.read_text(encoding="utf-8")


def make_run(folder: Path, experiments: dict[str, Experiment], data_source: str = "real") -> Run:
    """Write the files of a run of `dezfouli` (people and agents) and `gershman` (people)."""
    people = {"dezfouli": dezfouli_people(per_group=2), "gershman": gershman_people(n=2)}
    tables = {name: {"human": frame} for name, frame in people.items()}
    tables["dezfouli"]["test"] = agents(n=4)
    chosen = {
        name: _experiment(folder, name, trials, view(experiments[name], "whole"), data_source)
        for name, trials in tables.items()
    }
    for name in people:
        path = picture_of(folder, name)
        path.parent.mkdir(parents=True)
        Image.fromarray(np.full((300, 900, 3), 200, dtype=np.uint8)).save(path)
        for suffix in ("pdf", "parquet"):
            path.with_suffix(f".{suffix}").touch()
    (folder / "summary.md").write_text(SUMMARY, encoding="utf-8")
    for name in people:
        (folder / name / "summary.md").write_text(OF_EXPERIMENT, encoding="utf-8")
    (folder / "replication.md").write_text(REPLICATION, encoding="utf-8")
    replication().to_parquet(folder / "replication.parquet")
    for job, seconds in (("train/a_seed0", 60.0), ("train/a_seed1", 30.0), ("infer/a_test", 3.0)):
        path = folder / "benchmarks" / f"{job}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:01:00\t250.5\n")
    arguments = {
        "experiments": chosen,
        "run": {
            "seed": 1,
            "bootstrap_resamples": 50,
            "data_source": data_source,
            "report_agents": 2,
        },
        "figures": [
            Drawn(name, CATALOGUE[KIND], picture_of(folder, name), label_of(name, KIND))
            for name in people
        ],
        "documents": {
            "summary": folder / "summary.md",
            "experiment_summaries": {name: folder / name / "summary.md" for name in people},
            "environment": ROOT / "envs/trnn.yaml",
        },
        "benchmarks": folder / "benchmarks",
        "study": report_study([folder / "replication.parquet", folder / "replication.md"]),
    }
    return Run(folder, arguments)


def picture_of(folder: Path, experiment: str) -> Path:
    """Return the picture of the figure that each of the experiments has."""
    return folder / f"figures/{experiment}/{KIND}.png"


def replication() -> pd.DataFrame:
    """A claim that holds, a number that does not, a correction that concerns all data sets."""
    empty = dict.fromkeys(NULLABLE)
    own = {**empty, "dataset": "dezfouli", "experiment": "dezfouli", "group": "all"}
    rows = [
        {
            **own,
            "kind": "finding",
            "finding": "1",
            "claim": "better prediction",
            "quantity": "parts_that_hold",
            "verdict": "holds",
            "note": "All parts hold.",
        },
        {
            **own,
            "kind": "number",
            "claim": "mean bce",
            "quantity": "bce",
            "unit": "nats",
            "published": 0.3227,
            "ours": 0.35,
            "ci_low": 0.34,
            "ci_high": 0.36,
            "difference": 0.0273,
            "n": 101,
            "p_holm": 0.01,
            "verdict": "does not hold",
            "note": "The interval lies above.",
        },
        {
            **empty,
            "kind": "correction",
            "claim": "bands pool trials",
            "note": "People are the unit.",
        },
    ]
    return pd.DataFrame(rows).astype({"n": "Int64"})


def _experiment(
    folder: Path,
    name: str,
    trials: dict[str, pd.DataFrame],
    settings: dict[str, Any],
    data_source: str,
) -> dict[str, Any]:
    paths: dict[str, Any] = {"settings": settings, "trials": {}, "estimates": {}}
    scores = []
    for population, frame in trials.items():
        path = folder / name / population / "trials.parquet"
        paths["trials"][population] = _write(frame, path, data_source)
        paths["estimates"][population] = {}
        for k, estimator in enumerate(ESTIMATORS[population]):
            own = () if estimator == "drnn" else PARAMETERS[name]
            estimates = jittered(frame, own, seed=k)
            if estimator == "bayes":
                estimates = estimates.assign(
                    **{f"{p}_q05": estimates[p] - 0.1 for p in own},
                    **{f"{p}_q95": estimates[p] + 0.3 for p in own},
                )
            path = folder / name / "estimates" / estimator / f"{population}.parquet"
            paths["estimates"][population][estimator] = _write(estimates, path, data_source)
            for i, subject in enumerate(frame["subject"].unique()):
                scores.append((population, subject, estimator, 0.3 + 0.01 * k + 0.001 * i))
    columns = ["population", "subject", "estimator", "bce"]
    metrics = pd.DataFrame(scores, columns=columns)
    paths["metrics"] = _write(metrics, folder / name / "metrics.parquet", data_source)
    paths["files"] = [paths["metrics"]]
    return paths


def _write(frame: pd.DataFrame, path: Path, data_source: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table.replace_schema_metadata({"data_source": data_source}), path)
    return path
