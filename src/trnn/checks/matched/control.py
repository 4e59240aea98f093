"""The control of what people show: agents matched to each person, whose parameters never change.

Estimates lag, shrink and follow choices whether parameters move or not, so that people's estimates
show courses, drops and correlations which say nothing of people. Agents with a person's own
constant fit, on that person's own schedule, show of them what the method gives of itself. What is
claimed of people is therefore the paired difference.
"""

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from trnn.trials.arms import MEANS
from trnn.trials.index import subject_codes
from trnn.trials.join import KEYS, join_estimates

Array = np.ndarray
# A value of each subject of a joined frame, by first appearance; NaN where there is none.
Compute = Callable[[pd.DataFrame], Array]

PEOPLE, AGENTS = "people", "matched agents"
SIDES = (PEOPLE, AGENTS)
PERSON = "person"


def matched_agents(
    people: pd.DataFrame, trials: pd.DataFrame, estimates: pd.DataFrame
) -> pd.DataFrame:
    """Return the joined frame of the agents matched to people, with what is known of the people.

    Parameters
    ----------
    people : the people's joined frame, or their trials
    trials, estimates : those of the agents; `trials` names each agent's person

    Returns
    -------
    DataFrame: a row for each trial of an agent, with the column `person`, and with the person's
    group and mean rewards of the arms, where the people's table has them.

    Raises
    ------
    TableError
        If trials and estimates are not of the same rows.
    """
    frame = join_estimates(trials, estimates)
    own = [name for name in ("group", *MEANS) if name in people.columns]
    known = people[[*KEYS, *own]].rename(columns={"subject": PERSON})
    return frame.merge(known, on=[PERSON, *KEYS[1:]], how="left", validate="many_to_one")


def of_people(agents: pd.DataFrame, values: Array, people: Collection[str]) -> Array:
    """Return for each person the mean over its agents of those that have a value (n_people,).

    NaN for a person without such an agent.

    Parameters
    ----------
    values : a value of each agent, by first appearance
    people : their names, in the order that is wanted
    """
    code, _ = subject_codes(agents)
    first = np.unique(code, return_index=True)[1]
    own = pd.Series(values, index=agents[PERSON].iloc[first].to_numpy(), dtype=float)
    return own.groupby(level=0).mean().reindex(list(people)).to_numpy(dtype=float)


def paired(
    people: pd.DataFrame, agents: pd.DataFrame | None, compute: Compute
) -> tuple[Array, Array | None]:
    """Return a value of each person, and of its control, (n_people,) each.

    A person who lacks one of the two is NaN in both. Without agents there is no control: None.
    """
    own = compute(people)
    if agents is None:
        return own, None
    _, names = subject_codes(people)
    control = of_people(agents, compute(agents), names)
    missing = np.isnan(own) | np.isnan(control)
    return np.where(missing, np.nan, own), np.where(missing, np.nan, control)


def courses_of_people(agents: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """Return the mean course of each person's agents.

    Parameters
    ----------
    courses : (agent x point) values, indexed by the agents' names; NaN is left out

    Returns
    -------
    (person x point), indexed by the people's names.
    """
    person = agents.drop_duplicates("subject").set_index("subject")[PERSON]
    return courses.groupby(person.reindex(courses.index).to_numpy(), sort=False).mean()


def in_both(first: pd.DataFrame, second: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows and columns that two tables of courses have in common, ordered alike."""
    rows = first.index.intersection(second.index)
    points = first.columns.intersection(second.columns)
    return first.loc[rows, points], second.loc[rows, points]
