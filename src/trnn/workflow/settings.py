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
from trnn.data.registry import Dataset, load_registry
from trnn.errors import ConfigError
from trnn.tables.origin import PROJECT


@dataclass(frozen=True)
class AllSettings:
    """What a run is made with: its own settings, those of its experiments, and the data sets."""

    run: Run
    experiments: Mapping[str, Experiment]
    registry: Mapping[str, Dataset]


def read_settings(project: Path, given: Mapping[str, Any]) -> AllSettings:
    """Read and validate the settings of a checkout, with `given` laid over its run-wide ones.

    Parameters
    ----------
    project : path
        The checkout.
    given : mapping
        What Snakemake's `--configfile` and `--config`, or a workflow that uses this one as a
        module, say of the run. What it does not say is as in `config/config.yaml`.

    Raises
    ------
    ConfigError
        Naming file, key, value and what is allowed.
    """
    base = project / "config" / "config.yaml"
    source = f"{base} with what was given" if given else str(base)
    run = load_run(merge(read_yaml(base), given), source)
    experiments = load_experiments(run, base.parent / "experiments")
    return AllSettings(run, experiments, load_registry(base.parent / "datasets.yaml"))


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
            raise ConfigError(f"--set {pair}: expected key=value.")
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ConfigError(f"--set {pair}: the value is not valid YAML ({error}).") from error
        given = merge(given, {key: value})
    return given


def checkout() -> Path:
    """Return the checkout whose settings and code count: the working folder, if it is one.

    Otherwise the one that this package stands in.
    """
    here = Path()
    return here if (here / "Snakefile").is_file() and (here / "src/trnn").is_dir() else PROJECT
