"""The card of packed networks: what they were trained for, by whom and how well they do.

All of it is read from what a run leaves. Of people there is nothing in it: their numbers are not
the networks' own.
"""

import math
from pathlib import Path
from typing import Any

import pandas as pd

from trnn import __version__
from trnn.anybody.packed import FORMAT, Card
from trnn.checks.calibration.calibration_table import CALIBRATION, COVERAGE, OPTIMALITY, SESSION
from trnn.estimators.registry import TEST
from trnn.tables.layout import file_of
from trnn.tables.parquet import read_table

# The tables of a card's coverage, and whose agents they are of.
AGENTS = {"calibration_fresh": "fresh", "calibration": TEST}
COVERED = (
    *("dynamics", "parameter", "nominal", "share", "ci_low", "ci_high", "n"),
    *("target_low", "target_high", "met"),
)
DISTANT = (
    *("criterion", "dynamics", "measure", "reference", "value", "ci_low", "ci_high", "unit", "n"),
    *("target", "rule", "met"),
)


def card_of(results: Path, networks: list[dict[str, Any]], trained_by: str | None) -> Card:
    """Return the card of an experiment's networks, as plain data.

    Parameters
    ----------
    results : folder of a run; where it has no tables of calibration and optimality, neither has
        the card
    networks : of each, in the order of the file: `network` (as estimates call it), `experiment`
        (what it was trained for, in full), `run_seed`, `training_seed`, `config_digest`, `versions`
    trained_by : who trained them; None: it is not said
    """
    experiment = networks[0]["experiment"]["name"]
    estimators = list(dict.fromkeys(own["network"] for own in networks))
    return {
        "format": FORMAT,
        "name": experiment,
        "trained_by": trained_by,
        "packed_with": __version__,
        "networks": networks,
        "calibration": _coverage(results, experiment, estimators),
        "optimality": _distance(results, experiment, estimators),
    }


def _coverage(results: Path, experiment: str, estimators: list[str]) -> list[dict[str, Any]]:
    """Return how many true values lie in intervals, over whole sessions."""
    rows = []
    for kind, agents in AGENTS.items():
        path = results / file_of(kind, experiment=experiment)
        if not path.exists():
            continue
        table = read_table(path, CALIBRATION)
        wanted = table["measure"].isin(list(COVERAGE)) & (table["by"] == SESSION)
        table = table[wanted & table["estimator"].isin(estimators)]
        rows += [{"agents": agents, **row} for row in _plain(table, COVERED)]
    return rows


def _distance(results: Path, experiment: str, estimators: list[str]) -> list[dict[str, Any]]:
    """Return how far the networks are from the best that can be had, on simulated agents."""
    path = results / file_of("optimality", experiment=experiment)
    if not path.exists():
        return []
    table = read_table(path, OPTIMALITY)
    own = table["estimator"].isin(estimators) & (table["population"] == TEST)
    return _plain(table[own], DISTANT)


def _plain(table: pd.DataFrame, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return a table's rows as plain data: the network, and the columns of these names."""
    columns = {"estimator": "network", **{name: name for name in names}}
    records = table[list(columns)].rename(columns=columns).to_dict("records")
    return [{str(name): _value(value) for name, value in row.items()} for row in records]


def _value(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value
