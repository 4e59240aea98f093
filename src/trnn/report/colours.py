"""The figures' colours, made readable on the report's light and dark backgrounds."""

from dataclasses import dataclass

BLACK, WHITE = "#000000", "#ffffff"
LIGHT, DARK = "#ffffff", "#14171a"  # backgrounds; templates/style.css has the same
ENOUGH = 3.0  # contrast of lines against their background, WCAG 2.2, criterion 1.4.11
_STEP = 0.02


@dataclass(frozen=True)
class Pair:
    """A colour for the light page and one for the dark page, as #rrggbb."""

    light: str
    dark: str


def readable(colour: str) -> Pair:
    """Return `colour` darkened and lightened just so far that its contrast is enough.

    Black, which stands for the truth, becomes white on the dark page.
    """
    if colour == BLACK:
        return Pair(BLACK, WHITE)
    return Pair(_towards(colour, BLACK, LIGHT), _towards(colour, WHITE, DARK))


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _towards(colour: str, end: str, background: str) -> str:
    share = 0.0
    mixed = colour.lower()
    while contrast(mixed, background) < ENOUGH:
        share += _STEP
        pairs = zip(_channels(colour), _channels(end), strict=True)
        mixed = "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in pairs)
    return mixed


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
