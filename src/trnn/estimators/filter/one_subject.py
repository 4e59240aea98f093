"""The compiled particle filter on one subject's trials."""

import numpy as np

from trnn.errors import NumericalError
from trnn.estimators.filter.particles import Kept, Records, run
from trnn.theory.hazards import number_of_hazards
from trnn.theory.model import Model
from trnn.theory.motions import Motions
from trnn.theory.quantiles import PROBABILITIES
from trnn.trials.checks import place
from trnn.trials.choices import choices
from trnn.trials.sequences import Sequences

NOTHING_KEPT = Kept(np.empty((0, 0)), 0.0)


def filter_one(
    model: Model,
    motions: Motions,
    one: Sequences,
    key: np.uint64,
    below: float,
    records: Records,
    kept: Kept = NOTHING_KEPT,
) -> None:
    """Filter the one subject of `one` and fill in `records`; `kept` as in `particles`.

    Raises
    ------
    ValueError
        If a path is kept under several hazards, only one of which it can be of.
    NumericalError
        If no particle can explain a choice, with subject and trial.
    """
    if len(kept.path) > 0 and number_of_hazards(motions) > 1:
        raise ValueError("a path that is kept has one hazard: filter under its own (each_hazard)")
    action, reward, fresh, lengths = choices(one)
    own = slice(int(lengths[0]))
    trials = (action[0, own], reward[0, own], fresh[0, own])
    broken = run(model, motions, *trials, key, below, kept, records)
    if broken >= 0:
        raise NumericalError(
            f"particle filter, {place(one, 0, broken)}: no particle can explain the choice. "
            "Check the rewards and the dynamics' ranges."
        )


def room(
    n_trials: int,
    d: int,
    n_replicates: int,
    n: int,
    summaries: bool = True,
    n_draws: int = 0,
    n_history: int = 0,
    n_hazards: int = 1,
) -> Records:
    """Return empty records of a filter of `n_replicates` times `n` particles under each hazard.

    Parameters
    ----------
    n_trials : int
        0 if the evidence is all that is wanted.
    summaries : bool
        Whether means, SDs and quantiles are.
    n_draws : int
        Draws of the parameters on each trial.
    n_history : int
        Trials whose particles are noted.
    n_hazards : int
        That a subject may have; their posterior is a summary where there are several.
    """
    n_summaries = n_trials if summaries else 0
    n_in_all = n_replicates * n_hazards
    return Records(
        log_evidence=np.zeros(n_in_all),
        weights=np.zeros((n_in_all, n)),
        p_action_0=np.zeros(n_trials),
        mean=np.zeros((n_summaries, d)),
        sd=np.zeros((n_summaries, d)),
        error=np.zeros((n_summaries, d)),
        quantiles=np.zeros((n_summaries, d, len(PROBABILITIES))),
        draws=np.zeros((n_trials if n_draws else 0, n_draws, d)),
        values=np.zeros((n_history, d, n if n_history else 0), np.float32),
        parents=np.zeros((n_history, n if n_history else 0), np.int32),
        shares=np.zeros((n_summaries if n_hazards > 1 else 0, n_in_all)),
    )
