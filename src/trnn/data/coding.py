"""What cells mean: numbers, which of two choices was made, what it paid."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trnn.data.own_table import OwnTable, short
from trnn.errors import ConfigError, DataError
from trnn.trials.missed import NO_RESPONSE

Array = np.ndarray

MISSED, UNKNOWN = NO_RESPONSE, -2
# Cells of a trial without a choice, without case.
NO_CHOICE = (
    *("", "na", "n/a", "nan", "null", "none", "nil", "missing", "missed", "miss", "no response"),
    *("noresponse", "no_response", "timeout", "too slow", "-", ".", "?", "<na>"),
)
# Choices of other labels than two are a few slips up to this share; above it they mean something.
FEW = 0.05
TRUTH = {"true": 1.0, "false": 0.0}
_WITH_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_WITH_POINT = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?")


def numbers(text: pd.Series) -> tuple[Array, bool]:
    """Return texts as float64, (n,), NaN where they are no finite number; and whether by commas.

    A decimal comma is read where no number of the column has a decimal point.
    """
    plain = text.str.replace("−", "-", regex=False)
    values = np.array(pd.to_numeric(plain, errors="coerce"), dtype=float)
    comma = plain.map(lambda cell: bool(_WITH_COMMA.fullmatch(cell))).to_numpy(dtype=bool)
    point = plain.map(lambda cell: bool(_WITH_POINT.fullmatch(cell))).to_numpy(dtype=bool)
    by_comma = bool(comma.any() and not point.any())
    if by_comma:
        with_points = plain[comma].str.replace(",", ".", regex=False)
        values[comma] = pd.to_numeric(with_points).to_numpy(dtype=float)
    values[~np.isfinite(values)] = np.nan
    return values, by_comma


@dataclass(frozen=True)
class Choices:
    """The choices of n rows.

    `code` (n,): 0, 1, `MISSED` or `UNKNOWN`; `labels`: what 0 and 1 are called in the table.
    """

    code: Array
    labels: tuple[str, str]
    said: tuple[str, ...]


def choices_of(
    table: OwnTable, column: str, given: Sequence[str] | None, missing: Sequence[str]
) -> Choices:
    """Return which of two actions was chosen.

    Parameters
    ----------
    given : two labels, optional
        Those of actions 0 and 1; else the two that there are, in order.
    missing : labels
        Further ones of trials without a choice.

    Raises
    ------
    DataError
        If the labels that are there are not two, up to a few slips.
    """
    text = table.text(column)
    keys, spelt = _labels(text)
    none = {*NO_CHOICE, *(_label(label) for label in missing)}
    if given is not None:
        if len(given) != 2 or _label(given[0]) == _label(given[1]):
            raise ConfigError(f"actions: got {list(given)}; expected two labels, as 'left,right'.")
        none -= {_label(label) for label in given}
    missed = keys.isin(list(none)).to_numpy(dtype=bool)
    counts = keys[~missed].value_counts()
    two = [_label(label) for label in given] if given else _two(table, column, counts, spelt)
    code = np.full(len(keys), UNKNOWN, dtype=np.int64)
    for number, key in enumerate(two):
        code[(keys == key).to_numpy(dtype=bool)] = number
    code[missed] = MISSED
    labels = (spelt.get(two[0], two[0]), spelt.get(two[1], two[1]))
    if not (code >= 0).any():
        raise DataError(
            f"{table.where}: column '{column}': no cell is {labels[0]!r} or {labels[1]!r}; there "
            f"are {[spelt[str(key)] for key in counts.index[:5]]}."
        )
    said = (f"{labels[0]!r} is action 0, {labels[1]!r} is action 1",)
    return Choices(code, labels, said)


def _two(table: OwnTable, column: str, counts: pd.Series, spelt: Mapping[str, str]) -> list[str]:
    told = ", ".join(f"{spelt[str(key)]!r} ({n:,} rows)" for key, n in counts.iloc[:5].items())
    if len(counts) < 2:
        raise DataError(
            f"{table.where}: column '{column}': expected choices of two labels, got "
            f"{told or 'none'}. Say which two there are: {table.hint('actions')}; or which column "
            f"it is: {table.hint('action')}."
        )
    if counts.iloc[2:].sum() > FEW * counts.sum():
        raise DataError(
            f"{table.where}: column '{column}': expected choices between two arms, got "
            f"{len(counts)} labels: {told}. Say which two are meant, {table.hint('actions')}, and "
            f"which stand for a missed response, {table.hint('missed')}."
        )
    return sorted(counts.index[:2], key=_order)


def coded(text: pd.Series, meaning: Mapping[str, int], unknown: int) -> Array:
    """Return what each label stands for, (n,); `unknown` where it is none of those."""
    keys, _ = _labels(text)
    known = {_label(label): value for label, value in meaning.items()}
    return keys.map(known).fillna(unknown).to_numpy(dtype=np.int64)


def _order(key: str) -> tuple[bool, float, str]:
    value = _number(key)
    return (value is None, value or 0.0, key)


def _labels(text: pd.Series) -> tuple[pd.Series, dict[str, str]]:
    """Return each cell's label in a form that can be compared, and how they are spelt."""
    codes, cells = pd.factorize(text)
    keys = [_label(cell) for cell in cells]
    spelt: dict[str, str] = {}
    for key, cell in zip(keys, cells, strict=True):
        spelt.setdefault(key, cell)
    return pd.Series(np.array(keys, dtype=object)[codes]), spelt


def _label(cell: str) -> str:
    """Return a label without case; 1, 1.0 and 1,0 are one."""
    value = _number(cell.strip())
    if value is not None and value.is_integer():
        return str(int(value))
    return cell.strip().casefold()


def _number(cell: str) -> float | None:
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


@dataclass(frozen=True)
class Rewards:
    """The rewards of n rows, (n,), NaN where there is none; `scale`: what they were divided by."""

    value: Array
    scale: float
    said: tuple[str, ...]


def rewards_of(
    table: OwnTable,
    column: str,
    mapping: Mapping[str, float] | None,
    scale: float | None,
    chosen: Array,
    unit: str | None,
) -> Rewards:
    """Return what choices paid.

    Parameters
    ----------
    mapping : label -> reward, optional
        What cells that are no numbers are worth.
    scale : float, optional
        What rewards are divided by. If it is not given, rewards that a model takes in units of its
        own (`unit` None) stay; others are divided by the least of ... 0.5, 1, 2, 5, 10 ... that no
        reward exceeds.
    chosen : (n,) of bool
        Which rows hold a choice: of others the reward does not count.
    unit : str or None
        The unit in which the model needs rewards, where it does.

    Raises
    ------
    DataError
        If no cell holds a reward.
    """
    text = table.text(column)
    said: tuple[str, ...] = ()
    if mapping is not None:
        worth = {_label(label): float(value) for label, value in mapping.items()}
        keys, _ = _labels(text)
        values = keys.map(worth).to_numpy(dtype=float)
        said = ("rewards: " + ", ".join(f"{k!r} is {v:g}" for k, v in mapping.items()),)
    elif set(text[chosen].str.casefold()) - {""} <= set(TRUTH):
        values = text.str.casefold().map(TRUTH).to_numpy(dtype=float)
        said = ("rewards: true is 1, false is 0",)
    else:
        values, by_comma = numbers(text)
        said = ("a comma in a reward is a decimal comma",) if by_comma else ()
    good = values[chosen & np.isfinite(values)]
    if not len(good):
        cells = [short(cell) for cell in dict.fromkeys(text[chosen])][:5]
        raise DataError(
            f"{table.where}: column '{column}': expected rewards, got {', '.join(cells)}. Say what "
            f"they are worth, {table.hint('reward_map')}, or which column it is, "
            f"{table.hint('reward')}."
        )
    low, high = float(good.min()), float(good.max())
    found = f"rewards lie between {low:g} and {high:g}"
    if scale is None:
        scale = 1.0 if unit is not None else round_scale(max(abs(low), abs(high)))
        if scale != 1.0:
            found += f" and are divided by {scale:g}, so that the model's own ranges suit them"
    elif scale != 1.0:
        found += f" and are divided by {scale:g}"
    if unit is not None:
        found += f"; the model takes them as {unit}"
    return Rewards(values / scale, scale, (*said, found))


def round_scale(largest: float) -> float:
    """Return the least of ... 0.5, 1, 2, 5, 10, 20 ... that is not below a number; 1 for zero."""
    if largest <= 0:
        return 1.0
    power = math.floor(math.log10(largest))
    steps = [float(f"{step}e{power + more}") for more in (-1, 0, 1) for step in (1, 2, 5)]
    return next(step for step in steps if step >= largest)
