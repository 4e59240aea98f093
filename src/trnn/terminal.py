"""What is printed: text as it is, on every terminal."""

import io
import sys
from pathlib import Path


def tolerate_any_text() -> None:
    """Let standard output show a question mark for a character that it has no code for.

    A terminal or a log that is not UTF-8 cannot show every letter of a result, and a run that has
    done all its work must not fail for this. Standard error writes such characters as codes.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def print_file(path: str | Path) -> None:
    """Print a text file, encoded as UTF-8, on whatever terminal this is."""
    tolerate_any_text()
    print(Path(path).read_text(encoding="utf-8"))
