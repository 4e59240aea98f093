"""The checkout whose settings and code count."""

from pathlib import Path

from trnn.tables.origin import PROJECT


def checkout() -> Path:
    """Return the working folder, if it is a checkout; else the one that this package stands in."""
    here = Path()
    return here if (here / "Snakefile").is_file() and (here / "src/trnn").is_dir() else PROJECT
