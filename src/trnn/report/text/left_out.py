"""Who was left out of the people, and why."""

import json
from collections.abc import Mapping
from typing import Any

from trnn.report.text.markdown import plain
from trnn.tables.parquet import read_metadata


def left_out_sections(tables: Mapping[str, Any]) -> list[str]:
    """Return a block that names everybody whose trials could not be used; nothing if all could.

    Parameters
    ----------
    tables : mapping
        `people`: the path of the table of people's trials, which says so; None if there is none.
    """
    reasons = who_was_left_out(tables)
    if not reasons:
        return []
    lines = [f"- {plain(name)}: {plain(reason)}" for name, reason in reasons.items()]
    return [f"**Left out of the people: {len(reasons)}**", "\n".join(lines)]


def who_was_left_out(tables: Mapping[str, Any]) -> dict[str, str]:
    """Return the reason for everybody who was left out, by name; `tables` as above."""
    path = tables.get("people")
    told = None if path is None else read_metadata(path).get("left_out")
    return dict(json.loads(told)) if told else {}
