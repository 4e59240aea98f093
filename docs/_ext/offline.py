"""A built site that would fetch anything when it is read is an error."""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

LOADED = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*?\s(?:src|href)=[\"']?((?:https?:)?//[^\"'\s>]+)"
)
STYLED = re.compile(r"(?:@import\s+|url\()\s*[\"']?((?:https?:)?//[^\"')\s]+)")


def fetched(folder: Path) -> dict[str, list[str]]:
    """Return the addresses that pages and styles of a site load, by file."""
    found: dict[str, list[str]] = {}
    for pattern, suffix in ((LOADED, "*.html"), (STYLED, "*.css")):
        for path in sorted(folder.rglob(suffix)):
            addresses = pattern.findall(path.read_text(encoding="utf-8"))
            if addresses:
                found[str(path.relative_to(folder))] = addresses
    return found


def _check(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        for name, addresses in fetched(Path(app.outdir)).items():
            logger.warning("%s would be read with a network: %s", name, ", ".join(addresses))


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at the site once it is built."""
    app.connect("build-finished", _check)
    return {"parallel_read_safe": True}
