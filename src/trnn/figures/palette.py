"""What estimators, groups and conditions are called and coloured, in figures and in the report.

The colours are those of Okabe & Ito (https://jfly.uni-koeln.de/color), which people with any
common form of colour blindness can tell apart; in place of their yellow, too pale for a line on
white, stands the olive of Paul Tol's muted scheme (https://personal.sron.nl/~pault). A colour
always means the same thing: estimators and groups share none. A variant of an estimator has its
colour, hatched or dashed.
"""

from trnn.config.networks import base_of
from trnn.estimators.registry import ESTIMATORS

BLACK, GREY, LIGHT_GREY = "#000000", "#999999", "#D9D9D9"
ORANGE, SKY_BLUE, GREEN, OLIVE = "#E69F00", "#56B4E9", "#009E73", "#999933"
BLUE, VERMILLION, PURPLE, CHARCOAL = "#0072B2", "#D55E00", "#CC79A7", "#4D4D4D"
WINE = "#882255"  # Tol's too: of estimators that have no colour of their own

TRUTH = "truth"
ESTIMATOR_COLOURS = {
    TRUTH: BLACK,
    "oracle": BLACK,
    "prior": GREY,
    "mle": ORANGE,
    "filter": SKY_BLUE,
    "bayes": GREEN,
    "trnn": VERMILLION,
    "drnn": PURPLE,
}
ESTIMATOR_NAMES = {TRUTH: TRUTH, **{e.name: e.label for e in ESTIMATORS}}
GROUP_COLOURS = {"bipolar": OLIVE, "depression": BLUE, "healthy": CHARCOAL}
CONDITION_COLOURS = {"easy": BLUE, "hard": OLIVE}


def estimator_name(estimator: str) -> str:
    """Return an estimator's name for people; an unknown one keeps its own."""
    return ESTIMATOR_NAMES.get(estimator, estimator)


def estimator_of(series: str) -> str:
    """Return the estimator that the legend calls `series`; an unknown name is an estimator's."""
    return next((key for key, name in ESTIMATOR_NAMES.items() if name == series), series)


def is_variant(series: str) -> bool:
    """Return whether the legend's name is that of a variant of an estimator."""
    estimator = estimator_of(series)
    return estimator != base_of(estimator) and base_of(estimator) in ESTIMATOR_NAMES


def group_colour(group: str) -> str:
    """Return a group's colour; charcoal for an unknown one."""
    return GROUP_COLOURS.get(group, CHARCOAL)


def series_colour(series: str) -> str:
    """Return the colour of a series by the name that the legend gives it."""
    by_name = {**GROUP_COLOURS, **CONDITION_COLOURS}
    if series in by_name:
        return by_name[series]
    base = base_of(estimator_of(series))
    return ESTIMATOR_COLOURS.get(base, WINE if base in ESTIMATOR_NAMES else CHARCOAL)
