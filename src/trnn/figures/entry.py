"""A kind of figure: what it needs, what it is called, and what draws it.

Reading an entry needs no plotting library, so that a Snakefile can; the module that draws is
imported when a figure is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from trnn.errors import ConfigError
from trnn.figures.keys import expanded, is_of, of_agents
from trnn.figures.there import There

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from trnn.figures.about import About

    Draw = Callable[[Mapping[str, pd.DataFrame], About], tuple[Figure, pd.DataFrame]]


class Need(NamedTuple):
    """Something that a figure needs beside its tables: in words, and a check that it is there."""

    words: str
    met: Callable[[There], bool]


PEOPLE = Need("people", lambda there: there.has_people)
VARIANTS = Need("a variant of a network, applied to people", lambda t: t.has_variants_of_people)


def parameter(name: str) -> Need:
    """Return the need of a parameter of the model."""
    return Need(f"the model's parameter {name}", lambda there: name in there.parameters)


def column(name: str) -> Need:
    """Return the need of a column of the people's table."""
    return Need(f"the column {name} of the people's table", lambda there: name in there.columns)


@dataclass(frozen=True)
class FigureEntry:
    """A kind of figure, drawn for every experiment that has what it needs.

    Attributes
    ----------
    kind : str
        Its name, that of its files.
    title, caption : str
        The title without a full stop; what the figure shows and how that was computed, in one to
        four sentences. Neither names an experiment.
    drawn_by : str
        ``package.module:function``; the function takes the tables by key and an `About`.
    tables : tuple of str
        Keys (`trnn.figures.keys`) of the tables that it needs.
    also : tuple of str
        Keys of tables that it draws as well where they are there.
    needs : tuple of Need
        What else must be there.
    of_people : bool
        Whether it shows people's data, where the experiment has people.
    value : str
        What is drawn, where the function can draw several things: its keyword argument `value`.
    """

    kind: str
    title: str
    caption: str
    drawn_by: str
    tables: tuple[str, ...]
    also: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    of_people: bool = False
    value: str = ""

    @property
    def module(self) -> str:
        """The module that draws it."""
        return self.drawn_by.partition(":")[0]

    @property
    def takes_people(self) -> bool:
        """Whether one of its tables holds people's data, where there are people."""
        return not all(of_agents(key) for key in (*self.tables, *self.also))

    def lacks(self, there: There) -> list[str]:
        """Return in words what it needs and the experiment does not have."""
        tables = [f"the table {key}" for key in self.tables if not there.has(key)]
        return tables + [need.words for need in self.needs if not need.met(there)]

    def keys(self, there: There) -> list[str]:
        """Return the keys of all tables that it is drawn from in an experiment."""
        wanted = (*self.tables, *(key for key in self.also if there.has(key)))
        return [key for name in wanted for key in expanded(name, there.networks)]

    def uses(self, key: str) -> bool:
        """Return whether it is drawn from the table of this key."""
        return any(is_of(key, name) for name in (*self.tables, *self.also))

    def missing(self, keys: Collection[str]) -> list[str]:
        """Return the keys among `tables` for which no table is given."""
        return [name for name in self.tables if not any(is_of(key, name) for key in keys)]

    def load(self) -> Draw:
        """Import and return what draws it."""
        module, _, function = self.drawn_by.partition(":")
        draw: Any = getattr(import_module(module), function)
        return partial(draw, value=self.value) if self.value else draw


def by_kind(entries: Iterable[FigureEntry]) -> dict[str, FigureEntry]:
    """Return entries by their kind; ConfigError if two are of one kind."""
    out: dict[str, FigureEntry] = {}
    for entry in entries:
        if entry.kind in out:
            raise ConfigError(f"figures: two entries are called {entry.kind!r}; rename one.")
        out[entry.kind] = entry
    return out


def figures_of(entries: Iterable[FigureEntry], there: There) -> list[FigureEntry]:
    """Return the figures that are drawn for an experiment, in the order given."""
    return [entry for entry in entries if not entry.lacks(there)]


def batches(entries: Iterable[FigureEntry], there: There) -> dict[str, list[FigureEntry]]:
    """Return an experiment's figures in batches that are drawn together, by the batch's name.

    Figures that need people's data have batches of their own: without the data, the others are
    drawn.
    """
    out: dict[str, list[FigureEntry]] = {}
    for entry in figures_of(entries, there):
        apart = there.has_people and not entry.takes_people
        name = f"{there.experiment}_agents" if apart else there.experiment
        out.setdefault(name, []).append(entry)
    return out
