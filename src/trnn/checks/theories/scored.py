"""The evidences of all candidates for the same people, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trnn.checks.theories.own_hazard import own_hazard
from trnn.errors import TableError

Array = np.ndarray


@dataclass(frozen=True)
class Scored:
    """Log evidence, nats, and Monte Carlo error of c candidates under h hazards for n subjects.

    `log` and `error` are (c, h, n), `own_log` and `own_error` (c, n) those under a hazard of each
    subject's own, `n_trials` (n,) choices.
    """

    theories: tuple[str, ...]
    hazards: tuple[float, ...]
    subjects: tuple[str, ...]
    n_trials: Array
    log: Array
    error: Array
    own_log: Array
    own_error: Array


def scored(
    tables: Mapping[str, pd.DataFrame], hazards: Sequence[float], subjects: Sequence[str]
) -> Scored:
    """Return the evidences of candidates from their tables, by candidate.

    Parameters
    ----------
    tables : theory -> DataFrame
        Columns of `theories_table.EVIDENCE_OF_THEORY`.

    Raises
    ------
    TableError
        If a table is not of this candidate, these subjects and these hazards.
    """
    found = {name: _arrays(name, table, hazards, subjects) for name, table in tables.items()}
    log, error = (np.stack([own[i] for own in found.values()]) for i in (0, 1))
    own = [own_hazard(*arrays) for arrays in zip(log, error, strict=True)]
    first = next(iter(tables.values())).drop_duplicates("subject").set_index("subject")
    return Scored(
        theories=tuple(tables),
        hazards=tuple(hazards),
        subjects=tuple(subjects),
        n_trials=first.loc[list(subjects), "n_trials"].to_numpy(),
        log=log,
        error=error,
        own_log=np.stack([mean for mean, _ in own]),
        own_error=np.stack([error for _, error in own]),
    )


def _arrays(
    theory: str, table: pd.DataFrame, hazards: Sequence[float], subjects: Sequence[str]
) -> tuple[Array, Array]:
    """Return log evidence and error of one candidate, (h, n) each."""
    wide = table.pivot(index="hazard", columns="subject", values=["log_evidence"])["log_evidence"]
    got = (set(table["theory"]), set(wide.index), set(wide.columns))
    if got != ({theory}, set(hazards), set(subjects)):
        raise TableError(
            f"the evidence of candidate '{theory}' is of candidates {sorted(got[0])}, hazards "
            f"{sorted(got[1])} and {len(got[2])} people; expected hazards {sorted(hazards)} and "
            f"the same {len(subjects)} people as of the others. Delete it and build it again."
        )
    error = table.pivot(index="hazard", columns="subject", values="log_evidence_error")
    order = pd.Index(hazards), pd.Index(subjects)
    own, other = (found.loc[order].to_numpy() for found in (wide, error))
    return own, other
