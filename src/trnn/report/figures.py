"""The run's figures as the report shows them: embedded, described, with links to their files."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from trnn.errors import DataError
from trnn.figures.entry import FigureEntry
from trnn.tables.layout import file_of

FILE_DPI = 300  # of the PNG files, see trnn.figures.style
DPI = 200  # sharp where a pixel is an eighth of a point
PIXELS_PER_MM = 5.0  # on the page, at most: a single column is 425 pixels wide
MM_PER_INCH = 25.4
# Kinds that answer the first question, how well choices and parameters are found; people's first.
LEADING = ("errors_of_people", "errors_of_agents")


@dataclass(frozen=True)
class Drawn:
    """A figure that was drawn for an experiment: its files' kind, its PNG, and what it is called.

    `label` is what a paper calls it, for example ``Figure 3B``; empty if it has none.
    """

    experiment: str
    entry: FigureEntry
    png: str | Path
    label: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure: `source` is a data URL; width and height are pixels of the page."""

    name: str
    title: str
    caption: str
    source: str
    width: int
    height: int
    links: tuple[tuple[str, str], ...]

    @property
    def alternative(self) -> str:
        """The text that a screen reader reads out in place of the picture."""
        return f"{self.title}. {self.caption}"


def picture(figure: Drawn, simulated: bool) -> Picture:
    """Return a figure as the page shows it; `simulated`: its people are stand-ins.

    Raises
    ------
    DataError
        If the figure's file is not an image.
    """
    source, width, height = _embed(figure.png)
    entry, name = figure.entry, f"{figure.experiment}-{figure.entry.kind}"
    title = f"{entry.title}, {figure.experiment}"
    files = {"experiment": figure.experiment, "kind": entry.kind}
    caption = entry.caption
    if simulated and entry.of_people:
        caption += " Made of simulated stand-ins, not people."
    return Picture(
        name=name,
        title=f"{figure.label}. {title}" if figure.label else title,
        caption=caption,
        source=source,
        width=width,
        height=height,
        links=tuple(
            (words, file_of("figure", **files, suffix=suffix))
            for words, suffix in (("PDF", "pdf"), ("PNG", "png"), ("numbers (Parquet)", "parquet"))
        ),
    )


def by_experiment(figures: Sequence[Drawn]) -> dict[str, list[Drawn]]:
    """Return the figures of each experiment, in the order given."""
    groups: dict[str, list[Drawn]] = {}
    for figure in figures:
        groups.setdefault(figure.experiment, []).append(figure)
    return groups


def leading(figures: Sequence[Drawn]) -> Drawn | None:
    """Return the figure that a page opens with: of people, if there are any; None without one."""
    for kind in LEADING:
        for figure in figures:
            if figure.entry.kind == kind:
                return figure
    return None


def _embed(png: str | Path) -> tuple[str, int, int]:
    """Return a smaller PNG as a data URL, with the size that it takes on the page."""
    try:
        with Image.open(png) as file:
            image = file.convert("RGB")
    except OSError as error:
        raise DataError(f"{png}: not an image ({error}); delete it and draw it again.") from error
    width, height = (round(side * DPI / FILE_DPI) for side in image.size)
    smaller = image.resize((width, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    # A figure has few colours: with a palette it takes a third of the room.
    smaller.quantize(256, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    text = base64.b64encode(buffer.getvalue()).decode("ascii")
    scale = PIXELS_PER_MM * MM_PER_INCH / DPI
    return f"data:image/png;base64,{text}", round(width * scale), round(height * scale)
