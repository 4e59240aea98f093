"""A row of the replication table, made of a verdict and what it is about."""

from collections.abc import Sequence
from typing import Any

from ger2024.replication.evidence import NAN, Source
from ger2024.replication.replication_table import REPLICATION
from ger2024.replication.verdicts import Verdict, relation

Record = dict[str, Any]


def experiments_on(
    sources: Sequence[Source], dataset: str, population: str
) -> list[Source] | list[None]:
    """Return the experiments on a data set; [None] if the run has none."""
    found = [source for source in sources if source.reported_as(population) == dataset]
    return found or [None]


def record(
    kind: str,
    dataset: str | None,
    population: str | None,
    claim: str,
    source: Source | None,
    judged: Verdict,
    published: float = NAN,
    **fields: Any,
) -> Record:
    """Return a row as a record of the table's columns.

    The numbers are those of the verdict's own row; `fields` go over everything else.
    """
    row = judged.row
    out: Record = dict.fromkeys(REPLICATION.names())
    out |= {
        "kind": kind,
        "dataset": dataset,
        "experiment": None if source is None else source.name,
        "population": population,
        "claim": claim,
        "published": published,
        "relation": relation(published, row),
        "verdict": judged.verdict,
        "note": judged.reason,
    }
    out |= fields
    if row is not None:
        out |= {
            "group": row.group,
            "quantity": row.quantity,
            "unit": row.unit,
            "ours": row.value,
            "ci_low": row.ci_low,
            "ci_high": row.ci_high,
            "difference": row.value - published,
            "n": row.n,
            "p": row.p,
            "p_holm": row.p_holm,
            "source": row.source,
        }
    return out
