"""Reading back from a figure what it shows."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from trnn.figures import palette, style


def rendered(figure: Figure) -> Figure:
    """Return the figure after it was laid out and drawn."""
    with style.applied():
        figure.canvas.draw()
    return figure


def texts(figure: Figure) -> list[Text]:
    """Return every text that the reader sees."""
    found = list(figure.texts)
    legends = list(figure.legends)
    for axes in figure.axes:
        found += [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts]
        found += _tick_labels(axes)
        own = axes.get_legend()
        if own is not None:
            legends.append(own)
    for legend in legends:
        found += legend.get_texts()
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def clipped(figure: Figure) -> list[str]:
    """Return the texts that reach beyond the canvas."""
    out = []
    for text in texts(figure):
        box = text.get_window_extent()
        # Half a pixel: glyphs are placed on whole ones.
        inside = box.x0 >= -0.5 and box.y0 >= -0.5
        inside &= box.x1 <= figure.bbox.x1 + 0.5 and box.y1 <= figure.bbox.y1 + 0.5
        if not inside:
            out.append(text.get_text())
    return out


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Return pairs of texts whose boxes overlap."""
    found = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    return [
        (a, b)
        for i, (a, box) in enumerate(found)
        for b, other in found[i + 1 :]
        if _area(box, other) > 1.0
    ]


def lines(figure: Figure) -> list[tuple[str, tuple, tuple]]:
    """Return (series, x, y) of the lines of series; pieces in one panel are joined."""
    out = []
    for axes in figure.axes:
        joined: dict[str, list] = {}
        for line in axes.lines:
            gid = str(line.get_gid())
            if gid.startswith("line:"):
                joined.setdefault(gid.removeprefix("line:"), []).append(line.get_xydata())
        for series, pieces in joined.items():
            xy = np.concatenate(pieces)
            out.append((series, tuple(xy[:, 0]), tuple(xy[:, 1])))
    return sorted(out)


def boxes(figure: Figure, gid: str) -> list[tuple[float, float, float]]:
    """Return (middle, bottom, top) of the bars with a gid."""
    return sorted(
        (p.get_x() + p.get_width() / 2, p.get_y(), p.get_y() + p.get_height())
        for axes in figure.axes
        for p in _of_kind(axes.patches, gid)
    )


def points(figure: Figure) -> list[tuple[float, float]]:
    """Return (x, y) of the points."""
    return sorted(
        (float(xy[0]), float(xy[1]))
        for axes in figure.axes
        for c in _of_kind(axes.collections, "point")
        for xy in c.get_offsets()
    )


def choices(figure: Figure) -> list[tuple[float, float]]:
    """Return (x, action) of the ticks of choices: those above are of action 0."""
    return sorted(
        (float(c.get_segments()[0][0, 0]), 0.0 if c.get_segments()[0][0, 1] > 0.5 else 1.0)
        for axes in figure.axes
        for c in _of_kind(axes.collections, "choice")
    )


def references(figure: Figure) -> list[float]:
    """Return the positions of straight lines across panels."""
    out = []
    for axes in figure.axes:
        for line in axes.lines:
            if line.get_gid() == "reference":
                x, y = (np.asarray(v, dtype=float) for v in line.get_data())
                out.append(float(y[0]) if y[0] == y[1] else float(x[0]))
    return sorted(out)


def marks(axes: Axes) -> dict[str, list[tuple[float, str]]]:
    """Return the marks above the bars of each estimator: (x of the bar, mark)."""
    # A variant has its base's colour.
    estimators = {
        palette.ESTIMATOR_COLOURS[n]: n for n in palette.ESTIMATOR_COLOURS if "_" not in n
    }
    bars = _of_kind(axes.patches, "bar")
    out: dict[str, list[tuple[float, str]]] = {}
    for text in axes.texts:
        if text.get_gid() != "mark":
            continue
        x, y = text.xy  # type: ignore[attr-defined]
        (bar,) = [b for b in bars if b.get_x() < x < b.get_x() + b.get_width()]
        assert y >= bar.get_height()
        colour = style.mpl.colors.to_hex(bar.get_facecolor()).upper()
        out.setdefault(estimators[colour], []).append((float(x), text.get_text()))
    return out


def _of_kind(artists: Iterable[Any], gid: str) -> list[Any]:
    return [artist for artist in artists if artist.get_gid() == gid]


def _tick_labels(axes: Axes) -> list[Text]:
    out = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            slack = 1e-9 * (high - low)
            if low - slack <= tick.get_loc() <= high + slack:
                out.append(tick.label1)
    return out


def _area(a: Bbox, b: Bbox) -> float:
    """Return the area that two boxes share, square pixels; touching lines share none."""
    shared = Bbox.intersection(a, b)
    return 0.0 if shared is None else float(shared.width * shared.height)
