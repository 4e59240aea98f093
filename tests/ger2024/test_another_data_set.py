"""Anybody's people and agents through all that the study adds, whatever columns they have."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ger2024.findings.analyses import Having
from ger2024.findings.course_rows import CourseSettings
from ger2024.findings.courses import courses_stage
from ger2024.findings.findings_stage import findings_stage
from ger2024.findings.findings_tests import with_findings
from ger2024.findings.summaries import Resampling
from ger2024.published import read_published
from ger2024.report import report_study
from ger2024.summary import summary_study
from tests.conftest import ROOT
from tests.ger2024.matched_frames import matched
from tests.scores.frames import agents, dezfouli_people, evidence_of, jittered
from trnn.config.experiment import Experiment
from trnn.config.stage_views import view
from trnn.report.render import report_stage
from trnn.report.text.experiment import experiment_summary_stage
from trnn.report.text.summary import summary_stage
from trnn.scores.comparisons import comparisons_stage
from trnn.scores.metrics import subject_metrics
from trnn.scores.metrics_table import metrics as metrics_schema
from trnn.scores.statistics_stage import read_tests, statistics_stage
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.models import get_model

PUBLISHED = read_published(ROOT / "config/published.yaml")
ORIGIN = Provenance({}, 1, "real")
ESTIMATORS = ("mle", "bayes", "trnn")
GROUPS = ("young", "old")


@dataclass(frozen=True)
class Run:
    """The tables of an experiment `mine`, and its texts."""

    tables: dict[str, Any]
    summary: str
    page: str

    def read(self, kind: str) -> pd.DataFrame:
        return read_table(self.tables[kind])


def people_of(columns: tuple[str, ...]) -> pd.DataFrame:
    """Return a dozen people with the columns that are asked for."""
    frame = dezfouli_people(per_group=4)
    subjects = frame["subject"].unique()
    place = frame["subject"].map({name: i for i, name in enumerate(subjects)})
    frame["group"] = np.array(GROUPS)[place % 2] if "group" in columns else None
    frame["group"] = frame["group"].astype("str") if "group" in columns else frame["group"]
    if "mu_0" in columns:
        frame["mu_0"], frame["mu_1"] = 30.0 - 29.0 * (frame["block"] % 2), 1.0
    return frame


def write(folder: Path, name: str, frame: pd.DataFrame, **metadata: str) -> Path:
    path = folder / f"{name}.parquet"
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table.replace_schema_metadata({"data_source": "real", **metadata}), path)
    return path


def report(
    folder: Path,
    paths: dict[str, Any],
    settings: Any,
    written: Any,
    estimated: Any,
    summary: Path,
    whole: Path,
) -> Path:
    """Write the report and return its path."""
    page = folder / "report.html"
    described = {
        "settings": settings,
        "metrics": paths["metrics"],
        "trials": written,
        "estimates": estimated,
        "files": [paths["metrics"]],
    }
    of_run = {"seed": 1, "bootstrap_resamples": 20, "data_source": "real", "report_agents": 1}
    documents = {
        "summary": summary,
        "experiment_summaries": {"mine": whole},
        "environment": ROOT / "envs/trnn.yaml",
    }
    report_stage(
        page, {"mine": described}, of_run, {}, documents, folder / "b", ORIGIN, report_study([])
    )
    return page


def people_stages(
    folder: Path,
    paths: dict[str, Any],
    experiment: Experiment,
    has: Having,
    beside: tuple[Path, Path] | None,
    unit_of: Any,
) -> None:
    """Write what the study makes of people: their findings and their courses."""
    given = (paths["people"], folder / "human_trnn.parquet")
    findings_stage(
        *given,
        paths["metrics"],
        paths["comparisons"],
        beside,
        paths["findings"],
        ("mine", experiment.model),
        has,
        unit_of,
        Resampling("theirs", 1, 20),
        PUBLISHED,
        ORIGIN,
    )
    courses = CourseSettings("mine", 1, 20, 50)
    courses_stage(*given, beside, paths["courses"], has, unit_of, courses, ORIGIN)


def run(
    folder: Path,
    experiment: Experiment,
    columns: tuple[str, ...] | None,
    control: bool = True,
) -> Run:
    """Put an experiment, with people of some columns or without (None), through every stage."""
    parameters, model = tuple(experiment.parameters), get_model(experiment.model)
    trials = {"test": agents(4)}
    if columns is not None:
        trials["human"] = people_of(columns)
    estimates = {
        population: {e: jittered(frame, parameters, k) for k, e in enumerate(ESTIMATORS)}
        for population, frame in trials.items()
    }
    scores = []
    for population, frame in trials.items():
        for name, own in estimates[population].items():
            part = subject_metrics(frame, own, model, name, experiment.parameters)
            part.insert(0, "population", population)
            scores.append(part)
    metrics = pd.concat(scores, ignore_index=True)
    for name in ("group", "dynamics", "population", "estimator"):
        metrics[name] = metrics[name].astype("str")
    schema = metrics_schema(model.unit_of)
    paths: dict[str, Any] = {"metrics": folder / "metrics.parquet"}
    write_table(metrics[schema.names()], paths["metrics"], schema, ORIGIN)
    paths["comparisons"] = folder / "comparisons.parquet"
    weighed = folder / "evidence.parquet"
    evidence_of(metrics).to_parquet(weighed)
    comparisons_stage(
        paths["metrics"], [weighed], paths["comparisons"], "mine", model.unit_of, 1, 20, ORIGIN
    )
    written = {
        population: write(folder, f"trials_{population}", frame, dataset="theirs")
        for population, frame in trials.items()
    }
    estimated = {
        population: {e: write(folder, f"{population}_{e}", own) for e, own in found.items()}
        for population, found in estimates.items()
    }
    tests = read_tests([paths["comparisons"]])
    if columns is not None:
        paths |= {kind: folder / f"{kind}.parquet" for kind in ("findings", "courses")}
        paths["people"] = written["human"]
        has = Having(parameters, columns, GROUPS if "group" in columns else (), control)
        beside = None
        if control:
            agents_ = matched(trials["human"])
            own = jittered(agents_, parameters, 9)
            agents_ = agents_.drop(columns=["group", "mu_0", "mu_1"], errors="ignore")
            paths["matched"] = write(folder, "matched", agents_)
            beside = (paths["matched"], write(folder, "matched_trnn", own))
        people_stages(folder, paths, experiment, has, beside, model.unit_of)
        tests = with_findings(
            [*tests, *read_tests([paths["courses"]])], read_table(paths["findings"]), "mine"
        )
    paths["statistics"] = folder / "statistics.parquet"
    statistics_stage(tests, paths["statistics"], ORIGIN)
    settings = view(experiment, "whole")
    own = {**paths, "settings": settings, "columns": list(columns or ())}
    summary, whole = folder / "summary.md", folder / "whole.md"
    study = summary_study({"mine": own}, PUBLISHED)
    summary_stage(summary, {"mine": own}, 20, ORIGIN, study)
    experiment_summary_stage(whole, "mine", own, 20, ORIGIN, study)
    page = report(folder, paths, settings, written, estimated, summary, whole)
    texts = [path.read_text(encoding="utf-8") for path in (summary, whole, page)]
    return Run(own, texts[0] + texts[1], texts[2])


def mine(experiment: Experiment, human: str | None, **changes: Any) -> Experiment:
    return experiment.model_copy(update={"name": "mine", "human": human, **changes})


@pytest.fixture(scope="module")
def ungrouped(tmp_path_factory, tiny_experiments) -> Run:
    experiment = mine(tiny_experiments["artificial"], "theirs")
    return run(tmp_path_factory.mktemp("ungrouped"), experiment, ())


@pytest.fixture(scope="module")
def grouped(tmp_path_factory, tiny_experiments) -> Run:
    experiment = mine(tiny_experiments["dezfouli"], "theirs", prior_grid=None, theories=None)
    return run(tmp_path_factory.mktemp("grouped"), experiment, ("group", "mu_0", "mu_1"))


def test_people_without_groups_under_q_learning(ungrouped):
    findings = ungrouped.read("findings")
    assert findings["quantity"].tolist() == ["bce_trnn_minus_mle"]
    assert ungrouped.read("courses").empty
    assert set(ungrouped.read("statistics")["kind"]) == {"estimators", "evidence"}
    for words in (
        "- perseveration by group: not computed, the model has no κ and the data have no groups",
        "- correlation of κ with staying: not computed, the model has no κ",
        "- β around actions against the better arm: not computed, the data have no mean rewards",
        "- courses over the block by group: not computed, the data have no groups",
    ):
        assert words in ungrouped.summary, words


def test_people_with_groups_and_arm_means_under_perseveration(grouped):
    findings = grouped.read("findings")
    assert set(findings["finding"]) == set("12345")
    quantities = set(findings["quantity"])
    assert {"kappa_mean", "kappa_staying_correlation", "beta_change_at_+1"} <= quantities
    assert {"accuracy_easy_minus_hard", "beta_easy_minus_hard"} <= quantities
    # What the study reports of its own groups, and γ, are not there.
    assert not quantities & {"kappa_mean_order", "gamma_easy_minus_hard"}
    pairs = findings.loc[findings["quantity"] == "kappa_mean_difference", "group"]
    assert pairs.tolist() == ["old - young"]
    for suffix in ("_of_control", "_beyond_control"):
        assert findings["quantity"].str.endswith(suffix).sum() > 10
    courses = grouped.read("courses")
    contrasts = courses["contrast"].str.split(": ").str[1]
    assert {"old - young", "easy - hard", "people - matched agents (easy - hard)"} <= set(contrasts)
    assert "people - matched agents (ungreedy - greedy)" in set(contrasts)
    of_kappa = courses[(courses["measure"] == "kappa")]
    assert of_kappa["family"].nunique() == 2  # groups and blocks are corrected apart
    assert grouped.read("statistics")["id"].is_unique
    assert "- γ in easy and in hard blocks: not computed, the model has no γ" in grouped.summary
    assert "the data have no" not in grouped.summary


def test_of_other_people_nothing_is_judged_and_the_study_is_not_spoken(grouped, ungrouped):
    for made in (grouped, ungrouped):
        findings = made.read("findings")
        assert findings["published"].isna().all() and findings["holds"].isna().all()
        assert not findings["statement"].str.contains("Holds if|The study").any()
        for text in (made.summary, made.page.split("<script>")[0]):
            assert "Analyses of people" in text
            assert "Ger " not in text and "original study" not in text
        assert 'id="replication"' not in made.page


def test_without_matched_agents_there_is_no_control_and_a_reason(tmp_path, tiny_experiments):
    base = mine(tiny_experiments["dezfouli"], "theirs", prior_grid=None, theories=None)
    made = run(tmp_path, base, ("group",), control=False)
    assert not made.read("findings")["quantity"].str.contains("control").any()
    assert "control: not computed, there are no agents matched to the people" in made.summary


def test_agents_alone_are_spoken_of_by_their_own_name(tmp_path, tiny_experiments):
    made = run(tmp_path, mine(tiny_experiments["artificial"], None), None)
    assert "# mine" in made.summary and "Analyses of people" not in made.summary
    for text in (made.summary, made.page.split("<script>")[0]):
        assert "Ger " not in text and "original study" not in text and "finding" not in text
    # The same under the study's name and model stands beside its numbers.
    own = made.tables | {"settings": made.tables["settings"] | {"name": "artificial"}}
    study = summary_study({"artificial": own}, PUBLISHED)
    assert "Ger et al." in study.reading
    assert study.part("artificial").reported.mean("test", "all", "trnn", "bce") == 0.3206
