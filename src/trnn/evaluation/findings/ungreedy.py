"""Finding 5, first part: β around actions against the better arm."""

import numpy as np

from trnn.evaluation.findings.quantity import (
    ABOVE,
    BELOW,
    Quantity,
    Resampling,
    mean_quantity,
)
from trnn.evaluation.sessions import Sessions
from trnn.evaluation.windows import at_offset

Array = np.ndarray

FIRST_TRIAL = 4  # from 0: by then (t > 4, from 1) a person has seen what the arms pay
RECOVERY = 3  # trials after the action


def chose_better(sessions: Sessions) -> Array:
    """Return 1 where the action was the arm with the higher mean, 0 where not, NaN for equal arms.

    Better is by the block's true means, `mu_0` and `mu_1`.
    """
    advantage = better_by(sessions)
    action = sessions.trials["action"].to_numpy()
    chosen = np.where(action == 0, advantage > 0, advantage < 0).astype(np.float64)
    return np.where(advantage == 0, np.nan, chosen)


def better_by(sessions: Sessions) -> Array:
    """Return mu_0 - mu_1 of each trial's block, points."""
    means = [sessions.trials[name].to_numpy(dtype=np.float64) for name in ("mu_0", "mu_1")]
    return means[0] - means[1]


def events(sessions: Sessions, greedy: bool) -> Array:
    """Return which trials, from the fifth of a block on, are (un)greedy actions, (n_trials,)."""
    return (sessions.trial() >= FIRST_TRIAL) & (chose_better(sessions) == float(greedy))


def change(sessions: Sessions, values: Array, start: int, end: int) -> Array:
    """Return values `end` trials later minus those `start` trials later; NaN outside the block."""
    after = at_offset(values, sessions.block_id, end)
    return after - at_offset(values, sessions.block_id, start)


def ungreedy_actions(sessions: Sessions, resampling: Resampling) -> list[Quantity]:
    """Return the change of β after ungreedy (and, to compare, greedy) actions.

    The estimate of a trial is made before its action, so the first to know of the action is the
    next trial's. Means over a subject's events, then over subjects.
    """
    beta = sessions.estimate("beta")
    ungreedy, greedy = events(sessions, greedy=False), events(sessions, greedy=True)
    later = f"{RECOVERY} trials after"
    rows = (
        ("beta_drop", "next trial - trial of an action against the better arm", 0, 1, BELOW),
        ("beta_recovery", f"{later} an action against the better arm - next trial", 1, None, ABOVE),
        (
            "beta_still_lower",
            f"{later} an action against the better arm - its trial",
            0,
            None,
            BELOW,
        ),
    )
    quantities = []
    for name, words, start, end, claim in rows:
        change_of_beta = change(sessions, beta, start, RECOVERY if end is None else end)
        quantities.append(
            mean_quantity(
                sessions.mean_by_subject(np.where(ungreedy, change_of_beta, np.nan)),
                resampling,
                name=name,
                description=f"change of β, {words} (trial > {FIRST_TRIAL} of the block)",
                group="all",
                unit="1/value",
                claim=claim,
            )
        )
    same = np.where(greedy, change(sessions, beta, 0, 1), np.nan)
    quantities.append(
        mean_quantity(
            sessions.mean_by_subject(same),
            resampling,
            name="beta_change_greedy",
            description="to compare: change of β, next trial - trial of an action for the better "
            f"arm (trial > {FIRST_TRIAL} of the block)",
            group="all",
            unit="1/value",
        )
    )
    return quantities
