"""An experiment's summary: what was run, targets, means with intervals, comparisons, checks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from trnn.report.text.assumptions import assumptions
from trnn.report.text.calibration import calibration_sections, fresh_sections, optimality_sections
from trnn.report.text.convergence import convergence_sections
from trnn.report.text.fits import fit_sections
from trnn.report.text.groups import groups_sections
from trnn.report.text.head_to_head import head_to_head_sections
from trnn.report.text.identifiability import identifiability_sections
from trnn.report.text.joint_calibration import joint_sections
from trnn.report.text.left_out import left_out_sections
from trnn.report.text.means import comparisons_table, means_table
from trnn.report.text.nonstationarity import nonstationarity_sections
from trnn.report.text.people import misspecification_sections, predictive_sections
from trnn.report.text.priors import prior_sections
from trnn.report.text.read import of_stand_ins, read_optional, targets_of_experiment
from trnn.report.text.stand_ins import STAND_INS, WARNING
from trnn.report.text.targets import target_sections
from trnn.report.text.tests import (
    course_sections,
    evidence_sections,
    recovery_sections,
    variant_sections,
)
from trnn.report.text.theories import theory_sections
from trnn.scores.metric_groups import of_reporting_half
from trnn.scores.metrics_table import HAZARD
from trnn.study import NO_SUMMARY_STUDY, Reported, SummaryPart, SummaryStudy
from trnn.tables.atomic import atomic_path
from trnn.tables.parquet import Provenance, read_table

DOUBTFUL = "**Doubtful settings, which void what follows from them:**"
HUMAN_MEASURES = ("bce", "bce_theory", "accuracy", "normalized_likelihood")
READING = (
    "Numbers are means over subjects with 95 % bootstrap intervals over subjects{in_parentheses}. "
    "Comparisons are paired by subject: Wilcoxon signed-rank tests, p corrected by Holm's "
    "method over all pairs of main estimators within an experiment, population, measure and "
    "group; a difference below 0 means that the t-RNN has the smaller error. `mle` has seen "
    "each session whole, every other estimator only the trials before; a d-RNN has learned "
    "from other people's choices, every other one from none; `oracle` knows the truth. "
    "Where settings were chosen on half of the people (priors, d-RNNs), "
    "tables of people begin with the reporting half, which had no part in it; what is said of "
    "all people includes those who chose."
)


def experiment_summary_stage(
    output: str | Path,
    name: str,
    tables: Mapping[str, Any],
    n_resamples: int,
    provenance: Provenance,
    study: SummaryStudy = NO_SUMMARY_STUDY,
) -> None:
    """Write an experiment's summary as Markdown: every table with its means, tests and checks.

    Parameters
    ----------
    output : path
        The Markdown file, written whole or not at all.
    tables : mapping
        `metrics` and `statistics` (paths), `settings` (the whole experiment as plain data); every
        other table of the experiment that has a section, by its kind (path), where it has it;
        `not_computed`, lines on the checks that it cannot have, and why; `doubts`, lines on
        settings that void what is made of them.
    n_resamples : int
        Resamples of the bootstrap over subjects; its seed is that of `provenance`.
    provenance : Provenance
        Its `data_source` says whether people are real. The tables' own metadata are asked as well:
        one table of stand-ins is enough for the warning.
    study : SummaryStudy
        What a study adds.
    """
    simulated = of_stand_ins(tables, provenance)
    added = study.part(name)
    parts = [f"# {name}", *([WARNING] if simulated else [])]
    parts += experiment_sections(
        tables, simulated, added, study.reading, provenance.seed, n_resamples
    )
    parts.append(provenance.sentence())
    with atomic_path(output) as temporary:
        temporary.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def experiment_sections(
    tables: Mapping[str, Any],
    simulated: bool,
    added: SummaryPart,
    in_parentheses: str,
    seed: int,
    n_resamples: int,
) -> list[str]:
    """Return the Markdown blocks below the title; `tables` as in `experiment_summary_stage`.

    `added` is what a study adds, `in_parentheses` explains its numbers beside the means.
    """
    settings = tables["settings"]
    metrics = read_table(tables["metrics"])
    parts = [_sentence(settings["description"])]
    parts.append("\n".join(f"- {line}" for line in assumptions(settings)))
    doubtful = tables.get("doubts", [])
    if doubtful:
        parts += [DOUBTFUL, "\n".join(f"- {line}." for line in doubtful)]
    parts += left_out_sections(tables)
    beside = f"; {in_parentheses}" if in_parentheses and added.reported.means else ""
    parts.append(READING.format(in_parentheses=beside))
    parts += target_sections(targets_of_experiment(tables))
    stand_ins = f" ({STAND_INS})" if simulated else ""
    for population, title, measures in (
        ("human", f"People{stand_ins}", HUMAN_MEASURES),
        ("test", "Simulated test agents", ("bce", *_errors(metrics))),
    ):
        if population in set(metrics["population"]):
            own = _population_sections(
                tables, population, measures, added.reported, seed, n_resamples
            )
            parts += [f"## {title}", *own]
    parts += head_to_head_sections(read_optional(tables, "head_to_head"), stand_ins)
    for section in added.sections:
        parts += [f"## {section.title}{stand_ins}", *section.blocks]
    parts += identifiability_sections(
        read_optional(tables, "identifiability"), read_optional(tables, "identifiability_moving")
    )
    reporting = metrics.loc[of_reporting_half(metrics), "subject"].unique()
    parts += fit_sections(read_optional(tables, "fits"), reporting)
    parts += convergence_sections(read_optional(tables, "convergence"))
    parts += nonstationarity_sections(read_optional(tables, "nonstationarity_rates"), stand_ins)
    parts += groups_sections(read_optional(tables, "groups"), stand_ins)
    parts += prior_sections(
        read_optional(tables, "prior_selection"),
        read_optional(tables, "task_measured"),
        STAND_INS if simulated else "people",
    )
    parts += theory_sections(
        read_optional(tables, "theories"),
        read_optional(tables, "theory_recovery"),
        read_table(tables["statistics"]),
        STAND_INS if simulated else "people",
    )
    parts += misspecification_sections(
        read_optional(tables, "misspecification"), stand_ins, reporting
    )
    parts += predictive_sections(
        read_optional(tables, "predictive"),
        read_optional(tables, "predictive_people"),
        settings["task"]["kind"],
        stand_ins,
        reporting,
    )
    absent = tables.get("not_computed", [])
    if absent:
        parts += ["## Not computed", "\n".join(f"- {line}" for line in absent)]
    return parts


def _population_sections(
    tables: Mapping[str, Any],
    population: str,
    measures: Sequence[str],
    reported: Reported,
    seed: int,
    n_resamples: int,
) -> list[str]:
    """Return the blocks of one population of an experiment: means, optimum, calibration, tests."""
    settings, statistics = tables["settings"], read_table(tables["statistics"])
    metrics = read_table(tables["metrics"])
    parts: list[str] = []
    # Experiments on the same people have the same resamples.
    key = settings["human"] if population == "human" else settings["name"]
    for measure in measures:
        table = means_table(metrics, population, measure, reported, key, seed, n_resamples)
        if table is not None:
            parts += [f"`{measure}`: {_description(tables['metrics'], measure)}", table]
    optimality = read_optional(tables, "optimality")
    parts += [] if optimality is None else optimality_sections(optimality, population)
    calibration = read_optional(tables, "calibration") if population == "test" else None
    parts += [] if calibration is None else calibration_sections(calibration)
    fresh = read_optional(tables, "calibration_fresh") if population == "test" else None
    parts += [] if fresh is None else fresh_sections(fresh)
    parts += (
        joint_sections(read_optional(tables, "joint_calibration")) if population == "test" else []
    )
    compared = comparisons_table(statistics, population)
    if compared is not None:
        parts += ["Paired comparisons with the t-RNN:", compared]
    parts += variant_sections(statistics, population)
    parts += evidence_sections(statistics, population)
    parts += recovery_sections(statistics) if population == "test" else []
    parts += course_sections(statistics) if population == "human" else []
    return parts


def _errors(metrics: pd.DataFrame) -> list[str]:
    return [name for name in metrics.columns if name.startswith(("mse_", HAZARD))]


def _description(metrics: str | Path, measure: str) -> str:
    """Return a column's description in its table, so that summary and table agree."""
    metadata = pq.read_schema(metrics).field(measure).metadata or {}
    words = metadata.get(b"description", b"").decode()
    # The meaning of null matters in the table, not for its means.
    words = words.split("; null")[0].split(", null")[0]
    return f"{words}, nats; chance is 0.6931" if measure == "bce" else words


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
