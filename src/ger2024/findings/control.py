"""The control of what people show: simulated agents whose parameters never change."""

from collections.abc import Collection

import pandas as pd

from ger2024.findings.analyses import STATIONARY
from trnn.trials.join import join_estimates


def constant_agents(
    trials: pd.DataFrame, estimates: pd.DataFrame, constant: Collection[str] = (STATIONARY,)
) -> pd.DataFrame | None:
    """Return the joined frame of the agents of the dynamics `constant`; None if there are none.

    The means of the arms are named as in the people's tables, mu_0 and mu_1.

    Parameters
    ----------
    constant : names of the dynamics under which parameters never change

    Raises
    ------
    TableError
        If trials and estimates are not of the same rows.
    """
    frame = join_estimates(trials, estimates)
    frame = frame[frame["dynamics"].isin(list(constant))].reset_index(drop=True)
    if frame.empty:
        return None
    return frame.rename(columns={"arm_mean_0": "mu_0", "arm_mean_1": "mu_1"})
