"""The Markdown that a run writes, as HTML that reads well and by a screen reader.

Headings move down so that they fit into the page, and tables get what Markdown cannot express: a
caption (the paragraph before the table, if it introduces it by a colon), header cells with their
scope, and a container in which a wide table scrolls by itself.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

LONG = 48  # characters: a longer cell wraps, see `.words` in templates/style.css


@dataclass(frozen=True)
class Section:
    """A heading's level in the source (0: before the first), its text, and the HTML below it."""

    level: int
    title: str
    body: str


def sections(text: str) -> list[Section]:
    """Return the sections of a Markdown text, one for each heading."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    found: list[Section] = []
    level, title, body = 0, "", list[Token]()
    tokens = parser.parse(text)
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            found.append(Section(level, title, _render(parser, body, title)))
            level, title, body = int(token.tag[1]), tokens[position + 1].content, []
        elif not _of_heading(tokens, position):
            body.append(token)
    found.append(Section(level, title, _render(parser, body, title)))
    return [section for section in found if section.level or section.body]


def _of_heading(tokens: Sequence[Token], position: int) -> bool:
    return "heading_close" in [t.type for t in tokens[position : position + 2]]


def _render(parser: MarkdownIt, tokens: list[Token], title: str) -> str:
    """Return the HTML of some blocks, the tables made accessible."""
    out: list[Token] = []
    caption = title
    for position, token in enumerate(tokens):
        if token.type == "table_open":
            introduced = _introduction(out)
            caption = introduced or title
            words = html.escape(_plain(caption))
            shown = parser.renderInline(caption.rstrip(":"))
            out.append(
                _raw(
                    f'<div class="scroll" role="region" tabindex="0" aria-label="{words}">'
                    f"<table><caption><span>{shown}</span></caption>"
                )
            )
        elif token.type == "table_close":
            out.append(_raw("</table></div>"))
        else:
            _give_scope(tokens, position)
            out.append(token)
    return parser.renderer.render(out, parser.options, {})


def _introduction(out: list[Token]) -> str | None:
    """Take the paragraph that introduces a table from `out`, and return its text."""
    if [token.type for token in out[-3:]] != ["paragraph_open", "inline", "paragraph_close"]:
        return None
    text = out[-2].content
    if "\n" in text or (": " not in text and not text.endswith(":")):
        return None
    del out[-3:]
    return text


def _give_scope(tokens: Sequence[Token], position: int) -> None:
    """Give header cells their scope; the first cell of a row heads the row.

    The alignment that Markdown writes into the cells is removed: the page has its own. Long texts
    wrap.
    """
    token = tokens[position]
    if token.type == "th_open":
        token.attrs = {"scope": "col"}
    elif token.type == "td_open":
        token.attrs = {"class": "words"} if len(tokens[position + 1].content) > LONG else {}
        if tokens[position - 1].type == "tr_open":
            token.tag = tokens[position + 2].tag = "th"
            token.attrs["scope"] = "row"


def _raw(text: str) -> Token:
    return Token("html_block", "", 0, content=text)


def _plain(text: str) -> str:
    return text.replace("`", "").replace("*", "").rstrip(":")
