"""Missed responses: trials on which somebody was asked and made no choice.

One definition holds for simulated agents, likelihoods, filters, networks and scores. A missed trial
is a row of the table of trials, with action `NO_RESPONSE` and no reward. Nothing is learned on it
(a model's `learn` is not called; the other arm's outcome is not shown), the choice made last stays
what it was (perseveration reaches back to it, as far as values do: within the block, or over blocks
where they carry over), and nothing is predicted or scored. But it is a trial: time goes on, so
parameters may change before it as before any other, and have estimates there. Whether a response is
missed is taken to depend on no parameter (missing at random): it tells nothing of them.

A pause between sessions or blocks is no missed trial: it has no rows, and what a model has learned
starts anew with a block, or goes on where the task's values carry over.
"""

import numpy as np
import pandas as pd

NO_RESPONSE = -1
NO_RESPONSE_LABEL = "no response"


def is_choice(frame: pd.DataFrame) -> np.ndarray:
    """Return which rows of a table of trials hold a choice, (n_rows,)."""
    return frame["action"].to_numpy() != NO_RESPONSE
