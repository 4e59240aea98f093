"""The table of what is measured: a row a quantity of an estimator."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.scores import INTERVAL, PROBABILITIES, coverage, errors, of_agents
from trnn.tables.schema import FLOAT, STRING, Column, TableSchema

Array = np.ndarray
KINDS = ("project", "peer")
PROJECT = "the project"

PEERS = TableSchema(
    name="peers",
    path="peers.parquet",
    row="a quantity of an estimator, in one of the comparisons",
    columns=(
        Column("job", STRING, "the process that measured it"),
        Column("section", STRING, "what is compared"),
        Column("who", STRING, "the estimator"),
        Column("kind", STRING, "the project's, or a peer's", allowed=KINDS),
        Column("quantity", STRING, "what was measured, with its unit"),
        Column("value", FLOAT, "its value", "`quantity`", nullable=True),
        Column("error", FLOAT, "its standard error over agents", "`quantity`", nullable=True),
    ),
)


def rows(section: str, who: str, kind: str, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return an estimator's rows; a value is a number, or a number and its standard error."""
    out = []
    for quantity, measured in found.items():
        value, error = measured if isinstance(measured, tuple) else (measured, np.nan)
        own = {"section": section, "who": who, "kind": kind, "quantity": quantity}
        out.append({**own, "value": float(value), "error": float(error)})
    return out


def named(package: str) -> str:
    """Return a package's name with its version."""
    return f"{package} {version(package)}"


def judged(
    mean: Array, truth: Array, quantiles: Array | None = None, log_density: Array | None = None
) -> dict[str, Any]:
    """Return the scores of estimates of n agents.

    Parameters
    ----------
    mean, truth : (n, ..., d)
    quantiles : (n, ..., d, 5)
        At the project's probabilities; None where there are no intervals.
    log_density : (n, ...)
        Of the true values, relative to the prior's, nats.
    """
    alpha, beta = errors(mean, truth)
    found: dict[str, Any] = {"error of α": alpha, "error of β": beta}
    if log_density is not None:
        found["log score"] = of_agents(log_density)
    if quantiles is not None:
        low, high = (quantiles[..., PROBABILITIES.index(p)] for p in INTERVAL)
        found["coverage"] = coverage(low, high, truth)
    return found


def frame(found: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table of `PEERS`."""
    table = pd.DataFrame(found, columns=PEERS.names())
    return table.astype({c.name: "float64" if c.type == FLOAT else "str" for c in PEERS.columns})
