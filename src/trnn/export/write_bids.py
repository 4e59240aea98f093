"""Exports as a BIDS dataset of derivatives: a TSV for each session, or run, and JSON sidecars.

With onsets the files are `_events`, without `_beh` (Gorgolewski et al. 2016, Scientific Data 3;
specification 1.10). Both stand in the folder `beh`, beside no recording of their own.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trnn import __version__
from trnn.errors import DataError
from trnn.export.bids_names import label, labels
from trnn.export.bids_timing import DURATION, ONSET, Timing
from trnn.export.dictionary import about, dictionary
from trnn.export.folder import atomic_folder
from trnn.export.regressors import Regressors
from trnn.export.source import Source

Array = np.ndarray

VERSION = "1.10.0"
NOTHING = "n/a"
BREAKS = r"[\t\r\n]"
README = """\
Regressors of each trial of the task '{task}', exported by trnn {version}.

{method}

The columns are described in {sidecar}: meaning, unit, and the mark 'causal' or 'smoothed'.
{estimates}
participants.tsv has each participant's name in the table that was exported. {timing}
"""
TIMED = "Onsets are those of the owner's column '{onset}', in seconds."
UNTIMED = "No onsets were given: the rows are trials in their order (_beh), not events."


def write_bids(
    source: Source,
    made: Regressors,
    out: str | Path,
    timing: Timing | None,
    used: Sequence[str] = (),
    authors: Sequence[str] = (),
) -> list[str]:
    """Write the dataset; `used`: the owner's columns of onset and duration, which are not repeated.

    Raises
    ------
    DataError
        If labels cannot be made of names, or a cell holds a tab or the end of a line.
    """
    people = labels(source.people, "sub", source.own.where)
    sessions = labels([s for s in source.sessions if s], "ses", source.own.where)
    task, suffix = label(source.name) or "task", "beh" if timing is None else "events"
    frame, told = _columns(source, made, timing, used)
    texts = _texts(source, frame)
    sidecar = f"task-{task}_{suffix}.json"
    n_files = 0
    with atomic_folder(out) as folder:
        for i, (person, session) in enumerate(zip(source.people, source.sessions, strict=True)):
            place = folder / f"sub-{people[person]}"
            stem = place.name
            if session:
                place, stem = place / f"ses-{sessions[session]}", f"{stem}_ses-{sessions[session]}"
            (place / "beh").mkdir(parents=True, exist_ok=True)
            for run, rows in _runs(source, i, timing):
                entity = f"_run-{run}" if run else ""
                file = place / "beh" / f"{stem}_task-{task}{entity}_{suffix}.tsv"
                _write_tsv(texts.iloc[rows], file)
                n_files += 1
        _write_json({"TaskName": task, **about(source, made), **told}, folder / sidecar)
        _write_participants(source, people, folder)
        _write_json(_description(source, authors), folder / "dataset_description.json")
        text = README.format(
            task=task,
            version=__version__,
            method=about(source, made)["Description"],
            sidecar=sidecar,
            estimates="\n".join(f"{given}: {words}" for given, words in made.kinds.items()),
            timing=UNTIMED if timing is None else TIMED.format(onset=used[0]),
        )
        (folder / "README").write_text(text, encoding="utf-8")
    return [f"{len(people)} participants, {n_files} files _{suffix}.tsv; columns: {sidecar}"]


def _columns(
    source: Source, made: Regressors, timing: Timing | None, used: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the columns of all rows, and what they hold; with onsets these come first."""
    frame, told = made.frame, dictionary(source, made)
    if timing is None:
        return frame, told
    frame = frame.drop(columns=[name for name in used if name in frame])
    taken = {name: f"own_{name}" for name in (ONSET, DURATION) if name in frame}
    frame = frame.rename(columns=taken)
    told = {taken.get(name, name): entry for name, entry in told.items() if name not in used}
    first = pd.DataFrame({ONSET: timing.onset, DURATION: timing.duration})
    of = f"column '{used[0]}' of {source.own.where}"
    head = {
        ONSET: {"Description": f"when the event began: {of}", "Units": "s"},
        DURATION: {"Description": "how long the event lasted", "Units": "s"},
    }
    return pd.concat([first, frame], axis=1), head | told


def _texts(source: Source, frame: pd.DataFrame) -> pd.DataFrame:
    """Return all cells as texts, n/a where there is nothing.

    Raises
    ------
    DataError
        If a cell of the owner's, or a column's name, holds a tab or the end of a line.
    """
    texts = {}
    for name in frame.columns:
        column = frame[name]
        cells = column.map(_cell).astype(object).where(column.notna(), NOTHING)
        cells = cells.mask(cells == "", NOTHING)
        bad = np.flatnonzero(cells.str.contains(BREAKS, regex=True).to_numpy(dtype=bool))
        if len(bad):
            raise DataError(
                f"{source.own.where}: column '{name}', {source.own.at(bad[0])}: the cell holds a "
                f"tab or the end of a line, got {cells.iloc[bad[0]]!r}; a TSV of BIDS can hold "
                "neither. "
                "Mend the cell, or leave the column out."
            )
        texts[" ".join(str(name).split())] = cells
    return pd.DataFrame(texts)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(float(value))
    return str(value).strip()


def _runs(source: Source, i: int, timing: Timing | None) -> list[tuple[int, Array]]:
    """Return the rows of a session by run, (run, rows), in order."""
    rows = np.flatnonzero(source.subject_of_row == i)
    if timing is None:
        return [(0, _in_order(source, i, rows))]
    rows = _in_order(source, i, rows[~np.isnan(timing.onset[rows])])
    return [(int(r), rows[timing.run[rows] == r]) for r in np.unique(timing.run[rows])]


def _in_order(source: Source, i: int, rows: Array) -> Array:
    """Return rows with the estimated ones in the order of their trials."""
    first = int(source.sequences.lengths[:i].sum())
    trials = source.rows[first : first + int(source.sequences.lengths[i])]
    ordered = rows.copy()
    ordered[np.isin(rows, trials)] = trials
    return ordered


def _write_participants(source: Source, people: dict[str, str], folder: Path) -> None:
    where = source.own.where
    columns = {
        "participant_id": [f"sub-{people[person]}" for person in people],
        "subject": list(people),
    }
    told: dict[str, Any] = {
        "Description": f"the participants, and what they are called in {where}",
        "participant_id": {"Description": "the participant's label in this dataset"},
        "subject": {"Description": f"the participant's name in {where}"},
    }
    if any(source.groups):
        group = dict(zip(source.people, source.groups, strict=True))
        columns["group"] = [group[person] or NOTHING for person in people]
        levels = {name: name for name in dict.fromkeys(source.groups) if name}
        told["group"] = {"Description": "the participant's group", "Levels": levels}
    _write_tsv(pd.DataFrame(columns), folder / "participants.tsv")
    _write_json(told, folder / "participants.json")


def _description(source: Source, authors: Sequence[str]) -> dict[str, Any]:
    made_by = {
        "Name": "trnn",
        "Version": __version__,
        "Description": "trial-by-trial parameters of reinforcement learning, and regressors",
        "CodeURL": "https://doi.org/10.1371/journal.pcbi.1011678",
    }
    named = {"Authors": list(authors)} if authors else {}
    return {
        "Name": f"Trial-by-trial regressors of {source.name}",
        "BIDSVersion": VERSION,
        "DatasetType": "derivative",
        **named,
        "GeneratedBy": [made_by],
    }


def _write_tsv(frame: pd.DataFrame, path: Path) -> None:
    rows = [list(map(str, frame.columns)), *frame.to_numpy(dtype=object).tolist()]
    text = "".join("\t".join(row) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_json(content: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
