"""Every figure: the experiment it belongs to, what it is drawn from, and what draws it.

Reading this module needs no plotting library, so that a Snakefile can; the drawing modules are
imported when a figure is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trnn.errors import ConfigError
from trnn.figures.captions import CAPTIONS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    Draw = Callable[
        [Mapping[str, pd.DataFrame], Sequence[str]],
        tuple[Figure, pd.DataFrame],
    ]

METRICS, STATISTICS, FINDINGS = "metrics", "statistics", "findings"
TEST_TRIALS, HUMAN_TRIALS = "test_trials", "human_trials"
_BARS = (METRICS, STATISTICS)
_PEOPLE = (HUMAN_TRIALS, "estimates:trnn:human")
_AGENTS = (TEST_TRIALS, *(f"estimates:{name}:test" for name in ("mle", "filter", "bayes", "trnn")))


@dataclass(frozen=True)
class FigureEntry:
    """A figure of the catalogue.

    `inputs` are keys of the tables it needs: metrics, statistics, findings, test_trials,
    human_trials, and ``estimates:<estimator>:<population>``. `load` imports and returns what
    draws it.
    """

    name: str
    experiment: Literal["artificial", "dezfouli", "gershman"]
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
        return self.experiment != "artificial"


def entry(name: str) -> FigureEntry:
    """Return a figure of the catalogue; ConfigError if there is none of that name."""
    if name not in CATALOGUE:
        raise ConfigError(f"unknown figure {name!r}; there are {sorted(CATALOGUE)}.")
    return CATALOGUE[name]


def figures_of(experiments: Collection[str]) -> list[str]:
    """Return the names of the figures that a run with these experiments can draw."""
    return [name for name, figure in CATALOGUE.items() if figure.experiment in experiments]


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
    from trnn.figures.kappa_groups import draw

    return draw


def _figure_3c() -> Draw:
    from trnn.figures.kappa_staying import draw

    return draw


def _figure_3d() -> Draw:
    from trnn.figures.stretches import draw

    return draw


def _by_group(parameter: str) -> Callable[[], Draw]:
    def load() -> Draw:
        from trnn.figures.courses import draw_by_group

        return draw_by_group(parameter)

    return load


def _figure_4a() -> Draw:
    from trnn.figures.errors_of_people import draw_all

    return draw_all


def _figure_4b() -> Draw:
    from trnn.figures.ungreedy import draw_example

    return draw_example


def _figure_4c() -> Draw:
    from trnn.figures.ungreedy import draw_average

    return draw_average


def _by_difficulty(value: str) -> Callable[[], Draw]:
    def load() -> Draw:
        from trnn.figures.courses import draw_by_difficulty

        return draw_by_difficulty(value)

    return load


_ENTRIES = (
    FigureEntry("figure_2a", "artificial", _BARS, "errors by estimator and dynamics", _figure_2a),
    FigureEntry("figure_2b", "artificial", _AGENTS, "parameters of three agents", _figure_2b),
    FigureEntry("figure_3a", "dezfouli", _BARS, "prediction by estimator and group", _figure_3a),
    FigureEntry("figure_3b", "dezfouli", _PEOPLE, "perseveration by group", _figure_3b),
    FigureEntry(
        "figure_3c",
        "dezfouli",
        (*_PEOPLE, FINDINGS),
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
        "figure_4c", "gershman", _PEOPLE, "inverse temperature around such actions", _figure_4c
    ),
    FigureEntry(
        "figure_4d",
        "gershman",
        _PEOPLE,
        "accuracy in easy and hard blocks",
        _by_difficulty("accuracy"),
    ),
    FigureEntry(
        "figure_4e",
        "gershman",
        _PEOPLE,
        "inverse temperature in easy and hard blocks",
        _by_difficulty("beta"),
    ),
    FigureEntry(
        "figure_4f",
        "gershman",
        _PEOPLE,
        "directed exploration in easy and hard blocks",
        _by_difficulty("gamma"),
    ),
)

CATALOGUE: dict[str, FigureEntry] = {figure.name: figure for figure in _ENTRIES}
