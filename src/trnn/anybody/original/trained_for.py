"""What a network of the original study was trained for, by the parameters that it estimates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trnn.config.experiment import Experiment
from trnn.config.load import read_yaml
from trnn.config.views import from_view

FILE = Path(__file__).with_name("trained_for.yaml")
NAME, DYNAMICS = "original", "training"


@dataclass(frozen=True)
class TrainedFor:
    """An experiment without estimators, and what is added to the network's values, by parameter."""

    experiment: Experiment
    shift: Mapping[str, float] = field(default_factory=dict)


def trained_for(parameters: Collection[str]) -> TrainedFor | None:
    """Return what a network of these parameters was trained for; None if there is no such one."""
    rows = read_yaml(FILE)
    for model, row in rows.items():
        if set(row["parameters"]) == set(parameters):
            return TrainedFor(from_view(_view(model, row)), row.get("shift", {}))
    return None


def known_parameters() -> list[list[str]]:
    """Return the parameters of each network that there is."""
    return [list(row["parameters"]) for row in read_yaml(FILE).values()]


def _view(model: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": NAME,
        "model": model,
        "parameters": row["parameters"],
        "task": row["task"],
        "dynamics": {DYNAMICS: row["dynamics"]},
        # How many agents there were is of no use to who applies the network.
        "train": {"dynamics": DYNAMICS, "n_agents": 1, "n_validation": 1},
    }
