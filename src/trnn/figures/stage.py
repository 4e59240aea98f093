"""Drawing one figure of the catalogue from tables to files."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from trnn.config.dynamics import Range
from trnn.errors import TableError
from trnn.figures import catalogue, style
from trnn.figures.marks import check_marks
from trnn.figures.save import save_figure
from trnn.tables.parquet import Provenance, read_metadata, read_table

SIMULATED = "simulated"


def figure_stage(
    name: str,
    inputs: Mapping[str, str | Path],
    pdf: str | Path,
    png: str | Path,
    parquet: str | Path,
    parameters: Mapping[str, Range],
    provenance: Provenance,
) -> None:
    """Draw a figure and write its PDF, PNG and numbers.

    Parameters
    ----------
    name : str
        A figure of `trnn.figures.catalogue.CATALOGUE`.
    inputs : mapping of str to path
        A table for each key of the entry's `inputs`, and for each network where it is `training`.
    parameters : mapping of str to Range
        The parameters of the experiment's model, in order, with their ranges.
    provenance : Provenance
        Its `data_source` says whether the people are "real" or "simulated" stand-ins.

    Raises
    ------
    ConfigError
        If there is no figure of that name.
    TableError
        If a table is absent or unreadable, its people are not those of `provenance`, or the
        figure holds a significance mark that the statistics table does not.
    """
    figure_entry = catalogue.entry(name)
    paths = {key: path for key, path in inputs.items() if figure_entry.needs(key)}
    missing = figure_entry.missing(paths)
    if missing:
        raise TableError(f"{name}: tables {missing} are needed; got {sorted(inputs)}.")
    if figure_entry.of_people:
        _check_people(name, paths, provenance)
    tables = {key: read_table(path) for key, path in paths.items()}
    simulated = figure_entry.of_people and provenance.data_source == SIMULATED
    figure, source = draw_figure(name, tables, parameters, simulated)
    own = replace(provenance, extra={**provenance.extra, "figure": name})
    save_figure(figure, source, pdf, png, parquet, own)


def draw_figure(
    name: str,
    tables: Mapping[str, pd.DataFrame],
    parameters: Mapping[str, Range],
    simulated: bool,
) -> tuple[Figure, pd.DataFrame]:
    """Draw a figure of the catalogue in the figures' style; return it with its numbers.

    `simulated` people are named as such on the canvas.

    Raises
    ------
    TableError
        If the figure holds a significance mark that the statistics table does not.
    """
    with style.applied():
        figure, source = catalogue.entry(name).load()(tables, parameters)
        if simulated:
            style.add_note(figure, style.STAND_IN_NOTE, warning=True)
    check_marks(figure, source, tables.get(catalogue.STATISTICS))
    return figure, source


def _check_people(name: str, paths: Mapping[str, str | Path], provenance: Provenance) -> None:
    """Refuse stand-ins under the name of people, and the reverse."""
    for key, path in paths.items():
        found = read_metadata(path).get("data_source")
        if found in ("real", SIMULATED) and found != provenance.data_source:
            raise TableError(
                f"{name}: {path} ({key}) was made of {found} people, but this figure is asked "
                f"for with data_source '{provenance.data_source}'. Delete the results of the "
                "other source, or write to another folder (setting `results`)."
            )
