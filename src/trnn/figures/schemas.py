"""The schema of the table behind a figure: one row for each thing that is drawn."""

from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, STRING, Column, TableSchema

KINDS = ("bar", "bin", "box", "cell", "choice", "line", "mark", "point", "reference")

FIGURE = TableSchema(
    name="figure",
    path=shown("figure"),
    row="a thing that the figure draws: a bar, a point of a line, a mark",
    columns=(
        Column("panel", STRING, "title of the panel"),
        Column(
            "kind",
            STRING,
            "bar (from 0 to y); bin (of a histogram, x at its middle); box (y the median, "
            "y_low and y_high the quartiles); cell (of a map, its colour the value); choice (a "
            "tick at y = action); line (a point of one); mark (a significance mark); point; "
            "reference (a straight line across the panel at y, or at x)",
            allowed=KINDS,
        ),
        Column("series", STRING, "what is drawn, in the words of the legend"),
        Column("x", FLOAT, "horizontal position, in the unit of x_axis", nullable=True),
        Column("x_label", STRING, "the category at x, if x has categories", nullable=True),
        Column("y", FLOAT, "height, in the unit of y_axis", nullable=True),
        Column(
            "y_low",
            FLOAT,
            "lower end of the 95 % confidence interval over subjects (an agent's trajectory: y "
            "minus a posterior standard deviation; box: first quartile; cell: its lower edge; "
            "re-simulations: 5 % of them; theories: y less a standard error)",
            nullable=True,
        ),
        Column(
            "y_high",
            FLOAT,
            "upper end of the 95 % confidence interval over subjects (an agent's trajectory: y "
            "plus a posterior standard deviation; box: third quartile; cell: its upper edge; "
            "re-simulations: 95 % of them; theories: y plus a standard error)",
            nullable=True,
        ),
        Column("n", INTEGER, "subjects behind the number", "subject", nullable=True, low=0),
        Column("label", STRING, "text beside it, for example a significance mark", nullable=True),
        Column(
            "statistic_id",
            STRING,
            "mark: the row (id) of statistics.parquet whose p_holm gives the label",
            nullable=True,
        ),
        Column(
            "x_low",
            FLOAT,
            "mark over a stretch of the axis (a pair of groups, a cluster of trials): its start; "
            "cell: its left edge; point of a horizontal scale: lower end of the 95 % interval of x",
            nullable=True,
        ),
        Column("x_high", FLOAT, "its end; cell: its right edge; upper end", nullable=True),
        Column("value", FLOAT, "cell: what its colour shows", nullable=True),
        Column("x_axis", STRING, "label of the horizontal axis, with unit", nullable=True),
        Column("y_axis", STRING, "label of the vertical axis, with unit", nullable=True),
    ),
)
