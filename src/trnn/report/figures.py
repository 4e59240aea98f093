"""The run's figures as the report shows them: embedded, described, with links to their files."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from trnn.errors import DataError
from trnn.figures import catalogue

FILE_DPI = 300  # of the PNG files, see trnn.figures.style
DPI = 200  # sharp where a pixel is an eighth of a point
PIXELS_PER_MM = 5.0  # on the page, at most: a single column is 425 pixels wide
MM_PER_INCH = 25.4


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
        """What a screen reader says in place of the picture."""
        return f"{self.title}. {self.caption}"


def picture(name: str, png: str | Path, simulated: bool) -> Picture:
    """Return a figure of the catalogue, drawn in the file `png`.

    Raises
    ------
    DataError
        If the file is not an image.
    """
    entry = catalogue.entry(name)
    source, width, height = _embed(png)
    caption = entry.caption
    if simulated and entry.of_people:
        caption += " Made of simulated stand-ins, not people."
    return Picture(
        name=name,
        title=f"{label_of(name)}. {entry.title}",
        caption=caption,
        source=source,
        width=width,
        height=height,
        links=tuple(
            (kind, f"figures/{name}.{suffix}")
            for kind, suffix in (("PDF", "pdf"), ("PNG", "png"), ("numbers (Parquet)", "parquet"))
        ),
    )


def by_experiment(names: Sequence[str]) -> dict[str, list[str]]:
    """Return the names of the figures of each experiment, in the order of the catalogue."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(catalogue.entry(name).experiment, []).append(name)
    return groups


def label_of(name: str) -> str:
    """Return a figure's label, for example ``Figure 3A`` of figure_3a."""
    kind, _, rest = name.partition("_")
    number, _, detail = rest.partition("_")
    number = number.upper()
    return f"{kind.capitalize()} {number}" + (f" ({detail.replace('_', ' ')})" if detail else "")


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
