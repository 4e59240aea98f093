"""All settings of a run, read as every part of the program reads them.

The settings of a checkout stand in its folder `config`; what a run changes in them is laid over
`config.yaml`. Snakemake, `trnn check` and `trnn verify` read them here, so that they agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from trnn.config.experiment import Experiment
from trnn.config.load import load_experiments, load_run, read_yaml
from trnn.config.merge import merge
from trnn.config.run import Run
from trnn.data.registry import Dataset, check_people, data_sets_in, load_registry
from trnn.errors import ConfigError

SUFFIXES = (".yaml", ".yml")
DATASETS = "datasets"  # the folder of the data sets' files, beside that of the experiments


@dataclass(frozen=True)
class AllSettings:
    """What a run is made with: its own settings, those of its experiments, and the data sets."""

    run: Run
    experiments: Mapping[str, Experiment]
    registry: Mapping[str, Dataset]


def read_settings(
    project: Path, given: Mapping[str, Any], experiment: str | None = None
) -> AllSettings:
    """Read and validate the settings of a checkout, with `given` laid over its run-wide ones.

    Parameters
    ----------
    project : path
        The checkout.
    given : mapping
        What Snakemake's `--configfile` and `--config`, or a workflow that uses this one as a
        module, say of the run. What it does not say is as in `config/config.yaml`.
    experiment : str, optional
        The name of the one experiment that counts, or a file that holds it, wherever it stands.
        Files beside it can be extended.

    Raises
    ------
    ConfigError
        Naming file, key, value and what is allowed.
    """
    base = project / "config" / "config.yaml"
    source = f"{base} with what was given" if given else str(base)
    own = {} if experiment is None else {"experiments": [Path(experiment).stem]}
    run = load_run(merge(read_yaml(base), {**_with_nulls(given), **own}), source)
    experiments = load_experiments(run, base.parent / "experiments", _beside(experiment))
    folder = base.parent / DATASETS
    check_people(experiments, data_sets_in(folder), str(folder))
    # A data set that is not asked for may be as it likes.
    wanted = {e.human for e in experiments.values() if e.human is not None}
    return AllSettings(run, experiments, load_registry(folder, wanted))


def _with_nulls(given: Any) -> Any:
    """Return settings in which the text "null" is null.

    Snakemake reads as text whatever is inside of a mapping of `--config`. The other types of a
    setting are made of their texts when they are checked; no setting's text is "null".
    """
    if isinstance(given, Mapping):
        return {key: _with_nulls(value) for key, value in given.items()}
    return None if given == "null" else given


def given_settings(files: Sequence[Path], pairs: Sequence[str]) -> dict[str, Any]:
    """Return what files of settings and `key=value` pairs say, the later over the earlier.

    Raises
    ------
    ConfigError
        If a file cannot be read, or a pair is none.
    """
    given: dict[str, Any] = {}
    for path in files:
        given = merge(given, read_yaml(path))
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise ConfigError(f"--set {pair}: expected key=value, as seed=2 or task.n_blocks=4.")
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ConfigError(f"--set {pair}: the value is not valid YAML ({error}).") from error
        given = merge(given, _nested(key.strip().split("."), value))
    return given


def _nested(keys: Sequence[str], value: Any) -> dict[str, Any]:
    """Return a setting as it stands in the settings of a run: {"seed": 2}.

    One that experiments have and runs have not is laid over all experiments.
    """
    if keys[0] in Experiment.model_fields and keys[0] not in Run.model_fields:
        keys = ["overrides", "all", *keys]
    for key in reversed(keys):
        value = {key: value}
    return dict(value)


def _beside(experiment: str | None) -> dict[str, Path]:
    """Return the files beside an experiment's own, by name; none if it is given by its name."""
    if experiment is None or Path(experiment).suffix not in SUFFIXES:
        return {}
    path = Path(experiment)
    beside = {other.stem: other for other in path.parent.glob("*.yaml")}
    return beside | {path.stem: path}
