"""The command `trnn export`; what it needs is imported when it runs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Texts = list[str] | None


class Format(StrEnum):
    """What is exported to."""

    csv = "csv"
    bids = "bids"
    arviz = "arviz"


def export_command(
    source: Annotated[
        Path, typer.Argument(help="results/<experiment>, or a Parquet table of `trnn estimate`")
    ],
    to: Annotated[Format, typer.Option(help="what to write")],
    out: Annotated[
        Path | None, typer.Option(help="the folder to be made; else <name>_<format>, here")
    ] = None,
    population: Annotated[
        str | None, typer.Option(help="human, test or matched; else the people, or the agents")
    ] = None,
    estimator: Annotated[
        Texts, typer.Option(help="one causal and one smoothed at most; may be repeated")
    ] = None,
    events: Annotated[
        Path | None, typer.Option(help="the people's own table, in the place of the trials")
    ] = None,
    onset: Annotated[str | None, typer.Option(help="its column of onsets, in seconds")] = None,
    duration: Annotated[
        str | None, typer.Option(help="its column of durations, or seconds for all")
    ] = None,
    run: Annotated[str | None, typer.Option(help="its column of runs, 1, 2, ...")] = None,
    subject_column: Annotated[str, typer.Option(help="of --events")] = "subject",
    block_column: Annotated[str, typer.Option(help="of --events; none: a single one")] = "block",
    trial_column: Annotated[str, typer.Option(help="of --events")] = "trial",
    action_column: Annotated[
        str, typer.Option(help="of --events, coded 0 and 1: checked if it is there")
    ] = "action",
    author: Annotated[Texts, typer.Option(help="of the BIDS dataset; may be repeated")] = None,
    draws: Annotated[int, typer.Option(help="of each posterior", min=1)] = 200,
    seed: Annotated[int, typer.Option(help="all randomness comes from it")] = 20241,
) -> None:
    """Write estimates and trial-by-trial regressors as CSV, as BIDS, or for ArviZ."""
    from trnn.export.export import Wanted, export
    from trnn.export.own_events import EventColumns

    columns = EventColumns(subject_column, block_column, trial_column, action_column)
    wanted = Wanted(
        to=to.value,
        out=out,
        population=population,
        estimators=tuple(estimator or ()),
        events=events,
        columns=columns,
        onset=onset,
        duration=duration,
        run=run,
        authors=tuple(author or ()),
        n_draws=draws,
        seed=seed,
    )
    for line in export(source, wanted):
        print(line)
