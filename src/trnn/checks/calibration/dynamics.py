"""Which of an experiment's dynamics are of a kind."""

from trnn.config.experiment import Experiment


def of_kind(experiment: Experiment, kind: str) -> list[str]:
    """Return the names of the experiment's dynamics of a kind: "stationary", "switching", ..."""
    return [name for name, dynamics in experiment.dynamics.items() if dynamics.kind == kind]
