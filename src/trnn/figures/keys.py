"""Keys of the tables that figures are drawn from, and where each table stands.

A key is a kind of table that an experiment has once (`trnn.tables.layout`), or one of the keys
below.
"""

from collections.abc import Collection, Mapping

from trnn.config.networks import base_of
from trnn.tables.layout import file_of

METRICS, STATISTICS, FINDINGS = "metrics", "statistics", "findings"
HEAD_TO_HEAD = "head_to_head"
RECOVERY_FITS = "recovery_fits"
CALIBRATION, JOINT_CALIBRATION = "calibration", "joint_calibration"
OPTIMALITY = "optimality"
IDENTIFIABILITY, IDENTIFIABILITY_MOVING = "identifiability", "identifiability_moving"
NONSTATIONARITY, NONSTATIONARITY_RATES = "nonstationarity", "nonstationarity_rates"
THEORIES, THEORY_RECOVERY = "theories", "theory_recovery"
MISSPECIFICATION_FEATURES, PREDICTIVE = "misspecification_features", "predictive"
# Trials of the test agents and of people.
TEST_TRIALS, HUMAN_TRIALS = "test_trials", "human_trials"
# Trials of the agents matched to people.
MATCHED = "matched"
# `estimates:<estimator>:<population>`
ESTIMATES = "estimates"
# All histories of the t-RNNs and of the d-RNNs: they stand for `training:<network>:<part>`, ...
TRAINING, DRNN_TRAINING = "training", "drnn_training"
HISTORIES = {TRAINING: "trnn", DRNN_TRAINING: "drnn"}
# Tables that are made of agents alone, whatever the experiment.
_OF_AGENTS = frozenset(
    {TEST_TRIALS, RECOVERY_FITS, TRAINING, CALIBRATION, JOINT_CALIBRATION}
    | {IDENTIFIABILITY, IDENTIFIABILITY_MOVING, THEORY_RECOVERY}
)


def estimates(population: str, *estimators: str) -> tuple[str, ...]:
    """Return the keys of the estimates of a population by several estimators."""
    return tuple(f"{ESTIMATES}:{name}:{population}" for name in estimators)


def of_agents(key: str) -> bool:
    """Return whether a table is made of simulated agents alone, whatever the experiment."""
    kind, _, rest = key.partition(":")
    return kind in _OF_AGENTS or (kind == ESTIMATES and rest.endswith(":test"))


def expanded(key: str, networks: Mapping[str, Collection[str]]) -> list[str]:
    """Return the keys of all histories that a key stands for; any other key alone.

    `networks` gives the parts of every network: a t-RNN's training seeds, a d-RNN's cohorts.
    """
    if key not in HISTORIES:
        return [key]
    return [
        f"{key}:{network}:{part}"
        for network, parts in networks.items()
        if base_of(network) == HISTORIES[key]
        for part in parts
    ]


def is_of(key: str, name: str) -> bool:
    """Return whether `name` is the key itself, or stands for it among other histories."""
    return key == name or (name in HISTORIES and key.startswith(f"{name}:"))


def table_file(key: str, experiment: str) -> str:
    """Return where the table of a key stands, below the results folder.

    KeyError if there is no such kind of table.
    """
    kind, *rest = key.split(":")
    if key == TEST_TRIALS:
        return file_of("agents", experiment=experiment, split="test")
    if key == HUMAN_TRIALS:
        return file_of("people", experiment=experiment)
    if kind == ESTIMATES:
        estimator, population = rest
        names = {"estimator": estimator, "population": population}
        return file_of(ESTIMATES, experiment=experiment, **names)
    if kind in HISTORIES:
        network, part = rest
        return file_of("training", experiment=experiment, network=network, part=part)
    return file_of(kind, experiment=experiment)
