"""How well a session was predicted, and how well the predictions themselves expected to do."""

import numpy as np
import pandas as pd

from trnn.trials.index import subject_codes
from trnn.trials.missed import is_choice


def surprise(frame: pd.DataFrame) -> pd.DataFrame:
    """Return mean and excess surprise of every subject.

    With p the predicted probability of action 0, a trial's surprise is -log P(the choice). Its
    expectation under p is the entropy of p and its variance p (1 - p) log^2(p / (1 - p)). The
    excess is the sum of surprise less entropy over the session, divided by the square root of the
    summed variances. The terms are martingale differences if choices follow p, so that the excess
    is then close to standard normal (Hall & Heyde 1980, Martingale Limit Theory, ch. 3); above 0
    choices are less predictable than the predictions claim. Unlike the mean surprise it does not
    grow with how random a participant is.

    Parameters
    ----------
    frame : DataFrame
        Columns subject, action, p_action_0. Trials without a response do not count.

    Returns
    -------
    DataFrame with the subjects as index, and columns `bce` (nats a trial) and `excess` (SD; NaN
    where every prediction is exactly 1/2).
    """
    code, subjects = subject_codes(frame)
    n = len(subjects)
    made = is_choice(frame)
    frame, code = frame[made], code[made]
    p = frame["p_action_0"].to_numpy(dtype=float)
    log_p, log_q = np.log(p), np.log1p(-p)
    taken = np.where(frame["action"].to_numpy() == 0, log_p, log_q)
    entropy = -(p * log_p + (1.0 - p) * log_q)
    variance = p * (1.0 - p) * (log_p - log_q) ** 2
    total = {
        name: np.bincount(code, weights=values, minlength=n)
        for name, values in (("bce", -taken), ("gap", -taken - entropy), ("variance", variance))
    }
    spread = np.sqrt(total["variance"])
    excess = np.divide(total["gap"], spread, out=np.full(n, np.nan), where=spread > 0)
    return pd.DataFrame(
        {"bce": total["bce"] / np.bincount(code, minlength=n), "excess": excess},
        index=pd.Index(subjects, name="subject"),
    )
