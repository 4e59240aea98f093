"""Numbers, names and tables as Markdown."""

import re

import pandas as pd

# What begins markup or HTML; an underscore within a word, and a "less than", do not.
SIGNS = re.compile(r"[\\`*~\[\]]|<(?=[\w/!?])|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")


def plain(name: object) -> str:
    """Return a name of the data (a subject's, a group's) so that Markdown shows it as it is.

    What a table's cell must not hold, `markdown_table` sees to.
    """
    return SIGNS.sub(r"\\\g<0>", " ".join(str(name).splitlines()))


def markdown_table(table: pd.DataFrame) -> str:
    """Return a Markdown table of a frame of Markdown texts, without its index."""
    escaped = table.astype(object).map(_cell).rename(columns=_cell)
    return escaped.to_markdown(index=False, disable_numparse=True)


def _cell(text: object) -> str:
    # A bar would end the cell.
    return str(text).replace("|", "\\|")


def p_words(p: float | None) -> str:
    """Return p as text; "" if there is none."""
    if p is None or pd.isna(p):
        return ""
    return f"{p:.3f}" if p >= 0.001 else f"{p:.1e}"


def interval_words(
    value: float,
    low: float,
    high: float,
    published: float | None = None,
    digits: int = 4,
    signed: bool = False,
) -> str:
    """Return "value [low, high] (published)"; parts that are missing (None or NaN) are left out.

    A missing value is a dash, so that a published number stands beside it all the same.
    """
    text = "–" if pd.isna(value) else _number(value, digits, signed)
    if not (pd.isna(value) or pd.isna(low) or pd.isna(high)):
        text += f" [{_number(low, digits, signed)}, {_number(high, digits, signed)}]"
    if published is not None and not pd.isna(published):
        text += f" ({_number(published, digits, signed)})"
    return text


def digits_for(largest: float) -> int:
    """Return the decimals for numbers up to `largest`: four, or more for small ones."""
    digits = 4
    while 0 < abs(largest) < 10.0 ** (2 - digits) and digits < 8:
        digits += 1
    return digits


def _number(value: float, digits: int, signed: bool) -> str:
    # Adding 0 makes the -0.0 that rounding leaves a 0.0.
    rounded = round(float(value), digits) + 0.0
    return f"{rounded:+.{digits}f}" if signed else f"{rounded:.{digits}f}"
