"""What Snakemake says on the terminal of this project: two lines a job.

A plugin of Snakemake's (`logger: trnn` in profiles/default/config.yaml): it is found by the name of
this package. A job has a line when it begins and one when it ends, with how many of how many are
done; a failed one what Snakemake says of it, and its log. Snakemake's own log below
`.snakemake/log/` has all details, and a dry run is shown as Snakemake shows it.
"""

import io
import logging
import sys
import time
from pathlib import Path
from typing import Any

from snakemake.logging import ColorizingTextHandler, DefaultFormatter, format_percentage
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

# Of the scheduler's rounds, of which there are more than jobs.
NOT_TOLD = frozenset({"Select jobs to execute..."})


class Lines(DefaultFormatter):
    """Snakemake's formatter, but for what it says of jobs that begin and end."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._running: dict[int, tuple[str, float]] = {}
        self._ended: list[str] = []

    def format(self, record: logging.LogRecord) -> str:
        """Return what is to be said, "" if nothing is."""
        event = getattr(record, "event", None)
        if event in (LogEvent.SHELLCMD, LogEvent.JOB_STARTED) or record.msg in NOT_TOLD:
            return ""
        return super().format(record)

    def format_job_info(self, msg: dict[str, Any]) -> str:
        """Return the line of a job that begins; none of a target that only collects files."""
        if not msg["log"]:
            return ""
        name = job_name(msg["log"][0])
        self._running[msg["jobid"]] = (name, time.monotonic())
        return f"{_clock()} {name} started"

    def format_job_finished(self, msg: dict[str, Any]) -> str:
        """Remember a job that has ended: how many have is said next."""
        name, started = self._running.pop(msg["job_id"], ("", 0.0))
        if name:
            self._ended.append(f"{name} finished after {time.monotonic() - started:.0f} s")
        return ""

    def format_progress(self, msg: dict[str, Any]) -> str:
        """Return the lines of the jobs that have ended, and how many of how many that makes."""
        done, total = msg["done"], msg["total"]
        ended, self._ended = self._ended, []
        count = f"{done} of {total} jobs ({format_percentage(done, total)})"
        ended[-1:] = ["; ".join([*ended[-1:], count])]
        return "\n".join(f"{_clock()} {line}" for line in ended)

    def format_job_error(self, msg: dict[str, Any]) -> str:
        """Return what Snakemake says of a failed job, without its inputs, which may be hundreds."""
        return super().format_job_error({**msg, "input": [], "msg": msg["rule_msg"]})


class LogHandler(LogHandlerBase):
    """Writes to the terminal, in Snakemake's colours."""

    def __post_init__(self) -> None:
        """Take over Snakemake's own handler."""
        common = self.common_settings
        stream = sys.stdout if common.stdout else sys.stderr
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has no code for a letter shows a question mark.
            stream.reconfigure(errors="replace")
        form = DefaultFormatter if common.dryrun else Lines
        self._terminal = ColorizingTextHandler(
            nocolor=common.nocolor,
            stream=stream,
            formatter=form(common.quiet, common.show_failed_logs),
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, if there is something to say."""
        # Snakemake's handler puts an empty line before the first of some jobs that begin.
        self._terminal.last_msg_was_job_info = not self.common_settings.dryrun
        self._terminal.emit(record)

    @property
    def writes_to_stream(self) -> bool:
        """It takes the place of Snakemake's own handler of the terminal."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """Snakemake's own log below `.snakemake/log/` stays as it is."""
        return False

    @property
    def has_filter(self) -> bool:
        """Snakemake's own filter is used (`--quiet`, `--verbose`)."""
        return False

    @property
    def has_formatter(self) -> bool:
        """Its formatter is `Lines`."""
        return True

    @property
    def needs_rulegraph(self) -> bool:
        """No."""
        return False


def job_name(log: str) -> str:
    """Return a job in short, as `trnn status` calls it: the folder and the name of its log."""
    return f"{Path(log).parent.name}/{Path(log).stem}"


def _clock() -> str:
    return time.strftime("[%H:%M:%S]")
