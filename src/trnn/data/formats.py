"""Formats of raw files: what reads one, what writes stand-ins in it, which columns it gives."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from trnn.errors import ConfigError
from trnn.tables.schema import Column

PLAIN = "plain"


@dataclass(frozen=True)
class Format:
    """A format of raw files.

    `read` takes a file's content (a CSV) and its name for messages, and returns the prepared frame;
    `write` writes a frame of simulated stand-ins as a raw file. `columns` are those of the prepared
    table beside subject, group, block, trial and action: the reward, and what else the format has.
    """

    read: Callable[[bytes, str], pd.DataFrame]
    write: Callable[[pd.DataFrame, str | Path], None]
    columns: tuple[Column, ...]


def module_of(name: str) -> str:
    """Return the module that defines a format: the name itself, but for the plain format."""
    return "trnn.data.own" if name == PLAIN else name


def load_format(name: str) -> Format:
    """Return the format of a registry's row: "plain", or the FORMAT of the module of that name.

    Raises
    ------
    ConfigError
        If there is no such module, or it defines no FORMAT.
    """
    try:
        found = getattr(importlib.import_module(module_of(name)), "FORMAT", None)
    except ImportError as error:
        raise ConfigError(
            f"format {name!r} of raw files: cannot import the module ({error}); give '{PLAIN}', "
            "or a module on Python's path that defines FORMAT, a trnn.data.formats.Format."
        ) from error
    if not isinstance(found, Format):
        raise ConfigError(
            f"format {name!r} of raw files: the module must define FORMAT, a "
            f"trnn.data.formats.Format; got {type(found).__name__}."
        )
    return found
