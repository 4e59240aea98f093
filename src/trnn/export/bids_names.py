"""Labels of BIDS: letters and digits alone, and different for different people."""

import re
from collections.abc import Sequence

from trnn.errors import DataError

_OTHER = re.compile(r"[^0-9A-Za-z]")


def label(text: str, entity: str = "") -> str:
    """Return a text's letters and digits, without the entity's own prefix (sub-, ses-)."""
    return _OTHER.sub("", text.removeprefix(f"{entity}-"))


def labels(texts: Sequence[str], entity: str, where: str) -> dict[str, str]:
    """Return the label of each text.

    Raises
    ------
    DataError
        If one has no letter and no digit, or two would have one label, whatever its case: many file
        systems tell no cases apart.
    """
    found: dict[str, str] = {}
    seen: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        made = label(text, entity)
        if not made:
            raise DataError(
                f"{where}: '{text}' has no letter a-z and no digit, of which a label of "
                f"BIDS is made ({entity}-<label>). Give it another name."
            )
        if made.casefold() in seen:
            raise DataError(
                f"{where}: '{seen[made.casefold()]}' and '{text}' would both be {entity}-{made} in "
                "BIDS, whose labels hold letters and digits alone. Give one of them another name."
            )
        found[text] = made
        seen[made.casefold()] = text
    return found
