"""What a run of the workflow left of an experiment, to be exported."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trnn.config.experiment import Experiment
from trnn.config.views import from_view
from trnn.data.own_table import OwnTable
from trnn.errors import ConfigError, TableError
from trnn.estimators.registry import FIT, FOCUS, HUMAN, MATCHED, SMOOTHER, TEST, estimator, in_order
from trnn.export.described import read_columns
from trnn.export.source import CAUSAL, SMOOTHED, Estimate, Networks, Source
from trnn.tables.layout import file_of
from trnn.tables.parquet import read_metadata, read_table
from trnn.theory.models import get_model
from trnn.theory.quantiles import quantile_names
from trnn.trials.join import check_same_trials
from trnn.trials.read import read_trial_table
from trnn.trials.sequences import from_frame, pad_columns
from trnn.workflow.records import Results, read_record

Array = np.ndarray

POPULATIONS = (HUMAN, TEST, MATCHED)
PREFERRED = (FOCUS, SMOOTHER)
KEPT = ("data_source", "seed", "git_commit", "package_version")  # of the tables' metadata


def read_run(
    folder: str | Path, population: str | None = None, wanted: Sequence[str] = ()
) -> Source:
    """Read an experiment's folder below a run's results.

    Parameters
    ----------
    population : "human", "test" or "matched"; people if none is given, else agents
    wanted : estimators, of each kind one at most; else, of each kind, the t-RNN or what comes first

    Raises
    ------
    ConfigError
        If the folder, the population or an estimator is not there.
    TableError
        If a table is damaged, or lacks its record.
    AlteredFileError
        If a table is not the one that the run has made.
    """
    folder = Path(folder)
    if folder.name in ("", ".."):
        folder = folder.resolve()  # whose parent is told by no name
    there = _there(folder)
    population = _population(folder, there, population)
    results = Results(folder.parent)
    path = folder.parent / _trials_of(folder.name, population)
    files = {
        e: folder.parent / _estimates_of(folder.name, e, population) for e in there[population]
    }
    trials = read_trial_table(path)
    results.check_inputs([path])
    found: dict[str, Estimate] = {}
    experiment: Experiment | None = None
    candidates = _wanted(folder, population, list(files), wanted)
    for one in candidates:
        if not wanted and len(found) == len((CAUSAL, SMOOTHED)):
            break
        estimate, experiment = _read_estimate(results, files[one], one, population, trials)
        if estimate.given in found:
            if not wanted:
                continue
            raise ConfigError(
                f"--estimator: '{found[estimate.given].name}' and '{one}' are both "
                f"{estimate.given}; give one of each kind at most, and export the other apart."
            )
        if wanted or estimate.sd is not None:
            found[estimate.given] = estimate
    if not found or experiment is None:
        raise ConfigError(
            f"{folder}: none of {list(files)} has a posterior of a model's parameters; name one to "
            "be exported as it is: --estimator NAME."
        )
    return _source(folder.name, path, trials, experiment, found, population)


def _there(folder: Path) -> dict[str, list[str]]:
    """Return the estimators that have estimates of each population."""
    files = sorted(folder.glob("estimates/*/*.parquet"))
    there = {p: [f.parent.name for f in files if f.stem == p] for p in POPULATIONS}
    there = {p: in_order(names) for p, names in there.items() if names}
    if there:
        return there
    if not folder.is_dir():
        raise ConfigError(
            f"{folder}: no such folder; expected the folder of an experiment below a run's "
            "results, for example results/<experiment>, or a table (.parquet) of `trnn estimate`."
        )
    below = sorted(f.name for f in folder.iterdir() if (f / "estimates").is_dir())
    hint = f"Give one of its experiments: {below}." if below else "Run the workflow first."
    raise ConfigError(f"{folder}: holds no estimates of an experiment. {hint}")


def _population(folder: Path, there: dict[str, list[str]], population: str | None) -> str:
    if population is None:
        return next(iter(there))
    if population not in there:
        raise ConfigError(
            f"--population {population}: {folder} has no estimates of it; it has those of "
            f"{list(there)}."
        )
    return population


def _wanted(folder: Path, population: str, there: list[str], wanted: Sequence[str]) -> list[str]:
    """Return the estimators that may be exported, in order of preference."""
    usable = [e for e in there if estimator(e).parameters and not estimator(e).truth]
    for name in wanted:
        if name not in there:
            raise ConfigError(
                f"--estimator {name}: {folder} has no estimates of it for '{population}'; it has "
                f"{there}."
            )
        if name not in usable:
            raise ConfigError(
                f"--estimator {name}: it estimates no parameters of the model, so there is nothing "
                f"to be exported; choose of {usable}."
            )
    if wanted:
        return list(dict.fromkeys(wanted))
    return [e for e in PREFERRED if e in usable] + [e for e in usable if e not in PREFERRED]


def _trials_of(experiment: str, population: str) -> str:
    if population == TEST:
        return file_of("agents", experiment=experiment, split=TEST)
    return file_of("people" if population == HUMAN else "matched", experiment=experiment)


def _estimates_of(experiment: str, name: str, population: str) -> str:
    return file_of("estimates", experiment=experiment, estimator=name, population=population)


def _read_estimate(
    results: Results, path: Path, name: str, population: str, trials: pd.DataFrame
) -> tuple[Estimate, Experiment]:
    frame = read_table(path)
    results.check_inputs([path])
    job = _job(results, path)
    experiment = from_view(job["params"]["experiment"])
    check_same_trials(trials, frame, "the trials", str(path))
    names = list(experiment.parameters)
    has_sd = all(f"{p}_sd" in frame for p in names)
    smooths = bool(frame["p_action_0"].isna().all()) or estimator(name).smooths or name == FIT
    estimate = Estimate(
        name=name,
        words=estimator(name).words,
        given=SMOOTHED if smooths else CAUSAL,
        mean=_padded(frame, names),
        sd=_padded(frame, [f"{p}_sd" for p in names]) if has_sd else None,
        quantiles=_quantiles(frame, names) if has_sd else None,
        p_action_0=None if smooths else _padded(frame, ["p_action_0"])[:, :, 0],
        networks=_networks(results, job) if has_sd else None,
    )
    return estimate, experiment


def _job(results: Results, path: Path) -> dict[str, Any]:
    record = read_record(results.record_of(path))
    if record is None or "experiment" not in record["job"].get("params", {}):
        raise TableError(
            f"{path}: its record, {results.record_of(path)}, is missing or unreadable, so it "
            "cannot be told which model it is of. Copy the folder `provenance` with the results, "
            "or run the workflow again."
        )
    job: dict[str, Any] = record["job"]
    return job


def _networks(results: Results, job: dict[str, Any]) -> Networks | None:
    """Return the checkpoints of a job that applied networks; None if they are not all there."""
    paths = [results.path_of(name) for name in job["inputs"] if name.endswith(".pt")]
    if not paths or not all(path.is_file() for path in paths):
        return None
    results.check_inputs(paths)
    ensemble = str(job["params"]["ensemble"])
    return Networks(tuple(paths), ensemble, from_view(job["params"]["experiment"]))


def _padded(frame: pd.DataFrame, names: list[str]) -> Array:
    """Return columns as (n, t, n_columns)."""
    padded, _, _ = pad_columns(frame, names)
    return np.stack([padded[name] for name in names], axis=-1)


def _quantiles(frame: pd.DataFrame, names: list[str]) -> Array:
    return np.stack([_padded(frame, quantile_names(name)) for name in names], axis=2)


def _source(
    name: str,
    path: Path,
    trials: pd.DataFrame,
    experiment: Experiment,
    found: dict[str, Estimate],
    population: str,
) -> Source:
    sequences, columns = from_frame(trials), read_columns(path)
    first = trials.drop_duplicates("subject")
    kept = "group" if "group" in first else "dynamics"
    groups = first[kept].astype(object).where(first[kept].notna(), "") if kept in first else None
    metadata = read_metadata(path)
    notes = {key: metadata[key] for key in KEPT if key in metadata}
    model = get_model(experiment.model)
    return Source(
        name=name,
        own=OwnTable(str(path), trials, "row", np.arange(len(trials))),
        columns=columns,
        model=model,
        ranges=experiment.parameters,
        sequences=sequences,
        rows=np.arange(len(trials)),
        subject_of_row=pd.factorize(trials["subject"])[0],
        people=sequences.subjects,
        sessions=("",) * len(sequences.subjects),
        groups=tuple(map(str, groups)) if groups is not None else ("",) * len(first),
        estimates=tuple(found[given] for given in (CAUSAL, SMOOTHED) if given in found),
        reward_unit=columns["reward"].unit if "reward" in columns else "reward",
        notes={"experiment": name, "population": population, "model": model.name, **notes},
    )
