"""How far a run is, as it is shown: a sentence, the running jobs, and a row for each rule."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from trnn.workflow.heartbeat import in_words
from trnn.workflow.spans import span
from trnn.workflow.status import FAILED_JOB, FINISHED, RUNNING, SILENT, WAITING, State, Status


def status_text(status: Status, one_by_one: bool = False) -> Iterator[RenderableType]:
    """Yield what is to be printed, names as they are, on any console.

    `one_by_one`: every waiting job, not only how many.
    """
    yield Text(_sentence(status))
    running = status.of(RUNNING, SILENT)
    if running:
        table = Table("running", "how far", "time left")
        for state in running:
            left = "" if state.state == SILENT else span(state.left)
            table.add_row(Text(state.job.name), Text(_how_far(state)), left)
        yield table
    for state in status.of(FAILED_JOB):
        yield Text(f"failed: {state.job.name}: {state.detail}")
    waiting = status.of(WAITING)
    if waiting and one_by_one:
        table = Table("waiting", "expected to take")
        for state in waiting:
            table.add_row(Text(state.job.name), span(state.expected))
        yield table
    elif waiting:
        yield _by_stage(waiting)


def _sentence(status: Status) -> str:
    if status.agenda is None:
        return "No run has noted its jobs here: what waits is unknown."
    about = f"run of {status.agenda.started[:16].replace('T', ' ')} UTC"
    shown = (FINISHED, RUNNING, SILENT, WAITING, FAILED_JOB)
    words = {SILENT: f"with {SILENT}"}
    counts = ((len(status.of(state)), words.get(state, state)) for state in shown)
    told = ", ".join(f"{n} {state}" for n, state in counts if n or state == FINISHED)
    end = f"about {span(status.left)} left" if status.left is not None else _ended(status)
    return f"{about}: {len(status.agenda.jobs)} jobs: {told}; {end}."


def _ended(status: Status) -> str:
    if status.agenda is not None and status.agenda.ended is not None:
        return f"it ended at {status.agenda.ended[:16].replace('T', ' ')} UTC"
    return "it was stopped: start it again to go on"


def _how_far(state: State) -> str:
    words = in_words({**state.sign, "seconds_left": None}) if "done" in state.sign else ""
    return ", ".join(filter(None, [words, state.detail]))


def _by_stage(waiting: list[State]) -> Table:
    """Return a row for each stage, what takes longest first."""
    table = Table("waiting", "jobs", "expected to take, each", "together")
    stages: dict[str, list[float]] = {}
    for state in waiting:
        stages.setdefault(state.job.stage, []).append(state.expected)
    for stage, expected in sorted(stages.items(), key=lambda item: -sum(item[1])):
        total = sum(expected)
        table.add_row(Text(stage), str(len(expected)), span(total / len(expected)), span(total))
    return table
