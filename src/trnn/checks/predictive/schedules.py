"""The session that a person faced, so that agents can face it again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import softmax, xlogy

from trnn.checks.predictive.given_schedule import faced
from trnn.config.payoffs import pays
from trnn.config.task import BernoulliTask, GivenTask, TaskSettings
from trnn.errors import ConfigError
from trnn.theory.tasks import Sessions, paid
from trnn.trials.arms import BEST, MEANS, better_arm_throughout, has_better_arm, has_means
from trnn.trials.missed import is_choice

Array = np.ndarray


@dataclass(frozen=True)
class Schedule:
    """One person's session: what is known of every trial, and of the arms.

    `block`, `trial`, `missed` and `best` are (t,): `missed` says which trials got no response,
    `best` is the arm that pays more on the trial, -1 where both pay the same or it is not known.
    `place` (t,) is the number of each trial's block, from 0 without gaps. The arms are the same
    within a stretch of trials, `stretch` (t,) likewise: a block, or what lies between reversals.
    Those of a stretch are one of the `pairs` (n_pairs, 2) or (n_stretches, 1, 2), of means or
    probabilities as the task has them, with the probabilities `weights` (n_stretches, n_pairs).
    `outcome` (t, 2) is what both arms pay where that is given.
    """

    block: Array
    trial: Array
    missed: Array
    best: Array
    place: Array
    pairs: Array
    weights: Array
    stretch: Array
    outcome: Array | None = None


def schedules_of(frame: pd.DataFrame, task: TaskSettings) -> list[Schedule]:
    """Return the session of each subject of a trial table, in the table's order.

    Raises
    ------
    ConfigError
        As `schedule`.
    """
    return [schedule(own, task) for _, own in frame.groupby("subject", sort=False)]


def schedule(frame: pd.DataFrame, task: TaskSettings) -> Schedule:
    """Return the session of one person's trials.

    Where the table has the arms' means, `mu_0` and `mu_1`, the arms have these, trial by trial.
    Where a file gives them, the schedule of the file counts under which this person's rewards are
    the most likely. Else (Bernoulli arms) each of the task's pairs has the posterior probability
    that the block's own rewards give it, beginning from equal ones: each pair in which the better
    arm is the better one, where the table has whether that was chosen, `best_action`, and any pair
    where it has not. A reversal is where the better arm changes; where only
    choices tell, the first choice after it. That blocks of a session share a
    fixed set of pairs, and stretches of a block one pair, is not used.

    Raises
    ------
    ConfigError
        If the task has no pair in which a block's better arm is the better one, or neither the
        table nor the task tells when arms change.
    """
    starts = frame["trial"].to_numpy() == 0
    place = np.cumsum(starts) - 1
    outcome = None
    if isinstance(task, GivenTask):
        arms, outcome = faced(frame, task)
        stretch, best, pairs = np.arange(len(arms)), _better(arms), arms[:, None, :]
        weights = np.ones((len(pairs), 1))
    elif has_means(frame.columns) or not isinstance(task, BernoulliTask):
        stretch, best, pairs = _of_means(frame, task, starts)
        weights = np.ones((len(pairs), 1))
    else:
        stretch, best, pairs, weights = _of_rewards(frame, task, starts)
    return Schedule(
        block=frame["block"].to_numpy(),
        trial=frame["trial"].to_numpy(),
        missed=~is_choice(frame),
        best=best[stretch],
        place=place,
        pairs=pairs,
        weights=weights,
        stretch=stretch,
        outcome=outcome,
    )


def _of_means(frame: pd.DataFrame, task: TaskSettings, starts: Array) -> tuple[Array, Array, Array]:
    """Return stretch (t,), each one's better arm (n_stretches,) and arms (n_stretches, 1, 2)."""
    if not has_means(frame.columns):
        raise ConfigError(
            f"{frame['subject'].iloc[0]}: the table has no {' and '.join(MEANS)}, the arms' mean "
            f"rewards, without which a task of kind '{task.kind}' cannot be faced again."
        )
    means = frame[list(MEANS)].to_numpy(dtype=float)
    changes = starts.copy()
    changes[1:] |= (means[1:] != means[:-1]).any(axis=1)
    arms = means[np.flatnonzero(changes)]
    best, two = _better(arms), pays(task)
    if two is not None and two != (0.0, 1.0):
        arms = (arms - two[0]) / (two[1] - two[0])
    return np.cumsum(changes) - 1, best, arms[:, None, :]


def _of_rewards(
    frame: pd.DataFrame, task: BernoulliTask, starts: Array
) -> tuple[Array, Array, Array, Array]:
    """Return stretch (t,), each one's better arm, pairs (n_pairs, 2) and their weights."""
    pairs = np.array(task.arm_probabilities, dtype=float)
    if task.reversals is not None:
        if not has_better_arm(frame.columns):
            raise ConfigError(
                f"{frame['subject'].iloc[0]}: arms swap within a block (task.reversals), but the "
                f"table does not tell when: it has neither {' and '.join(MEANS)} nor {BEST}."
            )
        pairs = np.concatenate((pairs, pairs[:, ::-1]))
        known = better_arm_throughout(frame)
        starts = starts.copy()
        starts[1:] |= known[1:] != known[:-1]
    stretch, first = np.cumsum(starts) - 1, np.flatnonzero(starts)
    success = (frame["reward"].to_numpy(dtype=float) == task.rewards[1]).astype(float)
    log_likelihood = _log_likelihood(frame["action"].to_numpy(), success, stretch, pairs)
    best, agree = np.full(len(first), -1), np.ones((len(first), len(pairs)), dtype=bool)
    if has_better_arm(frame.columns):
        best = better_arm_throughout(frame)[first]
        # Of a block without a choice nothing is known.
        agree = (_better(pairs) == best[:, None]) | (best[:, None] < 0)
    if not agree.any(axis=1).all():
        arm = int(best[~agree.any(axis=1)][0])
        raise ConfigError(
            f"{frame['subject'].iloc[0]}: in one of the blocks arm {arm} pays more often, but "
            f"no pair of task.arm_probabilities has arm {arm} the better one: "
            f"{pairs.tolist()}. Add such a pair."
        )
    return stretch, best, pairs, softmax(np.where(agree, log_likelihood, -np.inf), axis=1)


def draw_again(
    own: Schedule, task: TaskSettings, rngs: Sequence[np.random.Generator]
) -> tuple[Sessions, Array]:
    """Draw a person's session anew, once from each generator.

    Both arms' outcomes are drawn, but where they are given: of the arm that was not chosen it is
    not known what it would have paid.

    Returns
    -------
    The sessions of len(rngs) participants, and uniforms (n, t) that their choices are made from.
    """
    n, t, n_stretches = len(rngs), len(own.trial), len(own.weights)
    picks, choice, noise = np.empty((n, n_stretches)), np.empty((n, t)), np.empty((n, t, 2))
    uniform = pays(task) is not None
    for i, rng in enumerate(rngs):
        rng.random(out=picks[i])
        rng.random(out=choice[i])
        if uniform:
            rng.random(out=noise[i])
        else:
            rng.standard_normal(out=noise[i])
    # The last bound is 1 whatever rounding makes of the sum.
    bounds = np.cumsum(own.weights, axis=1)[:, :-1]
    pair = (picks[:, :, None] >= bounds).sum(axis=2)
    pairs = np.broadcast_to(own.pairs, (n_stretches, *own.pairs.shape[-2:]))
    arms = pairs[np.arange(n_stretches), pair][:, own.stretch]
    if own.outcome is not None:
        noise[:] = own.outcome
    outcome, arm_mean = paid(task, arms, noise)
    block, trial = (np.broadcast_to(values, (n, t)) for values in (own.block, own.trial))
    sessions = Sessions(block, trial, outcome, arm_mean, task.carry_over, task.full_feedback)
    return sessions, choice


def _better(pairs: Array) -> Array:
    """Return the arm with the greater mean of pairs (..., 2), -1 where they are equal."""
    return np.where(pairs[..., 0] == pairs[..., 1], -1, np.argmax(pairs, axis=-1))


def _log_likelihood(action: Array, success: Array, place: Array, pairs: Array) -> Array:
    """Return the log probability of every stretch's successes under every pair, (n, n_pairs)."""
    n_blocks = int(place[-1]) + 1
    out = np.zeros((n_blocks, len(pairs)))
    for arm in (0, 1):
        chosen = action == arm
        wins = np.bincount(place, weights=chosen * success, minlength=n_blocks)[:, None]
        losses = np.bincount(place, weights=chosen * (1.0 - success), minlength=n_blocks)[:, None]
        p = pairs[:, arm]
        out += xlogy(wins, p) + xlogy(losses, 1.0 - p)
    return out
