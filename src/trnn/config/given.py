"""Reading the file in which a task's arms are given trial by trial.

Its content becomes part of the settings: so a change of the file is a change of the task, jobs and
checkpoints need no file, and it is read once, before anything runs.
"""

import csv
import io
from collections.abc import Mapping
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from trnn.errors import ConfigError

KIND = "given"
MAX_BYTES = 2_000_000
MAX_TRIALS = 50_000
ONE = ""  # the name of the schedule where the file names none
PAIRS = {"arms": ("arm_0", "arm_1"), "outcomes": ("outcome_0", "outcome_1")}
KEYS = ("block", "trial")
FORM = (
    "Expected a CSV with the columns block, trial, and arm_0 and arm_1 or outcome_0 and outcome_1, "
    "and schedule where there are several: a row a trial."
)


def with_given(raw: Mapping[str, Any], folder: Path, source: str) -> dict[str, Any]:
    """Return an experiment's settings with the content of the file that its task names, if any.

    Parameters
    ----------
    folder : Path
        Where the experiment's own file lies.
    source : str
        What messages call the settings.

    Raises
    ------
    ConfigError
        If the file cannot be read or is not of the form that is wanted; with line and column.
    """
    task = raw.get("task")
    if not isinstance(task, Mapping) or task.get("kind") != KIND:
        return dict(raw)
    read = sorted({"lengths", "n_blocks", "trials_per_block", *PAIRS} & set(task))
    if read:
        raise ConfigError(f"{source}: task: {read} are read from its file: take them out.")
    if not isinstance(task.get("file"), str):
        return dict(raw)  # which the settings' own check refuses
    return {**raw, "task": {**task, **read_given(folder / task["file"])}}


def read_given(path: Path) -> dict[str, Any]:
    """Return the `lengths`, `arms` and `outcomes` of a `GivenTask` from its file."""
    rows = _rows(path)
    by_schedule: dict[str, list[_Row]] = {}
    for row in rows:
        by_schedule.setdefault(row.schedule, []).append(row)
    lengths = {name: _lengths(own, path) for name, own in by_schedule.items()}
    first = next(iter(lengths))
    for name, own in lengths.items():
        if own != lengths[first]:
            raise ConfigError(
                f"{path}: schedule '{name}' has blocks of {own} trials, but schedule '{first}' of "
                f"{lengths[first]}; all schedules need the same blocks."
            )
    out: dict[str, Any] = {"lengths": lengths[first]}
    for name in PAIRS:
        if name in rows[0].pairs:
            out[name] = [[row.pairs[name] for row in own] for own in by_schedule.values()]
    return out


class _Row:
    """A line of the file."""

    def __init__(self, cells: Mapping[str, str], line: int, path: Path) -> None:
        self._where = f"{path}, line {line}"
        self.line = line
        self.schedule = (cells.get("schedule") or ONE).strip()
        self.block, self.trial = (self._number(cells, name) for name in KEYS)
        self.pairs = {
            kind: [self._number(cells, name) for name in names]
            for kind, names in PAIRS.items()
            if names[0] in cells
        }

    def _number(self, cells: Mapping[str, str], name: str) -> float:
        text = (cells[name] or "").strip()
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not abs(value) < float("inf"):
            raise ConfigError(f"{self._where}: column '{name}': expected a number, got {text!r}.")
        return value


def _rows(path: Path) -> list[_Row]:
    """Return the file's lines."""
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            raise ConfigError(f"{path}: {len(content)} bytes; a task has at most {MAX_BYTES}.")
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        header = [name.strip() for name in reader.fieldnames or []]
        reader.fieldnames = header
        _check_header(header, path)
        rows = [_Row(cells, reader.line_num, path) for cells in reader]
    except OSError as error:
        raise ConfigError(f"{path}: cannot read the task's file ({error}). {FORM}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: not a CSV file in UTF-8 ({error}). {FORM}") from error
    if not 0 < len(rows) <= MAX_TRIALS:
        raise ConfigError(f"{path}: {len(rows)} trials; expected 1 to {MAX_TRIALS}. {FORM}")
    return rows


def _check_header(header: list[str], path: Path) -> None:
    halves = [names for names in PAIRS.values() if len(set(names) & set(header)) == 1]
    missing = sorted({*KEYS, *(name for names in halves for name in names)} - set(header))
    if missing or not any(names[0] in header for names in PAIRS.values()):
        absent = f"columns {missing} are missing; " if missing else ""
        raise ConfigError(f"{path}: {absent}the file has {header}. {FORM}")
    if any(
        name.startswith(("arm_", "outcome_")) and name[-2:] not in ("_0", "_1") for name in header
    ):
        raise ConfigError(f"{path}: the file has {header}; a task has two arms, 0 and 1.")


def _lengths(rows: list[_Row], path: Path) -> list[int]:
    """Return the trials of each block of a schedule, whose rows are in order."""
    lengths = []
    blocks = [(block, list(own)) for block, own in groupby(rows, key=lambda row: row.block)]
    for before, after in pairwise(blocks):
        if not before[0] < after[0]:
            line = after[1][0].line
            raise ConfigError(f"{path}, line {line}: the blocks of a schedule must rise.")
    for _, own in blocks:
        for last, row in pairwise(own):
            if row.trial != last.trial + 1:
                raise ConfigError(
                    f"{path}, line {row.line}: column 'trial': expected {last.trial + 1:g}, the "
                    f"trial after the row before, got {row.trial:g}."
                )
        lengths.append(len(own))
    return lengths
