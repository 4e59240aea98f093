"""Significance marks: each is read from a row of the statistics table, and names it."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.text import Text

from trnn.errors import TableError
from trnn.figures.source import combine, each, pick, rows

NOT_SIGNIFICANT = "n.s."
_LIMITS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
# A mark and its limit stay on one line of the note (no-break spaces).
_LEGEND = ", ".join(f"{mark}\u00a0p\u00a0<\u00a0{limit}" for limit, mark in _LIMITS)
LEGEND = f"{_LEGEND}, {NOT_SIGNIFICANT}\u00a0otherwise"
_LOOKS_LIKE_A_MARK = re.compile(r"\*|n\.\s?s\.", re.IGNORECASE)


def mark_of(p_holm: float) -> str:
    """Return the mark of a corrected p: ``***`` < 0.001, ``**`` < 0.01, ``*`` < 0.05, n.s."""
    for limit, mark in _LIMITS:
        if p_holm < limit:
            return mark
    return NOT_SIGNIFICANT


def mark_with_p(p_holm: float) -> str:
    """Return the mark and the p that it stands for, for example ``** p = 0.004``."""
    words = "p < 0.001" if p_holm < 0.001 else f"p = {p_holm:.3f}"
    return f"{mark_of(p_holm)} {words}"


def statistics_of(statistics: pd.DataFrame, **values: str) -> Iterator[Any]:
    """Yield the rows of the statistics table with these values that have a corrected p."""
    found = pick(statistics, **values)
    yield from each(found[found["p_holm"].notna()])


def mark_row(
    statistic: Any, panel: str, series: str, with_p: bool = False, **place: Any
) -> pd.DataFrame:
    """Return the row of a mark, its label computed from a row of the statistics table.

    `place` gives x and y, and for a mark over a stretch of the axis `x_low` and `x_high`.
    """
    p = float(statistic.p_holm)
    label = mark_with_p(p) if with_p else mark_of(p)
    extra = {"n": int(statistic.n), **place}
    return rows(panel, "mark", series, label=label, statistic_id=str(statistic.id), **extra)


def brackets(
    statistics: list[tuple[Any, float, float]], panel: str, top: float, step: float, **axes: Any
) -> pd.DataFrame:
    """Return marks over pairs of places: each of `statistics` is a row and the two ends in x.

    They are stacked from `top` upwards, `step` apart.
    """
    return combine(
        [
            mark_row(
                row,
                panel,
                str(row.contrast),
                x=(low + high) / 2,
                x_low=min(low, high),
                x_high=max(low, high),
                y=top + i * step,
                **axes,
            )
            for i, (row, low, high) in enumerate(statistics)
        ]
    )


def check_marks(figure: Figure, source: pd.DataFrame, statistics: pd.DataFrame | None) -> None:
    """Refuse a figure that holds a mark which the statistics table does not.

    Every text on the canvas that looks like a mark (notes, which explain marks, aside) must be the
    label of a row of kind mark in the figure's numbers, and the reverse. Every such row must name a
    row of `statistics`, and its label must follow from that row's p_holm.

    Raises
    ------
    TableError
        With every mark that is not supported.
    """
    problems = _unknown_texts(figure, source)
    known = {} if statistics is None else {str(row.id): row for row in each(statistics)}
    for row in each(pick(source, kind="mark")):
        where = f"mark {row.label!r} of {row.series!r} in panel {row.panel!r}"
        statistic = known.get(row.statistic_id)
        if statistic is None:
            problems.append(f"{where}: the statistics table has no row {row.statistic_id!r}")
        elif row.label not in (mark_of(statistic.p_holm), mark_with_p(statistic.p_holm)):
            problems.append(
                f"{where}: the statistics table has p_holm {statistic.p_holm:.4g} in row "
                f"{row.statistic_id!r}"
            )
    if problems:
        raise TableError("the figure holds marks that are not computed: " + "; ".join(problems))


def _unknown_texts(figure: Figure, source: pd.DataFrame) -> list[str]:
    """Return a problem for each mark that is in one of canvas and numbers only."""
    artists: list[Any] = figure.findobj(Text)
    drawn = Counter(
        text.get_text()
        for text in artists
        if _LOOKS_LIKE_A_MARK.search(text.get_text()) and text.get_gid() != "note"
    )
    listed = Counter(str(label) for label in pick(source, kind="mark")["label"])
    return [
        *(f"{text!r} is drawn but not among the numbers" for text in drawn - listed),
        *(f"{text!r} is among the numbers but not drawn" for text in listed - drawn),
    ]
