"""How far a run is said to be, from what it has written."""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from typer.testing import CliRunner

from trnn.cli import app
from trnn.errors import TableError
from trnn.workflow.agenda import begin, end, read_agenda
from trnn.workflow.durations import MEASURED, START, UNKNOWN, Durations
from trnn.workflow.records import Results
from trnn.workflow.status import FAILED_JOB, FINISHED, RUNNING, SILENT, WAITING, status
from trnn.workflow.status_text import status_text
from trnn.workflow.timetable import seconds_until_the_end

HERE = platform.node()


def ago(minutes: float) -> str:
    then = datetime.now(UTC) - timedelta(minutes=minutes)
    return then.isoformat(timespec="milliseconds")


class Run:
    """A results folder with a run of six jobs: a simulation, two trainings, and what follows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.jobs = ["simulate/a", "train/a_seed0", "train/a_seed1", "infer/a", "metrics/a"]
        needs = {1: [0], 2: [0], 3: [1, 2], 4: [3]}
        jobs = [self._job(name) for name in self.jobs]
        target = SimpleNamespace(log=[], output=[])
        dependencies = {
            job: {jobs[n]: set() for n in needs.get(i, [])} for i, job in enumerate(jobs)
        }
        dag = SimpleNamespace(needrun_jobs=lambda: [*jobs, target], dependencies=dependencies)
        settings = SimpleNamespace(cores=2, nodes=None)
        begin(folder, SimpleNamespace(dag=dag, resource_settings=settings, local_exec=True))

    def _job(self, name: str):
        class Hashable(SimpleNamespace):
            __hash__ = object.__hash__

        stage = name.split("/")[0]
        log, made = self.folder / f"logs/{name}.log", self.folder / f"made/{name}"
        return Hashable(rule=SimpleNamespace(name=stage), log=[str(log)], output=[str(made)])

    def finish(self, name: str, ended: str | None = None) -> None:
        made = self.folder / f"made/{name}"
        made.parent.mkdir(parents=True, exist_ok=True)
        made.touch()
        Results(self.folder).write([made], {"rule": name, "ended": ended or ago(0)})

    def sign(self, name: str, **content) -> None:
        file = self.folder / f"logs/{name}.progress.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        about = {"rule": name.split("/")[0], "state": "running", "pid": os.getpid(), "host": HERE}
        file.write_text(json.dumps({**about, "started": ago(0), "now": ago(0), **content}))

    def took(self, name: str, seconds: float) -> None:
        file = self.folder / f"benchmarks/{name}.tsv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:09\t-\n")

    def rewrite(self, **changes) -> None:
        file = self.folder / "logs/agenda.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | changes))

    def states(self) -> dict[str, str]:
        return {state.job.name: state.state for state in status(self.folder).states}

    def text(self, **more) -> str:
        console = Console(width=150, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
        for part in status_text(status(self.folder), **more):
            console.print(part)
        return console.export_text()


@pytest.fixture
def run(tmp_path) -> Run:
    return Run(tmp_path / "results")


def test_jobs_finish_run_and_wait(run):
    run.finish("simulate/a")
    run.sign(
        "train/a_seed0", done=1200, total=8000, unit="steps", facts={"loss": 0.5}, seconds_left=60
    )
    run.sign("train/a_seed1")
    assert run.states() == {
        "simulate/a": FINISHED,
        "train/a_seed0": RUNNING,
        "train/a_seed1": RUNNING,
        "infer/a": WAITING,
        "metrics/a": WAITING,
    }
    found = status(run.folder)
    assert found.alive and found.agenda.at_once == 2 and len(found.agenda.jobs) == 5
    left = {state.job.name: state.left for state in found.states}
    assert left["train/a_seed0"] == pytest.approx(60, abs=2)
    # What says nothing of itself is expected to take what its rule takes.
    assert left["train/a_seed1"] == pytest.approx(MEASURED["train"], abs=2)
    rest = MEASURED["infer"] + MEASURED["metrics"]
    assert found.left == pytest.approx(MEASURED["train"] + rest, abs=5)
    text = run.text()
    minutes = int(found.left) // 60
    assert f"5 jobs: 1 finished, 2 running, 2 waiting; about {minutes} min" in text
    assert "1,200 of 8,000 steps (15%), loss 0.5" in text and "1 min 0 s" in text
    assert "infer" in text and "infer/a" not in text
    assert "infer/a" in run.text(one_by_one=True)


def test_a_dead_job_is_not_shown_as_running_for_ever(run):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    run.sign("train/a_seed0", pid=gone.pid)
    # Elsewhere, one cannot see whether it runs: the time of its last sign counts.
    run.sign("train/a_seed1", host="elsewhere", pid=gone.pid, now=ago(20))
    run.sign("infer/a", host="elsewhere", pid=gone.pid, now=ago(1))
    states = run.states()
    assert states["train/a_seed0"] == states["train/a_seed1"] == SILENT
    assert states["infer/a"] == RUNNING
    text = run.text()
    assert "no sign of life for 20 min 0 s" in text and "its process is gone, no sign" in text
    assert "1 running, 2 with no sign of life, 2 waiting" in text


def test_a_failed_job_is_shown_with_its_reason(run):
    run.sign("train/a_seed0", state="failed", reason="step 7: the loss is [nan].")
    assert run.states()["train/a_seed0"] == FAILED_JOB
    assert "failed: train/a_seed0: step 7: the loss is [nan]." in run.text()


def test_what_an_earlier_run_has_left_counts_for_nothing(run):
    run.finish("simulate/a", ended=ago(60))
    run.sign("train/a_seed0", state="failed", reason="x", started=ago(90), now=ago(80))
    run.sign("train/away", started=ago(90), now=ago(80), host="elsewhere")
    states = run.states()
    assert states["simulate/a"] == states["train/a_seed0"] == WAITING and len(states) == 5
    # A job that has outlived its Snakemake still runs.
    run.sign("train/away", started=ago(90))
    assert run.states()["train/away"] == RUNNING


def test_a_run_that_is_over_has_no_time_left(run):
    end(run.folder)
    assert not status(run.folder).alive and status(run.folder).left is None
    assert "it ended at" in run.text()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    run.rewrite(ended=None, pid=gone.pid)
    assert "it was stopped: start it again to go on" in run.text()


def test_without_a_run_it_is_said(tmp_path, run):
    with pytest.raises(TableError, match="no agenda and no running job"):
        status(tmp_path)
    agenda = run.folder / "logs/agenda.json"
    agenda.write_text("half")
    assert read_agenda(run.folder) is None
    run.sign("train/a_seed0")
    assert "what waits is unknown" in run.text()


@pytest.mark.parametrize("text", ["{}", "[]", '{"rule": "train"}', "null"])
def test_a_sign_or_an_agenda_of_another_form_is_passed_over(run, text):
    (run.folder / "logs/train").mkdir(parents=True, exist_ok=True)
    (run.folder / "logs/train/a_seed0.progress.json").write_text(text)
    assert [state.state for state in status(run.folder).states] == [WAITING] * 5
    next((run.folder / "logs").glob("*.json")).write_text(text)
    assert read_agenda(run.folder) is None


def test_rules_that_log_elsewhere_are_no_part_of_the_agenda(tmp_path):
    class Hashable(SimpleNamespace):
        __hash__ = object.__hash__

    job = Hashable(rule=SimpleNamespace(name="own"), log=["elsewhere.log"], output=["own.csv"])
    dag = SimpleNamespace(needrun_jobs=lambda: [job], dependencies={job: {}})
    settings = SimpleNamespace(cores=2, nodes=None)
    begin(tmp_path, SimpleNamespace(dag=dag, resource_settings=settings, local_exec=True))
    assert read_agenda(tmp_path).jobs == ()


def test_the_command_line_shows_it(run):
    result = CliRunner().invoke(app, ["status", str(run.folder)])
    assert result.exit_code == 0 and "5 jobs: 0 finished, 5 waiting" in result.output


def test_a_folder_that_cannot_be_written_stops_no_run(tmp_path):
    (tmp_path / "logs").write_text("no folder")
    Run(tmp_path)
    end(tmp_path)
    assert read_agenda(tmp_path) is None


# --- what jobs take -------------------------------------------------------------------------------


def test_jobs_are_expected_to_take_what_they_took_here(run):
    assert Durations(run.folder).expected("train", "x") == MEASURED["train"]
    assert Durations(run.folder).expected("no_such_stage", "x") == UNKNOWN
    run.took("train/a_seed0", MEASURED["train"] / 20)
    run.took("train/a_seed1", MEASURED["train"] / 5)
    durations = Durations(run.folder)
    assert durations.expected("train", "a_seed0") == MEASURED["train"] / 20
    assert durations.expected("train", "a_seed9") == pytest.approx(MEASURED["train"] / 8)
    # What has not run here: the table's, as much shorter as the others are.
    assert durations.expected("select_prior", "a") == pytest.approx(MEASURED["select_prior"] / 8)
    assert durations.expected("measure_task", "a") == START
    (run.folder / "benchmarks/train/a_seed0.tsv").write_text("half")
    assert Durations(run.folder).expected("train", "a_seed0") == MEASURED["train"] / 5


def test_the_table_knows_the_stages_that_there_are():
    from tests.workflow.test_workflow_files import RULES

    stages = {line.split("/")[1] for line in RULES.split("\n") if "{BENCHMARKS}/" in line}
    assert set(MEASURED) == stages


@pytest.mark.parametrize(
    ("seconds", "needs", "running", "at_once", "left"),
    [
        ([], [], [], 2, 0.0),
        ([5, 5, 5], [[], [], []], [False] * 3, 1, 15.0),
        ([5, 5, 5], [[], [], []], [False] * 3, 2, 10.0),
        ([5, 1, 1], [[], [0], [1]], [True, False, False], 8, 7.0),  # one waits for the other
        ([0, 4], [[], [0]], [False, False], 1, 4.0),  # what is over is not waited for
        ([1, 1, 6], [[], [], []], [False] * 3, 2, 6.0),  # the longest first
        ([3, 4], [[], []], [True, False], 1, 7.0),
        ([1, 1], [[1], [0]], [False, False], 1, 0.0),
    ],
)
def test_the_end_of_a_run_is_that_of_its_last_job(seconds, needs, running, at_once, left):
    assert seconds_until_the_end(seconds, needs, running, at_once) == left
