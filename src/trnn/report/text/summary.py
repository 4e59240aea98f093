"""The summary of a run: what was run, means with intervals, comparisons, checks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from trnn import __version__
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
from trnn.report.text.priors import compared_sections, prior_sections
from trnn.report.text.stand_ins import STAND_INS, WARNING, has_stand_ins
from trnn.report.text.targets import target_sections, with_fresh
from trnn.report.text.tests import (
    course_sections,
    evidence_sections,
    recovery_sections,
    variant_sections,
)
from trnn.report.text.theories import theory_sections
from trnn.scores.metric_groups import of_reporting_half
from trnn.scores.metrics_table import HAZARD
from trnn.study import Reported, SummaryPart, SummaryStudy
from trnn.tables.atomic import atomic_path
from trnn.tables.parquet import Provenance, read_table

NO_STUDY = SummaryStudy()
DOUBTFUL = "**Doubtful settings, which void what follows from them:**"
HUMAN_MEASURES = ("bce", "bce_theory", "accuracy", "normalized_likelihood")


def summary_stage(
    output: str | Path,
    experiments: Mapping[str, Mapping[str, Any]],
    n_resamples: int,
    provenance: Provenance,
    study: SummaryStudy = NO_STUDY,
    surroundings: Sequence[str] = (),
) -> None:
    """Write the summary as Markdown.

    Parameters
    ----------
    output : path
        The Markdown file, written whole or not at all.
    experiments : name -> mapping
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
    surroundings : lines
        What is to be told of the jobs that made the run.
    """
    seed = provenance.seed
    simulated = {
        name: tables["settings"]["human"] is not None
        and (provenance.data_source == "simulated" or has_stand_ins(tables))
        for name, tables in experiments.items()
    }
    parts = ["# Summary", *([WARNING] if any(simulated.values()) else [])]
    parts += opening(experiments, simulated, study.reading, seed, n_resamples, surroundings)
    parts += target_sections(
        {
            name: (
                with_fresh(
                    _optional(tables, "calibration"), _optional(tables, "calibration_fresh")
                ),
                _optional(tables, "optimality"),
                _optional(tables, "nonstationarity_rates"),
            )
            for name, tables in experiments.items()
        }
    )
    for name, tables in experiments.items():
        added = study.part(name)
        parts += experiment_sections(name, tables, simulated[name], added, seed, n_resamples)
    datasets = {name: tables["settings"]["human"] for name, tables in experiments.items()}
    metrics = {name: read_table(tables["metrics"]) for name, tables in experiments.items()}
    parts += compared_sections(metrics, datasets, seed, n_resamples)
    parts.append(provenance.sentence())
    with atomic_path(output) as temporary:
        temporary.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def opening(
    experiments: Mapping[str, Mapping[str, Any]],
    simulated: Mapping[str, bool],
    in_parentheses: str,
    seed: int,
    n_resamples: int,
    surroundings: Sequence[str] = (),
) -> list[str]:
    """Return what was run, and how to read the tables.

    `in_parentheses` explains the numbers in parentheses beside the means, if there are any;
    `surroundings` are further lines on the run.
    """
    people = [
        f"{tables['settings']['human']} ({STAND_INS if simulated[name] else 'real people'})"
        for name, tables in experiments.items()
        if tables["settings"]["human"]
    ]
    run = [
        f"experiments: {', '.join(experiments)}",
        f"people: {', '.join(people) if people else 'none'}",
        f"seed {seed}; package trnn {__version__}; {n_resamples:,} bootstrap resamples",
        *surroundings,
    ]
    reading = (
        "Numbers are means over subjects with 95 % bootstrap intervals over subjects"
        f"{'; ' if in_parentheses else ''}{in_parentheses}. "
        "Comparisons are paired by subject: Wilcoxon signed-rank tests, p corrected by Holm's "
        "method over all pairs of main estimators within an experiment, population, measure and "
        "group; a difference below 0 means that the t-RNN has the smaller error. `mle` has seen "
        "each session whole, every other estimator only the trials before; a d-RNN has learned "
        "from other people's choices, every other one from none; `oracle` knows the truth. "
        "Where settings were chosen on half of the people (priors, d-RNNs), "
        "tables of people begin with the reporting half, which had no part in it; what is said of "
        "all people includes those who chose."
    )
    return ["\n".join(f"- {line}" for line in run), reading]


def experiment_sections(
    name: str,
    tables: Mapping[str, Any],
    simulated: bool,
    added: SummaryPart,
    seed: int,
    n_resamples: int,
) -> list[str]:
    """Return the Markdown blocks of one experiment; `tables` as in `summary_stage`.

    `added` is what a study adds.
    """
    settings = tables["settings"]
    metrics = read_table(tables["metrics"])
    parts = [f"## {name}", _sentence(settings["description"])]
    parts.append("\n".join(f"- {line}" for line in assumptions(settings)))
    doubtful = tables.get("doubts", [])
    if doubtful:
        parts += [DOUBTFUL, "\n".join(f"- {line}." for line in doubtful)]
    parts += left_out_sections(tables)
    stand_ins = f" ({STAND_INS})" if simulated else ""
    for population, title, measures in (
        ("human", f"People{stand_ins}", HUMAN_MEASURES),
        ("test", "Simulated test agents", ("bce", *_errors(metrics))),
    ):
        if population in set(metrics["population"]):
            own = _population_sections(
                tables, population, measures, added.reported, seed, n_resamples
            )
            parts += [f"### {title}", *own]
    parts += head_to_head_sections(_optional(tables, "head_to_head"), stand_ins)
    for section in added.sections:
        parts += [f"### {section.title}{stand_ins}", *section.blocks]
    parts += identifiability_sections(
        _optional(tables, "identifiability"), _optional(tables, "identifiability_moving")
    )
    reporting = metrics.loc[of_reporting_half(metrics), "subject"].unique()
    parts += fit_sections(_optional(tables, "fits"), reporting)
    parts += convergence_sections(_optional(tables, "convergence"))
    parts += nonstationarity_sections(_optional(tables, "nonstationarity_rates"), stand_ins)
    parts += groups_sections(_optional(tables, "groups"), stand_ins)
    parts += prior_sections(
        _optional(tables, "prior_selection"),
        _optional(tables, "task_measured"),
        STAND_INS if simulated else "people",
    )
    parts += theory_sections(
        _optional(tables, "theories"),
        _optional(tables, "theory_recovery"),
        read_table(tables["statistics"]),
        STAND_INS if simulated else "people",
    )
    parts += misspecification_sections(_optional(tables, "misspecification"), stand_ins, reporting)
    parts += predictive_sections(
        _optional(tables, "predictive"),
        _optional(tables, "predictive_people"),
        settings["task"]["kind"],
        stand_ins,
        reporting,
    )
    absent = tables.get("not_computed", [])
    if absent:
        parts += ["### Not computed", "\n".join(f"- {line}" for line in absent)]
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
    optimality = _optional(tables, "optimality")
    parts += [] if optimality is None else optimality_sections(optimality, population)
    calibration = _optional(tables, "calibration") if population == "test" else None
    parts += [] if calibration is None else calibration_sections(calibration)
    fresh = _optional(tables, "calibration_fresh") if population == "test" else None
    parts += [] if fresh is None else fresh_sections(fresh)
    parts += joint_sections(_optional(tables, "joint_calibration")) if population == "test" else []
    compared = comparisons_table(statistics, population)
    if compared is not None:
        parts += ["Paired comparisons with the t-RNN:", compared]
    parts += variant_sections(statistics, population)
    parts += evidence_sections(statistics, population)
    parts += recovery_sections(statistics) if population == "test" else []
    parts += course_sections(statistics) if population == "human" else []
    return parts


def _optional(tables: Mapping[str, Any], kind: str) -> pd.DataFrame | None:
    """Return an experiment's table of a kind, None if it has none."""
    return None if tables.get(kind) is None else read_table(tables[kind])


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
