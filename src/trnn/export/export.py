"""From an experiment's folder, or a table of `trnn estimate`, to files in another format."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from trnn.data.own_table import read_own
from trnn.errors import ConfigError
from trnn.export.bids_timing import Timing, timing_of
from trnn.export.from_estimate import read_estimated
from trnn.export.from_run import read_run
from trnn.export.own_events import EventColumns, with_events
from trnn.export.regressors import N_DRAWS, SEED, regressors
from trnn.export.source import Source
from trnn.export.write_arviz import write_arviz
from trnn.export.write_bids import write_bids
from trnn.export.write_csv import write_csv

CSV, BIDS, ARVIZ = "csv", "bids", "arviz"


@dataclass(frozen=True)
class Wanted:
    """What is to be exported, and how; see the options of `trnn export`."""

    to: str
    out: Path | None = None
    population: str | None = None
    estimators: tuple[str, ...] = ()
    events: Path | None = None
    columns: EventColumns = field(default_factory=EventColumns)
    onset: str | None = None
    duration: str | None = None
    run: str | None = None
    authors: tuple[str, ...] = ()
    n_draws: int = N_DRAWS
    seed: int = SEED


def export(path: str | Path, wanted: Wanted) -> list[str]:
    """Export an experiment's folder below a run's results, or a Parquet table of `trnn estimate`.

    Returns
    -------
    Lines that say what was written, where, and of which kind it is.

    Raises
    ------
    TrnnError
        If something cannot be exported; it says why, and nothing is left at `out`.
    """
    _check(wanted)
    source = _read(Path(path), wanted)
    if wanted.events is not None:
        source = with_events(source, read_own(wanted.events), wanted.columns)
    out = wanted.out or Path(f"{source.name}_{wanted.to}")
    if wanted.to == ARVIZ:
        told = write_arviz(source, out, wanted.n_draws, wanted.seed)
        return [*_head(source), *told, f"Written: {out}"]
    timing = _timing(source, wanted)
    made = regressors(source, wanted.n_draws, wanted.seed)
    if wanted.to == CSV:
        told = write_csv(source, made, out)
    else:
        used = [name for name in (wanted.onset, wanted.duration) if name in source.own.names]
        told = write_bids(source, made, out, timing, [str(n) for n in used], wanted.authors)
    kinds = [f"{given}: {words}" for given, words in made.kinds.items()]
    return [*_head(source), *kinds, *told, f"Written: {out}"]


def _check(wanted: Wanted) -> None:
    if wanted.to not in (CSV, BIDS, ARVIZ):
        raise ConfigError(f"--to {wanted.to}: expected one of {[CSV, BIDS, ARVIZ]}.")
    timed = {"--onset": wanted.onset, "--duration": wanted.duration, "--run": wanted.run}
    given = [option for option, value in timed.items() if value is not None]
    if given and wanted.to != BIDS:
        raise ConfigError(
            f"--to {wanted.to}: {', '.join(given)}: only events of BIDS have these; the owner's "
            "columns are all in a CSV. Leave it out, or give --to bids."
        )
    if given and wanted.onset is None:
        raise ConfigError(f"{', '.join(given)}: given without onsets; add --onset COLUMN.")
    if wanted.events is not None and wanted.to == ARVIZ:
        raise ConfigError(
            "--events: an export for ArviZ holds none of the owner's columns; leave it out."
        )


def _read(path: Path, wanted: Wanted) -> Source:
    if path.is_dir() or (not path.exists() and not path.suffix):
        return read_run(path, wanted.population, wanted.estimators)
    if wanted.population is not None:
        raise ConfigError(f"--population: {path} is one table, which has people alone.")
    source = read_estimated(path)
    if not wanted.estimators:
        return source
    there = {estimate.name: estimate for estimate in source.estimates}
    unknown = [name for name in wanted.estimators if name not in there]
    if unknown:
        raise ConfigError(f"--estimator {unknown[0]}: {path} has only {list(there)}.")
    kept = tuple(there[name] for name in dict.fromkeys(wanted.estimators))
    return replace(source, estimates=kept)


def _timing(source: Source, wanted: Wanted) -> Timing | None:
    if wanted.onset is None:
        return None
    if wanted.onset not in source.own.names and wanted.events is None:
        raise ConfigError(
            f"--onset {wanted.onset}: {source.own.where} has no such column; it has "
            f"{source.own.names}. Give the table that has it: --events my.csv."
        )
    return timing_of(source, wanted.onset, wanted.duration, wanted.run)


def _head(source: Source) -> list[str]:
    n = int(source.sequences.lengths.sum())
    names = ", ".join(f"{e.name} ({e.given})" for e in source.estimates)
    return [f"{source.name}: {len(source.people)} sessions, {n:,} trials; {names}."]
