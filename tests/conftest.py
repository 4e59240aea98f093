"""Small experiments that the tests share."""

from pathlib import Path

import pytest
import yaml

from trnn.config.experiment import Experiment
from trnn.config.load import load_experiments, load_run, read_yaml
from trnn.config.merge import merge

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that run Snakemake first: they take longest, and other files fill the gaps."""
    items.sort(key=lambda item: "workflow" not in item.keywords)


@pytest.fixture(scope="session")
def tiny_experiments() -> dict[str, Experiment]:
    """The experiments under config/tiny.yaml."""
    raw = merge(read_yaml(ROOT / "config/config.yaml"), read_yaml(ROOT / "config/tiny.yaml"))
    return load_experiments(load_run(raw), ROOT / "config/experiments")


def untaught(experiment: Experiment) -> Experiment:
    """The experiment whose networks learn from true values and choices, as pools are made here."""
    trnn = experiment.estimators.trnn
    training = trnn.training.model_copy(update={"teacher": None, "plays": 1})
    trnn = trnn.model_copy(update={"training": training})
    estimators = experiment.estimators.model_copy(update={"trnn": trnn})
    return experiment.model_copy(update={"estimators": estimators})


@pytest.fixture(scope="session")
def experiments() -> dict[str, Experiment]:
    """The experiments as they are run by default."""
    run = load_run(read_yaml(ROOT / "config/config.yaml"))
    return load_experiments(run, ROOT / "config/experiments")


@pytest.fixture(scope="session")
def with_theories() -> dict[str, Experiment]:
    """The experiments under config/theories.yaml, which has the candidates of their theories."""
    raw = [read_yaml(ROOT / "config" / name) for name in ("config.yaml", "theories.yaml")]
    return load_experiments(load_run(merge(*raw)), ROOT / "config/experiments")


@pytest.fixture()
def raw_experiment() -> dict:
    """The artificial experiment as plain data, to be spoilt."""
    return yaml.safe_load((ROOT / "config/experiments/artificial.yaml").read_text())
