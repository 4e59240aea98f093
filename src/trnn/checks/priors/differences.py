"""In what the task that simulated agents face is another than the people's, in words."""

import pandas as pd

SHARE = 0.1  # of a configured value by which the measured one may differ
POINTS = 0.05  # the same of probabilities and shares
ERRORS = 2.0  # standard errors that a difference must exceed besides, where they are known
# What a quantity that may be 0 is measured against.
AGAINST = {
    "block_length_sd": "block_length_mean",
    "block_length_person_sd": "block_length_mean",
    "arm_mean": "arm_mean_sd",
}
# The ends of what varies: the mean and the standard deviations tell of it.
ENDS = ("block_length_min", "block_length_max")


def task_differences(measured: pd.DataFrame) -> list[str]:
    """Return each quantity in which people's task and the configured one differ.

    Parameters
    ----------
    measured : DataFrame
        The table `task_measured` (`trnn.checks.priors.priors_table.TASK_MEASURED`).
    """
    configured = dict(zip(measured["quantity"], measured["configured"], strict=True))
    told = []
    for _, row in measured.iterrows():
        name, found, error = str(row["quantity"]), float(row["measured"]), row["measured_se"]
        if name in ENDS:
            continue
        scale = abs(float(configured[AGAINST.get(name, name)]))
        allowed = POINTS if row["unit"] in ("probability", "share") else SHARE * scale
        allowed = allowed if pd.isna(error) else max(allowed, ERRORS * float(error))
        if abs(found - float(configured[name])) > allowed:
            told.append(
                f"task: {name} ({row['estimator']}) is {found:.4g} in the people's data and "
                f"{configured[name]:.4g} in the task of the simulated agents"
            )
    return told
