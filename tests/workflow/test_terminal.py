"""What Snakemake says on the terminal: two lines a job, and why one has failed."""

import io
import logging
import re
import sys
from types import SimpleNamespace

import pytest
import yaml
from snakemake_interface_logger_plugins.common import LogEvent

from benchmarks.checkout import checkout
from snakemake_logger_plugin_trnn import LogHandler
from tests.conftest import ROOT
from tests.workflow.runs import TINY, jobs, snakemake

LOG = "results/logs/train/a_seed0.log"
JOB = {
    "jobid": 7,
    "rule_name": "train",
    "rule_msg": None,
    "msg": None,
    "input": [f"input{i}" for i in range(300)],
    "output": ["results/a"],
    "log": [LOG],
    "wildcards": {},
    "reason": "Missing output files: results/a",
    "benchmark": "b",
    "resources": {},
    "priority": 0,
    "threads": 1,
    "local": False,
    "is_checkpoint": False,
    "conda_env": None,
    "shellcmd": None,
    "aux": {},
}


def handler(**changes) -> LogHandler:
    about = {"dryrun": False, "nocolor": True, "stdout": True, "quiet": set()}
    return LogHandler(SimpleNamespace(**about | {"show_failed_logs": True} | changes), None)


def say(own: LogHandler, event: LogEvent | None, message: object = None, **more) -> None:
    record = logging.makeLogRecord({"msg": message, "levelname": "INFO", "levelno": 20, **more})
    record.event = event
    own.emit(record)


def test_a_job_has_two_lines(capsys):
    own = handler()
    say(own, None, "Select jobs to execute...")
    say(own, LogEvent.JOB_STARTED, "Execute 1 jobs...")
    say(own, LogEvent.JOB_INFO, **{k: v for k, v in JOB.items() if k != "msg"})
    say(own, LogEvent.SHELLCMD, "Shell command: None", shellcmd=None)
    say(own, LogEvent.JOB_FINISHED, "Finished jobid: 7 (Rule: train)", job_id=7)
    say(own, LogEvent.PROGRESS, "None", done=12, total=169)
    lines = capsys.readouterr().out.splitlines()
    assert [line[11:] for line in lines] == [
        "train/a_seed0 started",
        "train/a_seed0 finished after 0 s; 12 of 169 jobs (7%)",
    ]


def test_a_failed_job_shows_its_log_and_not_its_inputs(capsys, tmp_path):
    log = tmp_path / "a.log"
    log.write_text("step 7: the loss is not finite.\n")
    own = handler()
    more = {k: v for k, v in JOB.items() if k != "msg"} | {"log": [str(log)]}
    say(own, LogEvent.JOB_ERROR, "Error in rule train, jobid: 7", **more)
    said = capsys.readouterr().out
    assert "Error in rule train" in said and "step 7: the loss is not finite." in said
    assert "input299" not in said


def test_what_else_snakemake_says_is_left_as_it_is(capsys):
    own = handler()
    for text in (
        "Building DAG of jobs...",
        "Nothing to be done (all requested files are present).",
    ):
        say(own, None, text)
        assert capsys.readouterr().out == f"{text}\n"


def test_a_dry_run_is_shown_as_snakemake_shows_it(capsys):
    own = handler(dryrun=True)
    say(own, LogEvent.JOB_INFO, **{k: v for k, v in JOB.items() if k != "msg"})
    said = capsys.readouterr().out
    assert "rule train:" in said and "reason: Missing output" in said


def test_what_looks_like_markup_is_left_and_what_has_no_code_is_replaced(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    own = handler()
    say(own, None, "a[draft]<b>_x_*y*|z[/b]: \u03ba rises")
    stream.flush()
    assert stream.buffer.getvalue() == b"a[draft]<b>_x_*y*|z[/b]: ? rises\n"


def test_the_profile_asks_for_it_and_for_the_logs_of_failed_jobs():
    profile = yaml.safe_load((ROOT / "profiles/default/config.yaml").read_text())
    assert profile["logger"] == ["trnn"] and profile["show-failed-logs"]
    # By its own trigger a comment in a script would run its stage again.
    triggers = set(profile["rerun-triggers"])
    assert {"mtime", "params", "input"} <= triggers and "code" not in triggers
    assert "printshellcmds" not in profile


@pytest.mark.workflow
def test_a_real_run_says_two_lines_a_job_and_notes_its_agenda(tmp_path):
    folder = checkout(tmp_path / "run")
    targets = [f"results/tiny/artificial/synthetic/{s}.parquet" for s in ("test", "validation")]
    result = snakemake(folder, *targets, "--cores", "1", *TINY)
    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    lines = [line for line in said.splitlines() if "simulate/artificial" in line]
    assert len(lines) == 4, said
    assert "2 of 2 jobs (100%)" in lines[-1]
    assert "Shell command" not in said and "input:" not in said and "jobid" not in said
    agenda = yaml.safe_load((folder / "results/tiny/logs/agenda.json").read_text())
    assert [job["rule"] for job in agenda["jobs"]] == ["simulate"] * 2 and agenda["ended"]
    assert not list((folder / "results/tiny/logs").rglob("*.progress.json"))


@pytest.mark.workflow
def test_code_is_no_input_and_a_failed_job_says_why(tmp_path):
    folder = checkout(tmp_path / "run")
    announced = snakemake(folder, "-n", *TINY).stdout
    assert "src/trnn" not in announced.replace("src/trnn/report/templates", "")
    assert "train" in jobs(announced) and "Shell command" not in announced
    inputs = re.findall(r"^ *input: (.+)$", announced, re.MULTILINE)
    assert sorted(map(len, inputs))[len(inputs) // 2] < 200  # the median
    script = folder / "workflow/scripts/simulate.py"
    script.write_text(
        script.read_text().replace("    simul", "    raise OSError(28, 'x')\n    simul")
    )
    result = snakemake(
        folder, "results/tiny/artificial/synthetic/test.parquet", "--cores", "1", *TINY
    )
    assert result.returncode != 0
    said = result.stdout + result.stderr
    assert "simulate/artificial_test started" in said
    assert "Error in rule simulate" in said and "the disk is full" in said
