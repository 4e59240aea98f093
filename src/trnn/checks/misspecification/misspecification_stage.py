"""The workflow's stage of misspecification: people and test agents beside training agents."""

import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.checks.misspecification.features import PREDICTORS, features_of, session_features
from trnn.checks.misspecification.judge import judge, measure, yardstick
from trnn.checks.misspecification.misspecification_table import (
    MISSPECIFICATION,
    MISSPECIFICATION_FEATURES,
)
from trnn.checks.misspecification.surprise import surprise
from trnn.config.experiment import Experiment
from trnn.config.payoffs import pays
from trnn.errors import TableError
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.trials.join import join_estimates
from trnn.trials.read import TRIAL_COLUMNS, read_trial_table

log = logging.getLogger(__name__)

_PREDICTED = ["subject", "block", "trial", "p_action_0"]
_MEANS = {"human": ("mu_0", "mu_1"), "agents": ("arm_mean_0", "arm_mean_1")}
_GROUPING = {"human": "group", "test": "dynamics"}


def misspecification_stage(
    trials: Mapping[str, str | Path],
    estimates: Mapping[str, str | Path],
    misspecification: str | Path,
    features: str | Path,
    experiment: Experiment,
    dynamics: str,
    provenance: Provenance,
) -> None:
    """Write how far people, and test agents as a check, lie outside the training distribution.

    Features of sessions and choices are scored by the training agents; the distances are compared
    with those of the validation agents, which are others of the same dynamics. Predictions exist
    for test agents alone: people's are compared with those of the agents that follow `dynamics`,
    each of whom is compared with all others.

    Parameters
    ----------
    trials : mapping
        Trial tables: "human", "train", "validation", "test".
    estimates : mapping
        Tables of estimates: ``<estimator>_<population>`` for trnn and bayes, human and test.
    misspecification, features : path
        The tables that are written, see `trnn.checks.misspecification.misspecification_table`.
    dynamics : str
        The dynamics that the switching filter assumes, and that training agents follow.

    Raises
    ------
    TableError
        If no test agent follows `dynamics`.
    """
    two = pays(experiment.task)
    binary, none = two is not None, (two or (0.0,))[0]
    wanted = features_of(binary, experiment.task.miss_rate > 0)
    sessions = {
        name: session_features(_read(path, binary, name), binary, none)
        for name, path in trials.items()
    }
    predicted = {name: _predictions(trials[name], estimates, name) for name in ("human", "test")}
    groups = {name: _groups(trials[name], _GROUPING[name]) for name in ("human", "test")}
    follows = (groups["test"] == dynamics).to_numpy(dtype=bool)
    if not follows.any():
        raise TableError(
            f"{trials['test']}: no agent has dynamics '{dynamics}', only "
            f"{sorted(set(groups['test']))}. Name it in test.dynamics: people's "
            "predictions are laid beside those of such agents."
        )
    scale = yardstick(wanted, sessions["train"], sessions["validation"], predicted["test"][follows])
    judged, measured = [], []
    for name in ("human", "test"):
        own = sessions[name].join(predicted[name])
        rows = measure(own, scale)
        within = follows if name == "test" else np.zeros(len(own), dtype=bool)
        verdicts = judge(own, rows, scale, within).reset_index()
        judged.append(_with_who(verdicts, name, groups[name]))
        measured.append(_with_who(rows, name, groups[name]))
    table = pd.concat(judged, ignore_index=True)
    people = table[table["population"] == "human"]
    log.info("%d of %d people are outside", people["outside"].sum(), len(people))
    write_table(table, misspecification, MISSPECIFICATION, provenance)
    write_table(
        pd.concat(measured, ignore_index=True), features, MISSPECIFICATION_FEATURES, provenance
    )


def _read(path: str | Path, binary: bool, name: str) -> pd.DataFrame:
    """Return the trials, with the mean of the chosen arm where rewards are not binary."""
    if binary:
        return read_trial_table(path, TRIAL_COLUMNS)
    means = _MEANS["human" if name == "human" else "agents"]
    frame = read_trial_table(path, [*TRIAL_COLUMNS, *means])
    frame["chosen_mean"] = np.where(frame["action"] == 0, frame[means[0]], frame[means[1]])
    return frame


def _predictions(
    trials: str | Path, estimates: Mapping[str, str | Path], population: str
) -> pd.DataFrame:
    """Return the features of prediction of every subject."""
    frame = read_trial_table(trials, TRIAL_COLUMNS)
    parts = []
    for name in PREDICTORS:
        own = read_table(estimates[f"{name}_{population}"], columns=_PREDICTED)
        parts.append(surprise(join_estimates(frame, own)).add_suffix(f"_{name}"))
    return pd.concat(parts, axis=1)


def _groups(path: str | Path, column: str) -> pd.Series:
    """Return the group of each person, or the dynamics of each agent, by subject."""
    frame = read_table(path, columns=["subject", column])
    return frame.drop_duplicates("subject").set_index("subject")[column]


def _with_who(rows: pd.DataFrame, population: str, groups: pd.Series) -> pd.DataFrame:
    out = rows.copy()
    out.insert(0, "population", population)
    own = rows["subject"].map(groups)
    out["group"] = own if population == "human" else None
    out["dynamics"] = own if population == "test" else None
    text = {"population": "str", "subject": "str", "group": "str", "dynamics": "str"}
    return out.astype(text)
