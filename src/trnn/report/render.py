"""Writing the report: tables, figures and settings into one HTML file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trnn import __version__
from trnn.report.environment import durations, versions
from trnn.report.explorer import build_explorer
from trnn.report.figures import Drawn, Picture, by_experiment, leading, picture
from trnn.report.page import carried, environment
from trnn.report.sections import (
    durations_table,
    experiment_part,
    glance,
    study_section,
    summary_page,
    versions_table,
    yaml_parts,
)
from trnn.report.text.stand_ins import STAND_INS, WARNING
from trnn.report.text.summary import BEHIND, FAILED, FOUND, TRUST
from trnn.study import ReportStudy
from trnn.tables.atomic import atomic_path
from trnn.tables.parquet import Provenance, read_metadata

TITLE = "Trial-by-trial reinforcement-learning parameters with a theoretical RNN"
SIMULATED = "simulated"
NO_STUDY = ReportStudy()


def report_stage(
    output: str | Path,
    experiments: Mapping[str, Mapping[str, Any]],
    run: Mapping[str, Any],
    figures: Sequence[Drawn],
    documents: Mapping[str, Any],
    benchmarks: str | Path,
    provenance: Provenance,
    study: ReportStudy = NO_STUDY,
) -> None:
    """Write the report, whole or not at all.

    Parameters
    ----------
    output : path
        The HTML file. Its links lead to files of its own folder, the run's results.
    experiments : name -> mapping
        `settings` (the whole experiment as plain data), `metrics` (path), `trials` (population ->
        path), `estimates` (population -> estimator -> path) and `files` (paths of the tables that
        are linked).
    run : mapping
        The run's settings as plain data: seed, bootstrap_resamples, data_source, report_agents.
    figures : sequence of Drawn
        The figures that were drawn, in the order of the page.
    documents : mapping
        Paths: `summary` and, by experiment, `experiment_summaries` (Markdown), `environment` (the
        environment file).
    benchmarks : path
        The folder of Snakemake's benchmarks. What they hold is the only thing on the page that
        varies between runs of the same tables.
    provenance : Provenance
        Stands at the page's end.
    study : ReportStudy
        What a study adds: a section of its own, and which sections of summaries are folded.

    Raises
    ------
    TableError, DataError
        If a table or an image is absent, unreadable or not what it should be.
    """
    people = any(e["settings"]["human"] for e in experiments.values())
    simulated = people and (run["data_source"] == SIMULATED or _has_stand_ins(experiments))
    who = STAND_INS if simulated else "people"
    context = {
        **_opening(experiments, run, simulated),
        **_documents(Path(output).parent, experiments, documents, study),
        "glance": glance(experiments, who, run["seed"], run["bootstrap_resamples"]),
        **_figures(figures, experiments, simulated),
        "settings": yaml_parts(run, {name: e["settings"] for name, e in experiments.items()}),
        "versions": versions_table(versions(documents["environment"])),
        "durations": durations_table(durations(benchmarks)),
        "origin": provenance.sentence(),
        **carried(build_explorer(experiments, run["report_agents"])),
    }
    page = environment().get_template("report.html.j2").render(context)
    with atomic_path(output) as temporary:
        temporary.write_text(page, encoding="utf-8")


def _opening(
    experiments: Mapping[str, Mapping[str, Any]], run: Mapping[str, Any], simulated: bool
) -> dict[str, Any]:
    """Return title, warning, and what was run in short."""
    humans = [e["settings"]["human"] for e in experiments.values() if e["settings"]["human"]]
    who = STAND_INS if simulated else "real people"
    return {
        "title": TITLE,
        "warning": WARNING.strip("*") if simulated else "",
        "facts": [
            ("Experiments", ", ".join(experiments)),
            ("People", f"{', '.join(dict.fromkeys(humans))} ({who})" if humans else "none"),
            ("Seed", str(run["seed"])),
            ("Bootstrap", f"{run['bootstrap_resamples']:,} resamples of subjects"),
            ("Package", f"trnn {__version__}"),
        ],
        "package_version": __version__,
    }


def _documents(
    folder: Path,
    experiments: Mapping[str, Mapping[str, Any]],
    documents: Mapping[str, Any],
    study: ReportStudy,
) -> dict[str, Any]:
    """Return the summaries and the study's section, with links to the files that they come from."""
    page = summary_page(Path(documents["summary"]).read_text(encoding="utf-8"))
    parts = [
        experiment_part(
            name,
            Path(path).read_text(encoding="utf-8"),
            _links([path, *experiments[name]["files"]], folder),
            study.folded,
        )
        for name, path in documents["experiment_summaries"].items()
    ]
    own = study.section
    named = (FOUND, TRUST, FAILED, BEHIND)
    return {
        "study": None
        if own is None
        else {**study_section(own), "links": _links(own.files, folder)},
        "found": page.get(FOUND, ""),
        "trust": page.get(TRUST, ""),
        "failed": page.get(FAILED, ""),
        "more": [(title, body) for title, body in page.items() if title not in named],
        "parts": parts,
    }


def _figures(
    figures: Sequence[Drawn], experiments: Mapping[str, Mapping[str, Any]], simulated: bool
) -> dict[str, Any]:
    """Return the picture that the page opens with, and all others by experiment."""

    def shown(figure: Drawn) -> Picture:
        people = experiments[figure.experiment]["settings"]["human"] is not None
        return picture(figure, simulated and people)

    first = leading(figures)
    others = by_experiment([figure for figure in figures if figure is not first])
    return {
        "leading": None if first is None else shown(first),
        "figures": [
            {"experiment": name, "pictures": [shown(figure) for figure in drawn]}
            for name, drawn in others.items()
        ],
    }


def _has_stand_ins(experiments: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether the metadata of a table of people name simulated stand-ins."""
    tables = (e["trials"]["human"] for e in experiments.values() if "human" in e["trials"])
    return any(read_metadata(table).get("data_source") == SIMULATED for table in tables)


def _links(paths: Sequence[str | Path], folder: Path) -> list[tuple[str, str]]:
    """Return words and target of links from the report to files below the results folder."""
    targets = [Path(path).relative_to(folder).as_posix() for path in paths]
    return [(target, target) for target in targets]
