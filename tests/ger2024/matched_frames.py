"""Joined frames of agents that are matched to people."""

import pandas as pd


def matched(people: pd.DataFrame, n_agents: int = 2) -> pd.DataFrame:
    """Return agents that did and are estimated as their person: a control that shows it all."""
    parts = [
        people.assign(person=people["subject"], subject=people["subject"] + f"-{k + 1}")
        for k in range(n_agents)
    ]
    return pd.concat(parts, ignore_index=True).astype({"subject": "str", "person": "str"})
