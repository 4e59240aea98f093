"""One visual language for every figure: sizes, type, colours, names.

The colours are those of Okabe & Ito (https://jfly.uni-koeln.de/color), which people with any
common form of colour blindness can tell apart; in place of their yellow, too pale for a line on
white, stands the olive of Paul Tol's muted scheme (https://personal.sron.nl/~pault). A colour
always means the same thing: estimators and groups share none. A variant of an estimator has its
colour, hatched or dashed.
"""

import contextlib
import textwrap
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from trnn.config.estimators import base_of

SINGLE_COLUMN = 85.0  # mm
ONE_AND_A_HALF_COLUMNS = 120.0  # mm
DOUBLE_COLUMN = 180.0  # mm
MM_PER_INCH = 25.4

BLACK, GREY, LIGHT_GREY = "#000000", "#999999", "#D9D9D9"
ORANGE, SKY_BLUE, GREEN, OLIVE = "#E69F00", "#56B4E9", "#009E73", "#999933"
BLUE, VERMILLION, PURPLE, CHARCOAL = "#0072B2", "#D55E00", "#CC79A7", "#4D4D4D"

ESTIMATOR_COLOURS = {
    "truth": BLACK,
    "oracle": BLACK,
    "prior": GREY,
    "mle": ORANGE,
    "filter": SKY_BLUE,
    "bayes": GREEN,
    "trnn": VERMILLION,
    "trnn_unlinked": VERMILLION,
    "drnn": PURPLE,
    "drnn_pooled": PURPLE,
}
ESTIMATOR_NAMES = {
    "truth": "truth",
    "oracle": "true probabilities",
    "prior": "prior mean",
    "mle": "maximum likelihood",
    "filter": "random-walk filter",
    "bayes": "switching filter",
    "trnn": "t-RNN",
    "trnn_unlinked": "t-RNN, no parameter layers",
    "drnn": "d-RNN",
    "drnn_pooled": "d-RNN, all groups",
}
GROUP_COLOURS = {"bipolar": OLIVE, "depression": BLUE, "healthy": CHARCOAL}
CONDITION_COLOURS = {"easy": BLUE, "hard": OLIVE}

TEXT_SIZE, SMALL_SIZE, NOTE_SIZE = 7.0, 6.0, 5.5  # points
STAND_IN_NOTE = "simulated stand-ins, not people"

RC: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # ships with matplotlib: the same on every machine
    "font.size": TEXT_SIZE,
    "axes.labelsize": TEXT_SIZE,
    "axes.titlesize": TEXT_SIZE,
    "axes.titlepad": 4.0,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": SMALL_SIZE,
    "ytick.labelsize": SMALL_SIZE,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "legend.fontsize": SMALL_SIZE,
    "legend.frameon": False,
    "legend.handlelength": 1.4,
    "legend.columnspacing": 1.4,
    "lines.linewidth": 1.0,
    "savefig.dpi": 300,
    "figure.dpi": 100,
    "pdf.fonttype": 42,  # text stays text that an editor can select
    "pdf.compression": 6,
    "axes.unicode_minus": True,
}


@contextlib.contextmanager
def applied() -> Iterator[None]:
    """Apply the style to what is drawn and saved inside, whatever the user's own settings."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of `width` x `height` mm, with constrained layout."""
    figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def width_mm(figure: Figure) -> float:
    """Return the width of a figure, mm."""
    return float(figure.get_figwidth()) * MM_PER_INCH


def add_note(figure: Figure, text: str, warning: bool = False) -> None:
    """Write a small note at the foot of the canvas, below earlier ones, and make room for it.

    A `warning` stands out in bold.
    """
    columns = int(width_mm(figure) * (0.80 if warning else 0.93))
    note = figure.text(
        0,
        0,
        textwrap.fill(text, columns, break_on_hyphens=False),
        size=NOTE_SIZE,
        color=BLACK if warning else CHARCOAL,
        weight="bold" if warning else "normal",
        ha="left",
        va="bottom",
        linespacing=1.25,
        gid="note",
    )
    note.set_in_layout(False)
    height = float(figure.get_figheight()) * 72
    margin = 3.0  # points
    bottom = margin
    for other in reversed([t for t in figure.texts if t.get_gid() == "note"]):
        other.set_position((margin / (float(figure.get_figwidth()) * 72), bottom / height))
        bottom += (other.get_text().count("\n") + 1) * NOTE_SIZE * 1.4 + 1.0
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(rect=(0, bottom / height, 1, 1 - bottom / height))  # type: ignore[call-arg]


def say_empty(axes: Axes, text: str = "no such trials") -> None:
    """Write into an empty panel that there is nothing to draw."""
    axes.text(
        0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=GREY, gid="empty"
    )


def estimator_name(estimator: str) -> str:
    """Return an estimator's name for people; an unknown one keeps its own."""
    return ESTIMATOR_NAMES.get(estimator, estimator)


def estimator_of(series: str) -> str:
    """Return the estimator that the legend calls `series`; an unknown name is an estimator's."""
    return next((key for key, name in ESTIMATOR_NAMES.items() if name == series), series)


def is_variant(series: str) -> bool:
    """Return whether the legend's name is that of a variant of an estimator."""
    estimator = estimator_of(series)
    return estimator != base_of(estimator) and base_of(estimator) in ESTIMATOR_COLOURS


def group_colour(group: str) -> str:
    """Return a group's colour; charcoal for an unknown one."""
    return GROUP_COLOURS.get(group, CHARCOAL)


def series_colour(series: str) -> str:
    """Return the colour of a series by the name that the legend gives it."""
    by_name = {**GROUP_COLOURS, **CONDITION_COLOURS}
    if series in by_name:
        return by_name[series]
    return ESTIMATOR_COLOURS.get(base_of(estimator_of(series)), CHARCOAL)
