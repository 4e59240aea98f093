"""Every figure: the experiment it belongs to, what it is drawn from, and what draws it.

Reading this module needs no plotting library, so that a Snakefile can; the drawing modules are
imported when a figure is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trnn.config.networks import base_of
from trnn.errors import ConfigError
from trnn.estimators.registry import FIT, of_parameters, recovered
from trnn.figures.captions import CAPTIONS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from trnn.config.dynamics import Range

    Draw = Callable[
        [Mapping[str, pd.DataFrame], Mapping[str, Range]],
        tuple[Figure, pd.DataFrame],
    ]

Experiment = Literal["artificial", "dezfouli", "gershman", "recovery_one", "recovery_three"]

METRICS, STATISTICS, FINDINGS = "metrics", "statistics", "findings"
TEST_TRIALS, HUMAN_TRIALS = "test_trials", "human_trials"
RECOVERY_FITS = "recovery_fits"
TRAINING, DRNN_TRAINING = "training", "drnn_training"
CALIBRATION, OPTIMALITY = "calibration", "optimality"
IDENTIFIABILITY, IDENTIFIABILITY_MOVING = "identifiability", "identifiability_moving"
NONSTATIONARITY, NONSTATIONARITY_RATES = "nonstationarity", "nonstationarity_rates"
MISSPECIFICATION_FEATURES, PREDICTIVE = "misspecification_features", "predictive"
# Keys that stand for the histories of all networks of a base.
_HISTORIES = {TRAINING: "trnn", DRNN_TRAINING: "drnn"}
_BARS = (METRICS, STATISTICS)
_PEOPLE = (HUMAN_TRIALS, "estimates:trnn:human")
_CONTROL = (TEST_TRIALS, "estimates:trnn:test")
_AGENTS = (TEST_TRIALS, *(f"estimates:{name}:test" for name in of_parameters()))
_RECOVERY = (
    STATISTICS,
    TEST_TRIALS,
    RECOVERY_FITS,
    *(f"estimates:{name}:test" for name in recovered() if name != FIT),
)
_OF_PEOPLE = frozenset({"dezfouli", "gershman"})
# Tables of agents alone, whatever the experiment.
_OF_AGENTS = frozenset({TRAINING, CALIBRATION, IDENTIFIABILITY, IDENTIFIABILITY_MOVING})


@dataclass(frozen=True)
class FigureEntry:
    """A figure of the catalogue.

    `inputs` are keys of the tables it needs: metrics, statistics, findings, test_trials,
    human_trials, recovery_fits, calibration, optimality, identifiability,
    identifiability_moving, ``estimates:<estimator>:<population>``, and those that stand for
    several histories: training for ``training:<network>:seed<k>`` of all t-RNNs, drnn_training for
    ``drnn_training:<network>:<cohort>`` of all d-RNNs. `load` imports and returns what draws it.
    """

    name: str
    experiment: Experiment
    inputs: tuple[str, ...]
    shows: str
    load: Callable[[], Draw]

    @property
    def title(self) -> str:
        """The figure's title, without a full stop."""
        return CAPTIONS[self.name].title

    @property
    def caption(self) -> str:
        """What the figure shows and how it was computed, in one to four sentences."""
        return CAPTIONS[self.name].text

    @property
    def of_people(self) -> bool:
        """Whether the figure is made of people's data."""
        return self.experiment in _OF_PEOPLE and not set(self.inputs) <= _OF_AGENTS

    @property
    def batch(self) -> str:
        """The figures that it is drawn with: those of its experiment that need people, or not.

        Without the people, the figures that do not need them are still drawn.
        """
        apart = self.experiment in _OF_PEOPLE and not self.of_people
        return f"{self.experiment}_agents" if apart else self.experiment

    def keys(self, networks: Mapping[str, Collection[str | int]]) -> list[str]:
        """Return the keys of all tables that it needs, given what histories networks have.

        `networks`: a t-RNN's training seeds, a d-RNN's cohorts.
        """
        return [key for name in self.inputs for key in _expanded(name, networks)]

    def needs(self, key: str) -> bool:
        """Return whether it needs the table of this key."""
        return any(_is_of(key, name) for name in self.inputs)

    def missing(self, keys: Collection[str]) -> list[str]:
        """Return those of `inputs` that no table is given for."""
        return [name for name in self.inputs if not any(_is_of(key, name) for key in keys)]


def _expanded(name: str, networks: Mapping[str, Collection[str | int]]) -> list[str]:
    if name not in _HISTORIES:
        return [name]
    return [
        f"{name}:{network}:{part}"
        for network, parts in networks.items()
        if base_of(network) == _HISTORIES[name]
        for part in parts
    ]


def _is_of(key: str, name: str) -> bool:
    return key == name or (name in _HISTORIES and key.startswith(f"{name}:"))


def entry(name: str) -> FigureEntry:
    """Return a figure of the catalogue; ConfigError if there is none of that name."""
    if name not in CATALOGUE:
        raise ConfigError(f"unknown figure {name!r}; there are {sorted(CATALOGUE)}.")
    return CATALOGUE[name]


def figures_of(experiments: Collection[str]) -> list[str]:
    """Return the names of the figures that a run with these experiments can draw."""
    return [name for name, figure in CATALOGUE.items() if figure.experiment in experiments]


def batches(names: Collection[str]) -> dict[str, list[str]]:
    """Return the figures that are drawn together, by the name of their batch."""
    out: dict[str, list[str]] = {}
    for name in names:
        out.setdefault(entry(name).batch, []).append(name)
    return out


def _figure_2a() -> Draw:
    from trnn.figures.errors_of_agents import draw

    return draw


def _figure_2b() -> Draw:
    from trnn.figures.trajectories import draw

    return draw


def _figure_3a() -> Draw:
    from trnn.figures.errors_of_people import draw_groups

    return draw_groups


def _figure_3b() -> Draw:
    from ger2024.figures.kappa_groups import draw

    return draw


def _figure_3c() -> Draw:
    from ger2024.figures.kappa_staying import draw

    return draw


def _figure_3d() -> Draw:
    from ger2024.figures.stretches import draw

    return draw


def _by_group(parameter: str) -> Callable[[], Draw]:
    def load() -> Draw:
        from ger2024.figures.courses import draw_by_group

        return draw_by_group(parameter)

    return load


def _figure_4a() -> Draw:
    from trnn.figures.errors_of_people import draw_all

    return draw_all


def _figure_4b() -> Draw:
    from ger2024.figures.ungreedy import draw_example

    return draw_example


def _figure_4c() -> Draw:
    from ger2024.figures.ungreedy import draw_average

    return draw_average


def _by_difficulty(value: str) -> Callable[[], Draw]:
    def load() -> Draw:
        from ger2024.figures.courses import draw_by_difficulty

        return draw_by_difficulty(value)

    return load


def _recovery() -> Draw:
    from trnn.figures.recovery import draw

    return draw


def _people_and_averages() -> Draw:
    from ger2024.figures.moving_averages import draw

    return draw


def _variants() -> Draw:
    from trnn.figures.variants import draw

    return draw


def _training() -> Draw:
    from trnn.figures.training import draw

    return draw


def _drnn_training() -> Draw:
    from trnn.figures.drnn_training import draw

    return draw


def _calibration() -> Draw:
    from trnn.figures.calibration import draw

    return draw


def _ranks() -> Draw:
    from trnn.figures.ranks import draw

    return draw


def _optimality() -> Draw:
    from trnn.figures.optimality import draw

    return draw


def _identifiability() -> Draw:
    from trnn.figures.identifiability import draw

    return draw


def _moving() -> Draw:
    from trnn.figures.nonstationarity import draw

    return draw


def _likeness() -> Draw:
    from trnn.figures.misspecification import draw

    return draw


def _predictive() -> Draw:
    from trnn.figures.predictive import draw

    return draw


def _supplement(number: str, experiment: Experiment) -> FigureEntry:
    """Return the supplement's figure of that number for an experiment."""
    inputs, shows, load = {
        "s1": (_RECOVERY, "recovery of constant parameters by number of trials", _recovery),
        "s4": (_BARS, "networks against their variants", _variants),
        "s5": ((TRAINING,), "losses over training", _training),
        "s6": ((DRNN_TRAINING,), "training of the d-RNNs", _drnn_training),
        "s7": ((CALIBRATION,), "coverage of posteriors", _calibration),
        "s8": ((CALIBRATION,), "ranks of true values in posteriors", _ranks),
        "s9": ((OPTIMALITY,), "networks beside the optimum", _optimality),
        "s10": (
            (IDENTIFIABILITY, IDENTIFIABILITY_MOVING),
            "what can be known of parameters over their ranges",
            _identifiability,
        ),
        "s12": (
            (NONSTATIONARITY, NONSTATIONARITY_RATES),
            "evidence for moving parameters",
            _moving,
        ),
        "s13": ((MISSPECIFICATION_FEATURES,), "people among the agents, by feature", _likeness),
        "s14": ((PREDICTIVE,), "people beside agents with their parameters", _predictive),
    }[number]
    return FigureEntry(f"figure_{number}_{experiment}", experiment, inputs, shows, load)


_ENTRIES = (
    FigureEntry("figure_2a", "artificial", _BARS, "errors by estimator and dynamics", _figure_2a),
    FigureEntry("figure_2b", "artificial", _AGENTS, "parameters of three agents", _figure_2b),
    FigureEntry("figure_3a", "dezfouli", _BARS, "prediction by estimator and group", _figure_3a),
    FigureEntry(
        "figure_3b", "dezfouli", (*_PEOPLE, STATISTICS), "perseveration by group", _figure_3b
    ),
    FigureEntry(
        "figure_3c",
        "dezfouli",
        (*_PEOPLE, *_CONTROL, FINDINGS, STATISTICS),
        "perseveration follows staying",
        _figure_3c,
    ),
    FigureEntry("figure_3d", "dezfouli", _PEOPLE, "alternating and repeating", _figure_3d),
    FigureEntry(
        "figure_3e", "dezfouli", _PEOPLE, "perseveration over the block", _by_group("kappa")
    ),
    FigureEntry(
        "figure_s3e_alpha", "dezfouli", _PEOPLE, "learning rate over the block", _by_group("alpha")
    ),
    FigureEntry(
        "figure_s3e_beta",
        "dezfouli",
        _PEOPLE,
        "inverse temperature over the block",
        _by_group("beta"),
    ),
    FigureEntry("figure_4a", "gershman", _BARS, "prediction by estimator", _figure_4a),
    FigureEntry("figure_4b", "gershman", _PEOPLE, "an action against the better arm", _figure_4b),
    FigureEntry(
        "figure_4c",
        "gershman",
        (*_PEOPLE, *_CONTROL, STATISTICS),
        "inverse temperature around such actions",
        _figure_4c,
    ),
    FigureEntry(
        "figure_4d",
        "gershman",
        (*_PEOPLE, STATISTICS),
        "accuracy in easy and hard blocks",
        _by_difficulty("accuracy"),
    ),
    FigureEntry(
        "figure_4e",
        "gershman",
        (*_PEOPLE, STATISTICS),
        "inverse temperature in easy and hard blocks",
        _by_difficulty("beta"),
    ),
    FigureEntry(
        "figure_4f",
        "gershman",
        (*_PEOPLE, STATISTICS),
        "directed exploration in easy and hard blocks",
        _by_difficulty("gamma"),
    ),
    *(_supplement("s1", name) for name in ("recovery_one", "artificial", "recovery_three")),
    FigureEntry(
        "figure_s2_dezfouli",
        "dezfouli",
        _PEOPLE,
        "parameters of three people and their moving averages",
        _people_and_averages,
    ),
    *(_supplement("s4", name) for name in ("dezfouli", "gershman")),
    *(
        _supplement("s5", name)
        for name in ("artificial", "dezfouli", "gershman", "recovery_one", "recovery_three")
    ),
    *(_supplement("s6", name) for name in ("dezfouli", "gershman")),
    *(
        _supplement(number, name)
        for number in ("s7", "s8", "s9", "s10")
        for name in ("artificial", "dezfouli", "gershman")
    ),
    *(_supplement("s12", name) for name in ("artificial", "dezfouli", "gershman")),
    *(_supplement(number, name) for number in ("s13", "s14") for name in ("dezfouli", "gershman")),
)

CATALOGUE: dict[str, FigureEntry] = {figure.name: figure for figure in _ENTRIES}
