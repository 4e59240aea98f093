"""The jobs of a run, noted when it begins: `<results>/logs/agenda.json`.

Snakemake knows which jobs it will run and in which order they depend on one another, and forgets it
when it ends. `trnn status` needs it, and asking Snakemake again takes seconds.
"""

import contextlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trnn.tables.atomic import atomic_path
from trnn.tables.layout import LOGS
from trnn.workflow.records import Results, now

FILE = "agenda.json"


@dataclass(frozen=True)
class Job:
    """A job: its rule, its log below the results, a file that it makes, and the jobs it waits for.

    `made` is a name as in records (`trnn.workflow.records`); `needs` are places in the agenda.
    """

    rule: str
    log: str
    made: str
    needs: tuple[int, ...]

    @property
    def stage(self) -> str:
        """The folder of its log, mostly its rule's name."""
        return Path(self.log).parent.name

    @property
    def name(self) -> str:
        """The job in short, as its log and its benchmark file are called: <stage>/<job>."""
        return f"{self.stage}/{Path(self.log).stem}"


@dataclass(frozen=True)
class Agenda:
    """A run: when and where it began, when it ended (None: it did not say), its jobs.

    `at_once`: how many jobs run side by side: cores, or jobs of a cluster.
    """

    started: str
    ended: str | None
    pid: int
    host: str
    at_once: int
    jobs: tuple[Job, ...]


def begin(results: str | Path, workflow: Any) -> None:
    """Note the jobs that Snakemake's workflow is about to run.

    Written in `onstart`, where `workflow.dag` is complete. A results folder that cannot be written
    is for the jobs to complain of.
    """
    folder = Path(results)
    # A target that only collects files has neither log nor output; others' rules log elsewhere.
    jobs = [
        job
        for job in workflow.dag.needrun_jobs()
        if job.log and job.output and Path(job.log[0]).is_relative_to(folder)
    ]
    place = {job: number for number, job in enumerate(jobs)}
    name_of = Results(folder).name_of
    found = [
        {
            "rule": job.rule.name,
            "log": Path(job.log[0]).relative_to(folder).as_posix(),
            "made": name_of(job.output[0]),
            "needs": [place[other] for other in workflow.dag.dependencies[job] if other in place],
        }
        for job in jobs
    ]
    settings = workflow.resource_settings
    at_once = settings.cores if workflow.local_exec else settings.nodes
    about = {"started": now(), "ended": None, "pid": os.getpid(), "host": platform.node()}
    _write(folder, {**about, "at_once": at_once or 1, "jobs": found})


def end(results: str | Path) -> None:
    """Note that the run is over, well or not."""
    known = _read(Path(results))
    if known:
        _write(Path(results), {**known, "ended": now()})


def read_agenda(results: str | Path) -> Agenda | None:
    """Return the agenda of the last run into a results folder; None if there is none."""
    known = _read(Path(results))
    if not known:
        return None
    try:
        jobs = tuple(Job(j["rule"], j["log"], j["made"], tuple(j["needs"])) for j in known["jobs"])
        return Agenda(**{**known, "jobs": jobs})
    except (KeyError, TypeError):
        return None  # of another version, or altered by hand


def _read(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / LOGS / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _write(folder: Path, content: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError), atomic_path(folder / LOGS / FILE) as temporary:
        temporary.write_text(json.dumps(content) + "\n", encoding="utf-8")
