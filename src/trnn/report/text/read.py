"""Reading what a summary is made of: an experiment's tables by kind, and its judged targets."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trnn.report.text.judged import Judged
from trnn.report.text.stand_ins import has_stand_ins
from trnn.report.text.targets import judged_targets
from trnn.tables.parquet import Provenance, read_table

JUDGED = ("calibration", "calibration_fresh", "optimality", "nonstationarity_rates")


def read_optional(tables: Mapping[str, Any], kind: str) -> pd.DataFrame | None:
    """Return an experiment's table of a kind, None if it has none."""
    return None if tables.get(kind) is None else read_table(tables[kind])


def targets_of_experiment(tables: Mapping[str, Any]) -> list[Judged]:
    """Return an experiment's targets, judged; `tables` are paths by kind."""
    return judged_targets(*(read_optional(tables, kind) for kind in JUDGED))


def of_stand_ins(tables: Mapping[str, Any], provenance: Provenance) -> bool:
    """Return whether an experiment has people who are simulated stand-ins.

    One table that says so is enough, whatever the run's own `provenance` says.
    """
    if tables["settings"]["human"] is None:
        return False
    return provenance.data_source == "simulated" or has_stand_ins(tables)
