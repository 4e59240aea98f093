"""One visual language for every figure: sizes and type; colours and names are in `palette`."""

import contextlib
import textwrap
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from trnn.figures.palette import BLACK, CHARCOAL, GREY

SINGLE_COLUMN = 85.0  # mm
ONE_AND_A_HALF_COLUMNS = 120.0  # mm
DOUBLE_COLUMN = 180.0  # mm
MM_PER_INCH = 25.4

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
    "text.parse_math": False,  # names of groups and people are shown as they are, dollars too
}


@contextlib.contextmanager
def applied() -> Iterator[None]:
    """Apply the style to what is drawn and saved inside, whatever the user's own settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of `width` x `height` mm, with constrained layout."""
    figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def width_of(n_panels: int) -> float:
    """Return the width of a figure with so many panels side by side, mm."""
    return DOUBLE_COLUMN if n_panels > 1 else SINGLE_COLUMN


def width_mm(figure: Figure) -> float:
    """Return the width of a figure, mm."""
    return float(figure.get_figwidth()) * MM_PER_INCH


def add_note(figure: Figure, text: str, warning: bool = False) -> None:
    """Write a small note at the foot of the canvas, below earlier ones, and make room for it.

    A `warning` stands out in bold.
    """
    columns = int(width_mm(figure) * (0.80 if warning else 0.89))
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
