"""What estimators and groups are called and coloured, in figures and in the report.

The colours are those of Okabe & Ito (https://jfly.uni-koeln.de/color), which people with any
common form of colour blindness can tell apart, their orange and sky blue darkened until a line on
white has the contrast that WCAG asks for, so that page and figures have the same. Their yellow is
too pale for that and is replaced by the olive of Paul Tol's muted scheme
(https://personal.sron.nl/~pault), from which further colours come as well. A colour always means
the same thing: no estimator shares one with a group, and no group the grey of agents. A variant of
an estimator has its colour, hatched or dashed.
"""

from collections.abc import Iterable

from trnn.config.networks import base_of
from trnn.estimators.registry import ESTIMATORS

BLACK, GREY, LIGHT_GREY = "#000000", "#939393", "#D9D9D9"
ORANGE, SKY_BLUE, GREEN, OLIVE = "#C68900", "#4A9BC8", "#009E73", "#999933"
BLUE, VERMILLION, PURPLE, CHARCOAL = "#0072B2", "#D55E00", "#CC79A7", "#4D4D4D"
WINE, INDIGO, DARK_GREEN, VIOLET = "#882255", "#332288", "#117733", "#AA4499"  # Tol's too
BROWN = "#8C510A"

TRUTH = "truth"
ESTIMATOR_COLOURS = {
    TRUTH: BLACK,
    "oracle": BLACK,
    "prior": GREY,
    "mle": ORANGE,
    "constant": BROWN,
    "filter": SKY_BLUE,
    "bayes": GREEN,
    "trnn": VERMILLION,
    "drnn": PURPLE,
}
ESTIMATOR_NAMES = {TRUTH: TRUTH, **{e.name: e.label for e in ESTIMATORS}}
# Colours of groups of people in alphabetical order: a group has one colour in all figures.
GROUP_COLOURS = (OLIVE, BLUE, WINE, DARK_GREEN, VIOLET)


def estimator_name(estimator: str) -> str:
    """Return an estimator's name for people; an unknown one keeps its own."""
    return ESTIMATOR_NAMES.get(estimator, estimator)


def estimator_of(series: str) -> str:
    """Return the estimator that the legend calls `series`; an unknown name is returned as it is."""
    return next((key for key, name in ESTIMATOR_NAMES.items() if name == series), series)


def is_variant(series: str) -> bool:
    """Return whether the legend's name is that of a variant of an estimator."""
    estimator = estimator_of(series)
    return estimator != base_of(estimator) and base_of(estimator) in ESTIMATOR_NAMES


def group_colours(groups: Iterable[str]) -> dict[str, str]:
    """Return the colour of each group of people; people who are not in groups are charcoal."""
    names = sorted(set(groups))
    if len(names) == 1:
        return {names[0]: CHARCOAL}
    return {name: GROUP_COLOURS[i % len(GROUP_COLOURS)] for i, name in enumerate(names)}


def series_colour(series: str) -> str:
    """Return the colour of an estimator's series by the legend's name; charcoal for another."""
    base = base_of(estimator_of(series))
    return ESTIMATOR_COLOURS.get(base, INDIGO if base in ESTIMATOR_NAMES else CHARCOAL)
