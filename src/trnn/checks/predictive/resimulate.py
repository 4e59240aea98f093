"""Agents with a person's parameters, on that person's schedule, many people at a time."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trnn.checks.predictive.schedules import Schedule, draw_again
from trnn.config.task import TaskSettings
from trnn.seeds import generators
from trnn.theory.model import Model
from trnn.theory.simulate import other_rewards, replay
from trnn.theory.tasks import Sessions

Array = np.ndarray

# People that are simulated together: so many that a step is worth its overhead, so few that the
# arrays stay small. The numbers do not depend on it.
PEOPLE = 20


class Replayed(NamedTuple):
    """A person's sessions anew: actions, rewards (n_draws, t), and arms' means (n_draws, t, 2).

    `other_reward` (n_draws, t) is the other action's outcome. Where the person gave no response
    there is none: action -1, reward 0, and NaN as the other outcome.
    """

    action: Array
    reward: Array
    arm_mean: Array
    other_reward: Array


def resimulate(
    model: Model,
    trajectories: Sequence[Array],
    schedules: Sequence[Schedule],
    task: TaskSettings,
    subjects: Sequence[str],
    seed: int,
    keys: Sequence[str | int],
) -> list[Replayed]:
    """Simulate every person's session anew, once for each draw of the parameters' trajectories.

    Parameters
    ----------
    trajectories : of each person (n_draws, t, n_parameters)
    schedules, subjects : of each person
    seed, keys
        Draw d of a person is simulated from (seed, *keys, subject, d) alone. The same keys give
        the same sessions and the same uniforms behind choices: two sets of trajectories that are
        simulated under the same keys differ by the parameters alone.

    Returns
    -------
    The sessions of each person.
    """
    out = []
    for start in range(0, len(subjects), PEOPLE):
        part = slice(start, start + PEOPLE)
        out += _together(
            model, trajectories[part], schedules[part], task, subjects[part], seed, keys
        )
    return out


def _together(
    model: Model,
    trajectories: Sequence[Array],
    schedules: Sequence[Schedule],
    task: TaskSettings,
    subjects: Sequence[str],
    seed: int,
    keys: Sequence[str | int],
) -> list[Replayed]:
    draws = [len(own) for own in trajectories]
    rows = np.cumsum([0, *draws])
    shape = (int(rows[-1]), max(len(own.trial) for own in schedules))
    parameters = np.zeros((*shape, trajectories[0].shape[2]))
    choice, missed = np.zeros(shape), np.zeros(shape, dtype=bool)
    sessions = Sessions(
        block=np.full(shape, -1),
        trial=np.zeros(shape, dtype=np.int64),
        outcome=np.zeros((*shape, 2)),
        arm_mean=np.zeros((*shape, 2)),
        carry_over=task.carry_over,
        full_feedback=task.full_feedback,
    )
    for i, own in enumerate(schedules):
        here = (slice(rows[i], rows[i + 1]), slice(len(own.trial)))
        rngs = generators(seed, (*keys, subjects[i]), range(draws[i]))
        again, choice[here] = draw_again(own, task, rngs)
        missed[here] = own.missed
        parameters[here] = trajectories[i]
        for name in ("block", "trial", "outcome", "arm_mean"):
            getattr(sessions, name)[here] = getattr(again, name)
    names = [
        f"{name} (draw {d})" for name, n in zip(subjects, draws, strict=True) for d in range(n)
    ]
    action, reward = replay(model, parameters, sessions, choice, names, missed)
    other = other_rewards(sessions, action)
    parts = [(slice(rows[i], rows[i + 1]), slice(len(o.trial))) for i, o in enumerate(schedules)]
    return [Replayed(action[at], reward[at], sessions.arm_mean[at], other[at]) for at in parts]
