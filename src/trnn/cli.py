"""Command line: `trnn show` explains a table, `status` a run; `verify` compares its results."""

import importlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from trnn.anybody.command import estimate_command
from trnn.anybody.new_command import new_command
from trnn.anybody.pack_command import card_command, pack_command
from trnn.errors import ConfigError, TrnnError
from trnn.export.command import export_command
from trnn.study import GuideStudy
from trnn.tables.checkout import checkout
from trnn.tables.parquet import read_metadata, read_table
from trnn.terminal import tolerate_any_text
from trnn.workflow.settings import AllSettings, given_settings, read_settings
from trnn.workflow.settings_command import schema_command, settings_command

# Names of files, columns and jobs may look like Rich's markup, and are not.
AS_IT_IS: dict[str, Any] = {"markup": False, "emoji": False}

app = typer.Typer(
    add_completion=False,
    help="Estimate parameters of choice trial by trial, and look at what the pipeline has made.",
)
app.command("estimate")(estimate_command)
app.command("new")(new_command)
app.command("pack")(pack_command)
app.command("card")(card_command)
app.command("export")(export_command)
app.command("settings")(settings_command)
app.command("schema")(schema_command)


@app.command()
def show(
    table: Annotated[Path, typer.Argument(help="a Parquet file of results/")],
    rows: Annotated[int, typer.Option(help="how many of the first rows", min=0)] = 5,
) -> None:
    """Print a table's origin, its columns with descriptions and units, and its first rows."""
    console = Console(**AS_IT_IS)
    frame = read_table(table)
    for key, value in read_metadata(table).items():
        console.print(Text.assemble((key, "bold"), f": {value}"))
    columns = Table("column", "type", "unit", "values", "description")
    for field in pq.read_schema(table):
        metadata = {k.decode(): v.decode() for k, v in (field.metadata or {}).items()}
        values = metadata.get("allowed") or _range(metadata.get("range"))
        nullable = " or null" if field.nullable else ""
        columns.add_row(
            field.name,
            str(field.type),
            metadata.get("unit", ""),
            values + nullable,
            metadata.get("description", ""),
        )
    console.print(columns)
    console.print(f"{len(frame):,} rows; the first {min(rows, len(frame))}:")
    console.print(frame.head(rows).to_string(index=False), soft_wrap=True)


ConfigFiles = Annotated[
    list[Path] | None, typer.Option(help="settings laid over config/config.yaml, as of a run")
]
Pairs = Annotated[
    list[str] | None, typer.Option("--set", help="key=value, as after Snakemake's --config")
]


@app.command()
def check(
    experiment: Annotated[
        str | None, typer.Argument(help="an experiment's name, or any file that holds one")
    ] = None,
    config: ConfigFiles = None,
    settings: Pairs = None,
    model: Annotated[
        str | None, typer.Option(help="measure this model alone: path/to/file.py:Class, or a name")
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="with --model: the experiment whose task it is measured on")
    ] = None,
    measure: Annotated[
        bool, typer.Option(help="measure models of one's own, up to a minute each")
    ] = True,
) -> None:
    """Say what is wrong with the settings of a run, or doubtful, without running anything.

    People whose file is here are read as a run would read them. Models of one's own are measured:
    whether simulator and likelihood are of the equations that are written, how well parameters are
    recovered, and what the task tells of them. Exit code 1 if the run would be refused or a model
    is broken; what is doubtful alone gives 0.
    """
    from ger2024.published import read_published
    from trnn.workflow.doubts import doubts
    from trnn.workflow.feasible import check_run
    from trnn.workflow.model_check import measured_model, measured_models
    from trnn.workflow.people import people_here

    if task is not None and model is None:
        raise ConfigError(f"--task {task}: it says what --model is measured on; give --model too.")
    found = _settings_of(config, settings, experiment)
    if model is not None:
        _tell_measured(measured_model(model, task, found))
        return
    check_run(found.run, found.experiments, found.registry)
    read_published(checkout() / "config" / "published.yaml")
    console = _lines()
    for name, own in doubts(found.run, found.experiments).items():
        for doubt in own:
            console.print(f"doubtful  {name}: {doubt}")
    for kind, words in people_here(found):
        console.print(f"{kind:<8}  {words}")
    names = ", ".join(found.experiments)
    console.print(f"The settings are valid; experiments: {names}.")
    if measure:
        _tell_measured(measured_models(found))


@app.command("verify")
def verify_results(
    folder: Annotated[Path, typer.Argument(help="a results folder")] = Path("results"),
    config: ConfigFiles = None,
    settings: Pairs = None,
) -> None:
    """Say which files are not what this checkout, its settings and data would make."""
    from trnn.workflow.verify import GOOD, verify

    found = _settings_of(config, settings)
    verdicts = verify(folder, checkout(), found)
    console = _lines()
    bad = [verdict for verdict in verdicts if verdict.state != GOOD]
    for verdict in bad:
        about = f"  {verdict.file}: {verdict.reason}"
        console.print(Text.assemble((verdict.state, "bold"), about))
    counts = Counter(verdict.state for verdict in verdicts)
    told = ", ".join(f"{n:,} {state}" for state, n in sorted(counts.items()))
    console.print(f"{folder}: {len(verdicts):,} files: {told}.")
    raise typer.Exit(1 if bad else 0)


@app.command("status")
def status_of_run(
    folder: Annotated[Path, typer.Argument(help="a results folder")] = Path("results"),
    jobs: Annotated[bool, typer.Option("--jobs", help="every job that waits, one by one")] = False,
) -> None:
    """Say how far a run is: running jobs, waiting ones, and the time that is left."""
    from trnn.workflow.status import status
    from trnn.workflow.status_text import status_text

    _lines().print(*status_text(status(folder), jobs), sep="\n")


@app.command("compare")
def compare_results(
    first: Annotated[Path, typer.Argument(help="a results folder")],
    second: Annotated[Path, typer.Argument(help="another, of another version or machine")],
    renamed: Annotated[
        list[str] | None, typer.Option(help="old=new: what stands in the second's file names")
    ] = None,
) -> None:
    """Say which tables of two results folders differ, value for value, and in what."""
    from trnn.workflow.compare import ABSENT, DIFFERENT, SAME, compare

    pairs = [pair.partition("=") for pair in renamed or ()]
    found = compare(first, second, {old: new for old, _, new in pairs})
    console = _lines()
    for table in found:
        if table.outcome != SAME:
            console.print(f"{table.outcome}  {table.file}: {table.reason}")
    counts = Counter(table.outcome for table in found)
    console.print(", ".join(f"{n:,} {outcome}" for outcome, n in sorted(counts.items())) + ".")
    raise typer.Exit(1 if counts[ABSENT] + counts[DIFFERENT] else 0)


@app.command()
def models() -> None:
    """Print the models of choice that come with the package, and the parameters of each."""
    from trnn.theory.models import get_model, model_names

    for name in model_names():
        own = get_model(name)
        words = ", ".join(f"{p.words} {p.symbol}" for p in own.parameters)
        print(f"{name}: {words}")


@app.command()
def tables(
    study: Annotated[
        str | None, typer.Option(help="module that defines TABLES, what a study adds to the guide")
    ] = None,
    datasets: Annotated[
        Path | None,
        typer.Option(help="folder of data sets' files; else the checkout's own"),
    ] = None,
) -> None:
    """Print results/README.md: every table's file, rows, columns and units."""
    from trnn.data.registry import load_registry
    from trnn.workflow.guide import COMMAND, guide

    command = COMMAND if study is None else f"{COMMAND} --study {study}"
    registry = load_registry(datasets or checkout() / "config" / "datasets")
    print(guide(registry, _study_tables(study), command), end="")


def _settings_of(
    files: list[Path] | None, pairs: list[str] | None, experiment: str | None = None
) -> AllSettings:
    """Return the settings of the checkout with what the command line lays over them."""
    return read_settings(checkout(), given_settings(files or (), pairs or ()), experiment)


def _tell_measured(told: Iterable[tuple[str, bool]]) -> None:
    """Print what was measured of models; end with 1 if something is broken."""
    console, broken = _lines(), False
    for line, is_broken in told:
        console.print(line)
        broken |= is_broken
    if broken:
        raise typer.Exit(1)


def _lines(stderr: bool = False) -> Console:
    """Return a console that prints lines as they are, however long."""
    return Console(stderr=stderr, soft_wrap=True, highlight=False, **AS_IT_IS)


def main() -> None:
    """Run the command line; errors that a user can mend are printed without a traceback."""
    tolerate_any_text()
    try:
        app()
    except TrnnError as error:
        _lines(stderr=True).print(Text(str(error), "red"))
        raise SystemExit(1) from None


def _study_tables(module: str | None) -> GuideStudy:
    """Return what the module of a study adds to the guide; ConfigError if there is none."""
    if module is None:
        return GuideStudy()
    try:
        found = getattr(importlib.import_module(module), "TABLES", None)
    except ImportError as error:
        raise ConfigError(f"--study {module}: cannot import it ({error}).") from error
    if not isinstance(found, GuideStudy):
        raise ConfigError(
            f"--study {module}: it must define TABLES, a trnn.study.GuideStudy; got "
            f"{type(found).__name__}."
        )
    return found


def _range(text: str | None) -> str:
    if text is None:
        return ""
    low, high = json.loads(text)
    return f"{'' if low is None else low} … {'' if high is None else high}"


if __name__ == "__main__":
    main()
