"""Equations as MathML, which browsers draw themselves: no script, no font, no network.

docutils translates TeX; Sphinx lets a writer be chosen for equations (`html_math_renderer`).
"""

from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)


def _mathml(tex: str, node: nodes.Element, block: bool) -> str:
    try:
        return tex2mathml(tex, as_block=block)
    except MathError as error:
        # A warning ends the build: no reader should meet TeX.
        logger.warning("cannot draw the equation %r: %s", tex, error, location=node)
        return ""


def _inline(self: Any, node: nodes.math) -> None:
    self.body.append(_mathml(node.astext(), node, block=False))
    raise nodes.SkipNode


def _block(self: Any, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="equation"))
    self.body.append(_mathml(node.astext(), node, block=True))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
