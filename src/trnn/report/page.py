"""What every page with an explorer carries: templates, style, plotting library, its sessions."""

import json
from importlib.resources import files
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from trnn.report.explorer import Explorer

SCRIPTS = ("tables.js", "sessions.js", "explorer.js")


def environment(*before: BaseLoader) -> Environment:
    """Return what renders the report's templates, and those that `before` loads."""
    return Environment(
        loader=ChoiceLoader([*before, PackageLoader("trnn.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def carried(explorer: Explorer) -> dict[str, Any]:
    """Return what goes into the page as it is: style, plotting library, explorer and its data."""
    templates = files("trnn.report") / "templates"
    index = json.dumps(explorer.index, ensure_ascii=False, separators=(",", ":"))
    return {
        "style": Markup((templates / "style.css").read_text(encoding="utf-8")),
        "scripts": [Markup((templates / name).read_text(encoding="utf-8")) for name in SCRIPTS],
        "plotly": Markup(get_plotlyjs()),
        # Within a script element neither its end tag nor a comment may appear, as names might.
        "explorer": {
            "index": Markup(index.replace("<", "\\u003c")),
            "payloads": [Markup(text) for text in explorer.payloads],
        },
    }
