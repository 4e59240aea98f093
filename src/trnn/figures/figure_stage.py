"""Drawing one figure of an experiment, from tables to files."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from trnn.errors import TableError
from trnn.figures import style
from trnn.figures.about import About
from trnn.figures.entry import FigureEntry
from trnn.figures.keys import STATISTICS
from trnn.figures.marks import check_marks
from trnn.figures.save import save_figure
from trnn.tables.parquet import Provenance, read_metadata, read_table

SIMULATED = "simulated"
OF_PEOPLE = ("real", SIMULATED)


def figure_stage(
    entry: FigureEntry,
    experiment: str,
    inputs: Mapping[str, str | Path],
    pdf: str | Path,
    png: str | Path,
    parquet: str | Path,
    about: About,
    provenance: Provenance,
) -> None:
    """Draw a figure and write its PDF, PNG and numbers.

    Parameters
    ----------
    entry : FigureEntry
        The kind of figure.
    experiment : str
        The experiment's name, for messages and for the files' metadata.
    inputs : mapping of str to path
        A table for each key of the entry's `tables`; a key of histories has one for each network.
    about : About
        The model's parameters, and the kinds of the test agents' dynamics.
    provenance : Provenance
        Its `data_source` says whether the people are "real" or "simulated" stand-ins, or that
        the figure is made of none.

    Raises
    ------
    TableError
        If a table is absent or unreadable, its people are not those of `provenance`, or the
        figure holds a significance mark that the statistics table does not.
    """
    name = f"{experiment}/{entry.kind}"
    paths = {key: path for key, path in inputs.items() if entry.uses(key)}
    missing = entry.missing(paths)
    if missing:
        raise TableError(f"figure {name}: tables {missing} are needed; got {sorted(inputs)}.")
    if provenance.data_source in OF_PEOPLE:
        _check_people(name, paths, provenance)
    tables = {key: read_table(path) for key, path in paths.items()}
    simulated = provenance.data_source == SIMULATED
    figure, source = draw_figure(entry, tables, about, simulated)
    own = replace(provenance, extra={**provenance.extra, "figure": name})
    save_figure(figure, source, pdf, png, parquet, own)


def draw_figure(
    entry: FigureEntry, tables: Mapping[str, pd.DataFrame], about: About, simulated: bool
) -> tuple[Figure, pd.DataFrame]:
    """Draw a figure in the figures' style; return it with its numbers.

    `simulated` people are named as such on the canvas, if the figure shows people.

    Raises
    ------
    TableError
        If the figure holds a significance mark that the statistics table does not.
    """
    with style.applied():
        figure, source = entry.load()(tables, about)
        if simulated and entry.of_people:
            style.add_note(figure, style.STAND_IN_NOTE, warning=True)
    check_marks(figure, source, tables.get(STATISTICS))
    return figure, source


def _check_people(name: str, paths: Mapping[str, str | Path], provenance: Provenance) -> None:
    """Refuse tables of stand-ins in a figure of real people, and the reverse."""
    for key, path in paths.items():
        found = read_metadata(path).get("data_source")
        if found in OF_PEOPLE and found != provenance.data_source:
            raise TableError(
                f"figure {name}: {path} ({key}) was made of {found} people, but this figure is "
                f"asked for with data_source '{provenance.data_source}'. Delete the results of the "
                "other source, or write to another folder (setting `results`)."
            )
