"""The workflow's stage that simulates the agents matched to people."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.checks.matched.matched_table import matched_trials
from trnn.checks.predictive.draws import constant_trajectories
from trnn.checks.predictive.resimulate import Replayed, resimulate
from trnn.checks.predictive.schedules import schedules_of
from trnn.config.experiment import Experiment
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.likelihood import run_forward
from trnn.theory.model import Model
from trnn.theory.models import get_model
from trnn.trials.read import read_trial_table
from trnn.trials.sequences import OTHER_REWARD, STARTS_ANEW, from_frame

log = logging.getLogger(__name__)

Array = np.ndarray


def matched_stage(
    trials: str | Path,
    fits: str | Path,
    output: str | Path,
    experiment: Experiment,
    n_agents: int,
    seed: int,
    provenance: Provenance,
) -> None:
    """Write agents whose parameters never change, `n_agents` of them for each person.

    An agent has the person's own maximum-likelihood fit and faces the person's own blocks, with
    rewards drawn anew, and misses the responses that the person missed. What an estimator shows of
    such agents it would show of the person if that person's parameters were constant: it is the
    control of what it shows of the person.

    Parameters
    ----------
    trials, fits : the people's trials, and their maximum-likelihood fits

    Raises
    ------
    TableError
        If a table is unreadable, or a person has no fit.
    ConfigError
        If the task has no pair of arms that a block can have.
    """
    frame = read_trial_table(trials)
    model, names = get_model(experiment.model), tuple(experiment.parameters)
    people = from_frame(frame)
    constant = constant_trajectories(fits, trials, people, names, n_agents)
    schedules, keys = schedules_of(frame, experiment.task), (experiment.name, "matched")
    played = resimulate(model, constant, schedules, experiment.task, people.subjects, seed, keys)
    parts = []
    for person, own, values, again in zip(
        people.subjects, schedules, constant, played, strict=True
    ):
        for k in range(n_agents):
            part = {"subject": f"{person}-{k + 1}", "person": person, "block": own.block}
            part |= {"trial": own.trial, "action": again.action[k].astype(np.int64)}
            reward = np.where(own.missed, np.nan, again.reward[k])
            part |= _of_task(experiment, len(own.trial), again, k)
            part |= {"reward": reward, **dict(zip(names, values[k].T, strict=True))}
            part |= {f"arm_mean_{arm}": again.arm_mean[k, :, arm] for arm in (0, 1)}
            parts.append(pd.DataFrame(part))
    table = _with_probabilities(model, pd.concat(parts, ignore_index=True), names)
    log.info("%d agents of %d people", len(parts), len(schedules))
    schema = matched_trials(experiment.model, experiment.task)
    texts = {"subject": "str", "person": "str"}
    write_table(table[schema.names()].astype(texts), output, schema, provenance)


def _of_task(experiment: Experiment, length: int, again: Replayed, k: int) -> dict[str, Array]:
    """Return the columns that the task adds of agent `k`, whose session has so many trials."""
    out = {}
    if experiment.task.full_feedback:
        out[OTHER_REWARD] = again.other_reward[k]
    if experiment.task.carry_over:
        out[STARTS_ANEW] = (np.arange(length) == 0).astype(np.int64)
    return out


def _with_probabilities(model: Model, table: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Return the table with the true probability of action 0."""
    agents = from_frame(table)
    values = table.drop_duplicates("subject")[list(names)].to_numpy(dtype=np.float64)
    p_action_0, _ = run_forward(model, agents, values)
    return table.assign(p_action_0=agents.to_column(p_action_0))
