"""The agents matched to people, as figures show them beside the people."""

from collections.abc import Mapping

import pandas as pd

from trnn.checks.matched.control import AGENTS, PERSON, matched_agents
from trnn.figures import keys
from trnn.figures.source import combine

TABLES = (keys.MATCHED, *keys.estimates("matched", "trnn"))


def matched(tables: Mapping[str, pd.DataFrame], people: pd.DataFrame) -> pd.DataFrame | None:
    """Return the joined frame of the agents matched to people; None where there are none."""
    if not set(TABLES) <= set(tables):
        return None
    return matched_agents(people, *(tables[key] for key in TABLES))


def as_people(agents: pd.DataFrame) -> pd.DataFrame:
    """Return the agents' frame with each one's person as its subject.

    An average over a subject's blocks is then one over the blocks of all of a person's agents.
    """
    return agents.assign(subject=agents[PERSON])


def of_agents(name: object) -> str:
    """Return the series of a condition's agents."""
    return f"{name}, {AGENTS}"


def as_agents(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of curves as those of the agents, under names of their own.

    Their intervals are left out, as they are not drawn: what is claimed is the paired difference.
    """
    if table.empty:
        return combine([])
    return table.assign(
        series=[of_agents(name) for name in table["series"]],
        y_low=float("nan"),
        y_high=float("nan"),
    )
