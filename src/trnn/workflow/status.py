"""How far a run is: which jobs have finished, run, wait or failed, and the time that is left.

What is known, and from where:

- which jobs the last run into a results folder has, from its agenda (`trnn.workflow.agenda`);
- which run and how far they are, from their signs of life (`trnn.workflow.heartbeat`);
- which have finished, from the records of what they made (`trnn.workflow.records`);
- what jobs take, from benchmark files, else a table (`trnn.workflow.durations`).

What is not known: whether a job on another machine that gives no sign of life still runs; jobs that
a cluster has accepted and not started are said to wait, and so is a job in its first seconds, while
its libraries are loaded; what else the machine does.
"""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trnn.errors import TableError
from trnn.tables.layout import LOGS
from trnn.workflow.agenda import Agenda, Job, read_agenda
from trnn.workflow.durations import Durations
from trnn.workflow.heartbeat import FAILED, SECONDS
from trnn.workflow.records import Results, now, read_record
from trnn.workflow.spans import span
from trnn.workflow.timetable import seconds_until_the_end

RUNNING, WAITING, FINISHED, FAILED_JOB, SILENT = (
    *("running", "waiting", "finished", "failed"),
    "no sign of life",
)
# A loop that holds Python's lock delays its signs of life.
SILENT_AFTER = 6 * SECONDS
SIGN = {"rule", "started", "now", "pid", "host", "state"}  # what every sign of life says


@dataclass(frozen=True)
class State:
    """A job now: what it does, its sign of life (or {}), seconds it is expected to take and left.

    `detail`: the reason of a failure, or since when there is no sign of life.
    """

    job: Job
    state: str
    sign: Mapping[str, Any]
    expected: float
    left: float
    detail: str = ""


@dataclass(frozen=True)
class Status:
    """A run now: its agenda (None: unknown), whether it goes on, its jobs, seconds until its end.

    `left` is None if the run is over.
    """

    agenda: Agenda | None
    alive: bool
    states: tuple[State, ...]
    left: float | None

    def of(self, *states: str) -> list[State]:
        """Return the jobs in some states."""
        return [state for state in self.states if state.state in states]


def status(folder: Path) -> Status:
    """Return how far the run is whose results are in `folder`.

    Raises
    ------
    TableError
        If nothing there tells of a run.
    """
    agenda, signs = read_agenda(folder), _signs(folder)
    if agenda is None and not signs:
        raise TableError(
            f"{folder / LOGS}: no agenda and no running job. Expected the results folder of a run, "
            "for example `trnn status results`; `snakemake` writes the agenda when it begins."
        )
    durations, moment = Durations(folder), now()
    jobs = list(agenda.jobs) if agenda else []
    known = {job.log for job in jobs}
    # Jobs go on if Snakemake alone was killed: they are of no agenda, or of an older one.
    others = [_job_of(log, sign) for log, sign in signs.items() if log not in known]
    states = [
        _state(job, signs.get(job.log, {}), agenda, folder, durations, moment) for job in jobs
    ]
    more = [_state(job, signs[job.log], None, folder, durations, moment) for job in others]
    states += [state for state in more if state.state == RUNNING]
    alive = agenda is not None and agenda.ended is None and _runs(agenda.pid, agenda.host)
    left = _left(states, agenda.at_once) if agenda and alive else None
    return Status(agenda, alive, tuple(states), left)


def _signs(folder: Path) -> dict[str, dict[str, Any]]:
    """Return all signs of life by the name of the log that they stand beside."""
    found = {}
    for file in sorted((folder / LOGS).glob("*/*.progress.json")):
        try:
            sign = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if not (isinstance(sign, dict) and sign.keys() >= SIGN):
            continue  # of another version, or altered by hand
        log = file.with_name(file.name.removesuffix(".progress.json") + ".log")
        found[log.relative_to(folder).as_posix()] = sign
    return found


def _job_of(log: str, sign: Mapping[str, Any]) -> Job:
    return Job(sign["rule"], log, "", ())


def _state(
    job: Job,
    sign: Mapping[str, Any],
    agenda: Agenda | None,
    folder: Path,
    durations: Durations,
    moment: str,
) -> State:
    expected = durations.expected(job.stage, Path(job.log).stem)
    if sign and agenda and sign["started"] < agenda.started and not _gives_signs(sign, moment):
        sign = {}  # of an earlier run
    if not sign:
        finished = agenda is not None and _has_finished(job, agenda, folder)
        return State(
            job, FINISHED if finished else WAITING, {}, expected, 0.0 if finished else expected
        )
    if sign["state"] == FAILED:
        return State(job, FAILED_JOB, sign, expected, 0.0, sign.get("reason", ""))
    if not _gives_signs(sign, moment):
        silent = f"no sign of life for {span(_seconds_between(sign['now'], moment))}"
        gone = "" if _runs(sign["pid"], sign["host"]) else "its process is gone, "
        return State(job, SILENT, sign, expected, 0.0, gone + silent)
    since = _seconds_between(sign["now"], moment)
    left = sign.get("seconds_left")
    if left is None:
        left = max(expected - _seconds_between(sign["started"], sign["now"]), 0.0)
    return State(job, RUNNING, sign, expected, max(left - since, 0.0))


def _has_finished(job: Job, agenda: Agenda, folder: Path) -> bool:
    results = Results(folder)
    record = read_record(results.record_of(results.path_of(job.made)))
    return record is not None and str(record["job"].get("ended", "")) >= agenda.started


def _gives_signs(sign: Mapping[str, Any], moment: str) -> bool:
    recent = _seconds_between(sign["now"], moment) < SILENT_AFTER
    return recent and _runs(sign["pid"], sign["host"])


def _runs(pid: int, host: str) -> bool:
    """Return whether a process may still run: False only if it is known not to."""
    if host != platform.node():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, so there is one
    return True


def _seconds_between(first: str, second: str) -> float:
    span = datetime.fromisoformat(second) - datetime.fromisoformat(first).astimezone(UTC)
    return max(span.total_seconds(), 0.0)


def _left(states: Sequence[State], at_once: int) -> float:
    """Return the seconds until the last job ends, as Snakemake would start them."""
    place = {state.job.log: number for number, state in enumerate(states)}
    jobs = [state.job for state in states]
    needs = [[place[jobs[n].log] for n in job.needs] for job in jobs]
    running = [state.state == RUNNING for state in states]
    return seconds_until_the_end([state.left for state in states], needs, running, at_once)
