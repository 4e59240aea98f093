"""The replication table and its Markdown: the stage that writes both."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ger2024.applies import read_subjects
from ger2024.published import Published, read_published
from ger2024.replication.claims import correction_rows, finding_rows, mark_rows
from ger2024.replication.document import document
from ger2024.replication.evidence import Source, read_source
from ger2024.replication.numbers import number_rows
from ger2024.replication.replication_table import REPLICATION
from trnn.report.text.stand_ins import has_stand_ins
from trnn.tables.atomic import atomic_path
from trnn.tables.parquet import Provenance, write_table


def replication_stage(
    output: str | Path,
    markdown: str | Path,
    experiments: Mapping[str, Mapping[str, Any]],
    published: str | Path,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Write the replication table and its Markdown.

    Parameters
    ----------
    output, markdown : path
        The table and the text, each written whole or not at all.
    experiments : name -> mapping
        `model`, `human` (the data set, or None), `metrics` and `statistics` (paths), `people` and
        `findings` (paths, or None without people).
    published : path
        The file of the original study's numbers and claims.
    seed, n_resamples : int
        Seed and resamples of the bootstrap over subjects.
    provenance : Provenance
        Its `data_source` says whether people are real. The tables' own metadata are asked as well:
        one table of stand-ins is enough for the warning.

    Raises
    ------
    ConfigError, TableError
        If a file is absent or malformed.
    """
    theirs = read_published(published)
    sources = []
    for name, tables in experiments.items():
        own = dict(tables)
        subjects = read_subjects(name, own.pop("model"), own.pop("people"))
        simulated = provenance.data_source == "simulated" or has_stand_ins(tables)
        source = read_source(
            theirs, subjects, **own, simulated=simulated, seed=seed, n_resamples=n_resamples
        )
        sources.append(source)
    frame = replication_frame(theirs, sources)
    write_table(frame, output, REPLICATION, provenance)
    text = document(frame, theirs.source, any(s.simulated for s in sources if s.human))
    with atomic_path(markdown) as temporary:
        temporary.write_text(f"{text}\n{provenance.sentence()}\n", encoding="utf-8")


def replication_frame(published: Published, sources: Sequence[Source]) -> pd.DataFrame:
    """Return the replication table.

    A published row is repeated for every experiment of `sources` on the people of its data set; if
    there is none, it stands alone. Rows are ordered by data set; those that concern all come last.
    """
    rows = [
        *number_rows(published, sources),
        *mark_rows(published, sources),
        *finding_rows(published, sources),
        *correction_rows(published, sources),
    ]
    places: dict[str | None, int] = {name: place for place, name in enumerate(published.datasets())}
    rows.sort(key=lambda row: places.get(row["dataset"], len(places)))
    return pd.DataFrame(rows, columns=REPLICATION.names()).astype({"n": "Int64"})
