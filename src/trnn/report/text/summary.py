"""The summary of a run, a page: what was found, how far to trust it, what failed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trnn import __version__
from trnn.report.text.failed import failed_lines
from trnn.report.text.found import found_lines
from trnn.report.text.left_out import who_was_left_out
from trnn.report.text.priors import compared_sections
from trnn.report.text.read import of_stand_ins, read_optional, targets_of_experiment
from trnn.report.text.stand_ins import STAND_INS, WARNING
from trnn.report.text.trust import answers, trust_tables
from trnn.study import NO_SUMMARY_STUDY, SummaryStudy
from trnn.tables.atomic import atomic_path
from trnn.tables.layout import file_of
from trnn.tables.parquet import Provenance, read_table

FOUND, TRUST, FAILED, BEHIND = (
    "What was found",
    "How far to trust it",
    "What failed",
    "Behind this page",
)
NOTHING = "Nothing that is asked for beforehand."
RULE = (
    "Numbers in brackets are 95 % intervals over subjects. Targets were set before anything was "
    "measured and are met or missed by the number itself; a miss is no failure of the network "
    "where the exact posterior (`bayes`, the particle filter) does no better."
)
# Tables that the page is made of, beside those of the targets.
KINDS = (
    *("metrics", "calibration", "calibration_fresh", "optimality", "nonstationarity_rates"),
    *("groups", "theories", "identifiability", "misspecification", "convergence"),
)


def summary_stage(
    output: str | Path,
    experiments: Mapping[str, Mapping[str, Any]],
    n_resamples: int,
    provenance: Provenance,
    study: SummaryStudy = NO_SUMMARY_STUDY,
    surroundings: Sequence[str] = (),
) -> None:
    """Write the summary as Markdown.

    Parameters
    ----------
    output : path
        The Markdown file, written whole or not at all.
    experiments : name -> mapping
        As in `trnn.report.text.experiment.experiment_summary_stage`, whose files stand behind.
    n_resamples : int
        Resamples of the bootstrap over subjects; its seed is that of `provenance`.
    provenance : Provenance
        Its `data_source` says whether people are real; so do the tables.
    study : SummaryStudy
        What a study adds.
    surroundings : lines
        What is to be told of the jobs that made the run.
    """
    seed = provenance.seed
    simulated = {name: of_stand_ins(tables, provenance) for name, tables in experiments.items()}
    parts = ["# Summary", *([WARNING] if any(simulated.values()) else [])]
    parts.append(_opening(experiments, simulated, seed, n_resamples, surroundings))
    found, trust, failed = {}, {}, {}
    for name, tables in experiments.items():
        read = {kind: read_optional(tables, kind) for kind in KINDS}
        judged, settings = targets_of_experiment(tables), tables["settings"]
        found[name] = [*found_lines(settings, read, seed, n_resamples), *study.part(name).found]
        trust[name] = answers(settings, read, judged)
        left_out, absent = len(who_was_left_out(tables)), len(tables.get("not_computed", []))
        failed[name] = list(failed_lines(read, judged, tables.get("doubts", []), left_out, absent))
    parts += [f"## {FOUND}", *_listed(found)]
    parts += [f"## {TRUST}", *trust_tables(trust), RULE]
    parts += [f"## {FAILED}", *_listed(failed)]
    datasets = {name: tables["settings"]["human"] for name, tables in experiments.items()}
    metrics = {name: read_table(tables["metrics"]) for name, tables in experiments.items()}
    parts += compared_sections(metrics, datasets, seed, n_resamples)
    parts += [f"## {BEHIND}", _files(experiments), provenance.sentence()]
    with atomic_path(output) as temporary:
        temporary.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _opening(
    experiments: Mapping[str, Mapping[str, Any]],
    simulated: Mapping[str, bool],
    seed: int,
    n_resamples: int,
    surroundings: Sequence[str],
) -> str:
    """Return what was run, in a few lines."""
    people = [
        f"{tables['settings']['human']} ({STAND_INS if simulated[name] else 'real people'})"
        for name, tables in experiments.items()
        if tables["settings"]["human"]
    ]
    run = [
        f"experiments: {', '.join(experiments)}; "
        f"people: {', '.join(dict.fromkeys(people)) if people else 'none'}",
        f"seed {seed}; package trnn {__version__}; {n_resamples:,} bootstrap resamples",
        *surroundings,
    ]
    return "\n".join(f"- {line}" for line in run)


def _listed(lines: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a heading and a list for each experiment."""
    parts = []
    for name, own in lines.items():
        parts += [f"### {name}", "\n".join(f"- {line}" for line in own) or NOTHING]
    return parts


def _files(experiments: Mapping[str, Any]) -> str:
    """Return a link to every experiment's own summary."""
    files = {name: file_of("experiment_summary", experiment=name) for name in experiments}
    links = ", ".join(f"[{file}]({file})" for file in files.values())
    return f"Every table of means, comparisons and checks, with its assumptions: {links}."
