"""Where true values of all parameters together rank in the posteriors."""

from collections.abc import Iterator, Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trnn.checks.calibration.calibration_table import SESSION, TENTH
from trnn.checks.calibration.joint_table import NEARNESS
from trnn.estimators.registry import focus_and_optimum
from trnn.figures import artists, palette, style
from trnn.figures.about import About
from trnn.figures.keys import JOINT_CALIBRATION
from trnn.figures.labels import symbol
from trnn.figures.source import combine, pick, rows

ESTIMATORS = focus_and_optimum()[::-1]
X_AXES = {SESSION: "level", TENTH: "tenth of the session"}
Y_AXES = {SESSION: "share − level", TENTH: "greatest distance"}
NOTE = (
    "Left: share of agents that rank at or below a level, less the level, with 95 % CI. Right: "
    "the greatest such distance. Dotted: limits of a calibrated posterior."
)


def source(table: pd.DataFrame) -> pd.DataFrame:
    """Return lines and limits of each quantity (a row of panels), of the session and by tenth."""
    parts = []
    drawn = table[table["estimator"].isin(ESTIMATORS)]
    for words, own in _quantities(drawn):
        for estimator in ESTIMATORS:
            for by in (SESSION, TENTH):
                part = pick(own, estimator=estimator, by=by)
                if len(part):
                    parts += _lines(f"{words}, {by}", by, palette.estimator_name(estimator), part)
    return combine(parts)


def _lines(panel: str, by: str, series: str, part: pd.DataFrame) -> list[pd.DataFrame]:
    """Return an estimator's line in a panel, and its limits."""
    # The quantity stands at the left of its row.
    words = f"{panel.rsplit(', ', 1)[0]}: " if by == SESSION else ""
    common = {"x_axis": X_AXES[by], "y_axis": f"{words}{Y_AXES[by]}"}
    limit = float(part["limit"].max())
    limits = [-limit, limit] if by == SESSION else [limit]
    if by == SESSION:
        own = part.sort_values("level")
        ends = {
            "y_low": (own["ci_low"] - own["level"]).to_numpy(dtype=float),
            "y_high": (own["ci_high"] - own["level"]).to_numpy(dtype=float),
        }
        x, y = own["level"], own["deviation"]
    else:
        # The distance is the same in the rows of all levels.
        own, ends = part.drop_duplicates("position").sort_values("position"), {}
        x, y = own["position"] + 1, own["distance"]
    line = rows(
        panel,
        "line",
        series,
        x=x.to_numpy(dtype=float),
        y=y.to_numpy(dtype=float),
        n=own["n"].to_numpy(),
        **ends,
        **common,
    )
    return [line, *(rows(panel, "reference", series, y=end, **common) for end in limits)]


def draw(tables: Mapping[str, pd.DataFrame], about: About) -> tuple[Figure, pd.DataFrame]:
    """Draw the figure from `joint_calibration`: a row a quantity; the session, and its tenths."""
    table = source(tables[JOINT_CALIBRATION])
    names = list(dict.fromkeys(str(panel).rsplit(", ", 1)[0] for panel in table["panel"]))
    figure = style.new_figure(style.DOUBLE_COLUMN, 24 + 38 * max(len(names), 1))
    grid = figure.subplots(max(len(names), 1), 2, squeeze=False)
    for i, (row, name) in enumerate(zip(grid, names, strict=False)):
        for axes, by in zip(row, (SESSION, TENTH), strict=True):
            own = pick(table, panel=f"{name}, {by}")
            _panel(axes, own, by)
            artists.label_axes(axes, own, x=i == len(names) - 1)
    for axes, title in zip(grid[0], ("a trial of the session", "by tenth"), strict=True):
        axes.set_title(title)
    handles = [artists.line_handle(name) for name in artists.series_of(table, "line")]
    if handles:
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    else:
        style.say_empty(grid[0, 0], "no joint posterior")
    style.add_note(figure, NOTE)
    return figure, table


def _panel(axes: Axes, table: pd.DataFrame, by: str) -> None:
    limits = pick(table, kind="reference")
    artists.reference(axes, limits, dict.fromkeys(limits["series"], ":"))
    for name in artists.series_of(table, "line"):
        own = pick(table, kind="line", series=name)
        artists.line(axes, own, marker="o", markersize=2.0)
    if by == TENTH:
        axes.set_ylim(bottom=0)
        artists.whole_ticks(axes)


def _quantities(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each quantity in words, with its rows."""
    for (kind, names), own in table.groupby(["quantity", "parameters"], sort=False):
        symbols = [symbol(name) for name in str(names).split(", ")]
        yield (kind if kind == NEARNESS else " × ".join(symbols)), own
