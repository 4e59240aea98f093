"""Exports as CSV: one table for all people, and a JSON file that tells what its columns hold."""

import json
from pathlib import Path

from trnn.export.dictionary import about, dictionary
from trnn.export.folder import atomic_folder
from trnn.export.regressors import Regressors
from trnn.export.source import Source

TABLE, COLUMNS = "trials.csv", "trials.json"


def write_csv(source: Source, made: Regressors, out: str | Path) -> list[str]:
    """Write `trials.csv` (UTF-8, commas, numbers in full, NA where there is none) and its JSON.

    Errors as of `trnn.export.folder.atomic_folder`.
    """
    with atomic_folder(out) as folder:
        made.frame.to_csv(
            folder / TABLE, index=False, na_rep="NA", lineterminator="\n", encoding="utf-8"
        )
        told = {**about(source, made), "Columns": dictionary(source, made)}
        text = json.dumps(told, indent=2, ensure_ascii=False)
        (folder / COLUMNS).write_text(text + "\n", encoding="utf-8")
    return [f"{len(made.frame):,} rows of {len(source.people)} sessions: {TABLE}, {COLUMNS}"]
