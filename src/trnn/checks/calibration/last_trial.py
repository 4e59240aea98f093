"""Squared errors at the last trial of agents whose parameters never change."""

from collections.abc import Mapping, Sequence

import pandas as pd

from trnn.config.dynamics import Range
from trnn.theory.parameters import error_scale
from trnn.trials.join import check_same_trials


def last_trial_errors(
    agents: pd.DataFrame,
    estimates: Mapping[str, pd.DataFrame],
    constant: Sequence[str],
    ranges: Mapping[str, Range],
) -> pd.DataFrame:
    """Return the squared errors at each constant agent's last trial.

    Parameters
    ----------
    agents : subject, dynamics, block, trial and the true parameters
    estimates : estimator -> subject, block, trial and its estimates of the same trials
    constant : the dynamics under which parameters never change
    ranges : parameter -> Range
        Errors are those of parameters over their `error_scale`, as in the metrics.

    Returns
    -------
    DataFrame with columns subject, dynamics, parameter, estimator, squared_error.
    """
    kept = ~agents["subject"].duplicated(keep="last") & agents["dynamics"].isin(list(constant))
    own = agents[kept]
    parts = []
    for name, table in estimates.items():
        check_same_trials(agents, table, estimates_name=f"the estimates of {name}")
        found = table[kept.to_numpy()]
        for parameter, range_ in ranges.items():
            scale = error_scale(range_.low, range_.high)
            error = ((found[parameter].to_numpy() - own[parameter].to_numpy()) / scale) ** 2
            part = own[["subject", "dynamics"]].assign(parameter=parameter, estimator=name)
            parts.append(part.assign(squared_error=error))
    return pd.concat(parts, ignore_index=True)
