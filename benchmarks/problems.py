"""What is simulated, fitted, filtered and trained: the project's own experiments."""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trnn.config.experiment import Experiment
from trnn.config.load import load_experiments, load_run, read_yaml
from trnn.config.merge import merge
from trnn.data.prepare import prepare
from trnn.data.registry import Dataset, load_registry
from trnn.data.stand_ins import simulate_people
from trnn.theory.agents import experiment_agents
from trnn.theory.simulate import Agents
from trnn.trials.sequences import Sequences, from_frame

ROOT = Path(__file__).resolve().parents[1]
SEED = 1
GROUPS = 3
# A folder that holds the people's files, as `data_mirror` does; without it they are stand-ins.
DATA = os.environ.get("BENCH_DATA") or None


@cache
def experiments() -> dict[str, Experiment]:
    """Return the experiments of the default run."""
    run = load_run(read_yaml(ROOT / "config/config.yaml"))
    return load_experiments(run, ROOT / "config/experiments")


def changed(experiment: Experiment, **changes: Any) -> Experiment:
    """Return an experiment with some settings changed, checked again."""
    return Experiment.model_validate(merge(experiment.model_dump(), changes))


def artificial(n_trials: int) -> Experiment:
    """Return the experiment `artificial` with sessions of `n_trials`, in blocks of up to 100."""
    length = min(100, n_trials)
    task = {"n_blocks": n_trials // length, "trials_per_block": length}
    return changed(experiments()["artificial"], task=task)


def agents(experiment: Experiment, n: int) -> Agents:
    """Simulate agents whose parameters switch."""
    return experiment_agents(experiment, "benchmark", "switching", n, SEED)


@cache
def some_agents(n: int, n_trials: int) -> Agents:
    """Return agents of `artificial`."""
    return agents(artificial(n_trials), n)


def registry_row() -> Dataset:
    """Return the registry's row of the people."""
    return load_registry(ROOT / "config/datasets")["dezfouli"]


def source() -> str:
    """Return whether the people are real or simulated stand-ins."""
    return "real" if DATA else "simulated"


def people_file(folder: Path, n_people: int) -> Path:
    """Return the file of the people of `dezfouli`; stand-ins are written into `folder`."""
    if not DATA:
        return stand_ins_file(folder, n_people)
    names = registry_row().file_names
    found = [f / n for f in (Path(DATA) / "dezfouli", Path(DATA)) for n in names]
    found = [path for path in found if path.is_file()]
    if not found:
        raise FileNotFoundError(
            f"BENCH_DATA={DATA}: no file of dezfouli; expected one of {names} there or in "
            f"{DATA}/dezfouli."
        )
    return found[0]


def stand_ins_file(folder: Path, n_people: int) -> Path:
    """Write and return a file of at least `n_people` simulated stand-ins, of three equal groups."""
    path = folder / f"choices_diagno_{n_people}.csv"
    per_group = -(-n_people // GROUPS)
    if not path.is_file():
        simulate_people(experiments()["dezfouli"], registry_row(), per_group, path, SEED)
    return path


def people_frame(folder: Path, n_people: int) -> pd.DataFrame:
    """Return the prepared trials of people, or of stand-ins."""
    path = people_file(folder, n_people)
    return prepare(path, registry_row(), source())  # type: ignore[arg-type]


def first(sequences: Sequences, n: int, n_trials: int | None = None) -> Sequences:
    """Return the first subjects, and of each the first trials."""
    cut = sequences.rows(0, n)
    if n_trials is None:
        return cut
    arrays = {k: getattr(cut, k)[:, :n_trials] for k in ("action", "reward", "block", "trial")}
    return replace(cut, valid=cut.valid[:, :n_trials], **arrays)


def people(folder: Path, n_people: int) -> Sequences:
    """Return the choices of the first `n_people` people, or of as many stand-ins."""
    return first(from_frame(people_frame(folder, n_people)), n_people)


def worst(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the largest absolute difference."""
    return float(np.max(np.abs(np.asarray(ours, float) - np.asarray(theirs, float))))
