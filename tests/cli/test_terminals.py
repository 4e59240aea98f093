"""What is printed: names as they are, on terminals of every encoding."""

import io
import os
import subprocess
import sys

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from tests.conftest import ROOT
from trnn import cli
from trnn.estimators.estimates_table import estimates
from trnn.tables.parquet import Provenance, write_table
from trnn.workflow import verify
from trnn.workflow.agenda import Agenda, Job
from trnn.workflow.status import FAILED_JOB, RUNNING, WAITING, State, Status
from trnn.workflow.status_text import status_text

# Rich's markup and emoji, HTML and Markdown.
NAME = "a[draft]<b>_x_*y*|z[/b]:smile:"


@pytest.fixture()
def table(tmp_path):
    path = tmp_path / "estimates.parquet"
    frame = pd.DataFrame(
        {"subject": [NAME], "block": 0, "trial": [0], "p_action_0": 0.25, "beta": 1.5, "gamma": 0.5}
    )
    schema = estimates({"beta": "1", "gamma": NAME}, spread=False)
    write_table(frame, path, schema, Provenance({}, seed=77, data_source=NAME))
    return path


def test_a_table_is_shown_as_it_is(table, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    shown = CliRunner().invoke(cli.app, ["show", str(table)])
    assert shown.exit_code == 0, shown.output
    assert f"data_source: {NAME}" in shown.output
    # As a unit of a column, and in its first row.
    assert shown.output.count(NAME) == 3, shown.output


def test_files_are_verified_under_their_names(tmp_path, monkeypatch):
    found = [verify.Verdict(f"{NAME}.parquet", "foreign", f"no job makes {NAME}")]
    monkeypatch.setattr(verify, "verify", lambda *_: found)
    said = CliRunner().invoke(cli.app, ["verify", f"{tmp_path}/{NAME}"])
    assert said.exit_code == 1 and not isinstance(said.exception, ValueError)
    line, total = said.output.splitlines()
    assert line == f"foreign  {NAME}.parquet: no job makes {NAME}"
    assert total.startswith(f"{tmp_path}/{NAME}: 1 files")


@pytest.mark.parametrize("one_by_one", [False, True])
def test_jobs_of_a_run_are_told_as_they_are(one_by_one):
    """On any console, one that takes text for markup too."""
    name = NAME.replace("/", "")  # a file's
    job = Job("train", f"{name}/{name}.log", "made", ())
    sign = {"done": 1, "total": 2, "unit": NAME, "facts": {}}
    states = [State(job, state, sign, 1.0, 1.0, NAME) for state in (RUNNING, WAITING, FAILED_JOB)]
    agenda = Agenda("2026-01-01T00:00:00", None, 1, "here", 1, (job,) * 3)
    console = Console(width=400, record=True, file=io.StringIO())
    console.print(*status_text(Status(agenda, True, tuple(states), 1.0), one_by_one), sep="\n")
    said = console.export_text()
    running = next(line for line in said.splitlines() if "1 of 2" in line)
    assert f"{name}/{name} " in running and running.count(NAME) == 2
    assert f"failed: {name}/{name}: {NAME}" in said
    assert said.count(name) == (6 if one_by_one else 5), said


def test_an_error_is_told_as_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["trnn", "show", f"{tmp_path}/{NAME}"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1 and f"{tmp_path}/{NAME}" in capsys.readouterr().err


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    own = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHONUTF8"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=own | environment,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    "terminal",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["ascii", "latin-1", "C"],
)
def test_a_terminal_that_is_not_utf8_gets_question_marks(terminal, tmp_path, table):
    """The guide has Greek letters; so have a summary, and a table's descriptions."""
    summary = tmp_path / "summary.md"
    summary.write_text("mean of \u03ba: 0.3\n", encoding="utf-8")
    told = run(
        "-c", f"from trnn.terminal import print_file; print_file({str(summary)!r})", **terminal
    )
    assert (told.returncode, told.stdout) == (0, b"mean of ?: 0.3\n\n"), told.stderr.decode()
    for arguments in (["tables"], ["show", str(table)]):
        told = run("-m", "trnn.cli", *arguments, **terminal)
        assert told.returncode == 0, told.stderr.decode()
        assert told.stdout and not told.stderr
