"""Simulated agents: a model whose parameters move by known dynamics, on a task."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trnn.compilation import copy
from trnn.config.task import TaskSettings
from trnn.errors import NumericalError
from trnn.seeds import generators
from trnn.theory.compiled import compiled
from trnn.theory.dynamics import Dynamics
from trnn.theory.model import Model
from trnn.theory.tasks import Sessions, draw_lengths, draw_sessions
from trnn.trials.missed import NO_RESPONSE
from trnn.trials.sequences import OTHER_REWARD, STARTS_ANEW, Sequences, carried_over

Array = np.ndarray
Names = Sequence[str]

# Agents that are simulated together, and trials whose noise is turned around together (an agent's
# draws come in a row, while a step of the dynamics is of all agents): so many that the arrays stay
# in the processor's cache. The numbers depend on neither.
AGENTS = 1000
TRIALS = 32

SESSION = ("block", "trial", "arm_mean")  # what is drawn
# What follows from the draws.
PLAY = ("action", "reward", "parameters", "p_action_0", "latent", "other_reward")


@dataclass(frozen=True)
class Agents:
    """Simulated agents and their truth, 0 in the padding.

    `parameters` is (n, t, n_parameters), `latent` (n, t, n_latent) before the trial's update,
    `p_action_0` (n, t), `arm_mean` (n, t, 2). The last three are None if simulated without
    `detail`. On a missed trial, too, `p_action_0` is how likely a choice would have been. `hazard`
    (n,) is None unless the dynamics have several hazards.
    """

    sequences: Sequences
    parameters: Array
    p_action_0: Array | None
    latent: Array | None
    arm_mean: Array | None
    hazard: Array | None = None


@dataclass(frozen=True)
class _Draws:
    """All randomness of n agents, padded with zeros to t trials."""

    start: Array  # (n_start + n_last, n) uniforms
    noise: Array  # (n, t, n_parameters), or (n, t, 0) if the dynamics needs none
    choice: Array  # (n, t) uniforms
    missed: Array  # (n, t) of bool
    sessions: Sessions


def simulate(
    model: Model,
    dynamics: Dynamics,
    task: TaskSettings,
    n_agents: int,
    seed: int,
    keys: Sequence[str | int],
    prefix: str = "agent",
    first: int = 0,
    detail: bool = True,
) -> Agents:
    """Simulate agents; agent i is drawn from ``(seed, *keys, i)`` alone, whatever `n_agents` is.

    Parameters
    ----------
    keys : sequence of str or int
        What is drawn, for example ``("artificial", "simulate", "test", "switching")``.
    prefix : str
        Subjects are named ``<prefix>-0001`` and so on.
    first : int
        The number i of the first agent, so that many can be simulated a few at a time.
    detail : bool
        Whether to keep what a table shows and a network is not trained on.

    Raises
    ------
    NumericalError
        If a reward, a parameter, a latent or P(action 0) is not finite, with agent and trial.
    """
    numbers = range(first, first + n_agents)
    width = max(4, len(str(numbers.stop)))
    subjects = tuple(f"{prefix}-{i + 1:0{width}d}" for i in numbers)
    rngs = generators(seed, keys, numbers)
    # The lengths of blocks are drawn first, since the size of the arrays depends on them.
    block_lengths = draw_lengths(task, rngs)
    lengths = block_lengths.sum(axis=1)
    shape = (n_agents, int(lengths.max(initial=0)))
    arrays = _blank(model, dynamics, task, shape, detail)
    for start in range(0, n_agents, AGENTS):
        part = slice(start, start + AGENTS)
        draws = _draw(dynamics, task, rngs[part], block_lengths[part])
        trials = slice(draws.choice.shape[1])
        for name in SESSION:
            if name in arrays:
                arrays[name][part, trials] = getattr(draws.sessions, name)
        if "hazard" in arrays:
            arrays["hazard"][part] = dynamics.own_hazard(draws.start)
        played = _room(model, _trajectories(dynamics, draws))
        played["parameters"][draws.sessions.block < 0] = 0.0
        _play(model, draws.sessions, draws.choice, draws.missed, played, subjects[part])
        if task.full_feedback:
            played["other_reward"] = other_rewards(draws.sessions, played["action"])
        for name in PLAY:
            if name in arrays:
                arrays[name][part, trials] = played[name]
    sequences = Sequences(
        subjects=subjects,
        action=arrays["action"],
        reward=arrays["reward"],
        block=arrays["block"],
        trial=arrays["trial"],
        valid=arrays["block"] >= 0,
        other_reward=arrays.get("other_reward"),
    )
    return Agents(
        carried_over(sequences) if task.carry_over else sequences,
        parameters=arrays["parameters"],
        p_action_0=arrays.get("p_action_0"),
        latent=arrays.get("latent"),
        arm_mean=arrays.get("arm_mean"),
        hazard=arrays.get("hazard"),
    )


def replay(
    model: Model,
    parameters: Array,
    sessions: Sessions,
    choice: Array,
    subjects: Names,
    missed: Array | None = None,
) -> tuple[Array, Array]:
    """Simulate a model along given trajectories of its parameters.

    Parameters
    ----------
    parameters : (n, t, n_parameters)
        On every trial; anything finite in the padding.
    sessions : Sessions of n participants
    choice : (n, t)
        Uniforms on [0, 1): action 0 is chosen where it is below P(action 0).
    subjects : n names, for an error's message
    missed : (n, t) of bool, optional
        Trials that get no response; None: every trial gets one.

    Returns
    -------
    Actions (n, t) of int8 and rewards (n, t), 0 in the padding; -1 and 0 on missed trials.

    Raises
    ------
    NumericalError
        As `simulate`.
    """
    played = _room(model, parameters)
    missed = np.zeros(choice.shape, dtype=bool) if missed is None else missed
    _play(model, sessions, choice, missed, played, subjects)
    return played["action"], played["reward"]


def other_rewards(sessions: Sessions, action: Array) -> Array:
    """Return what the actions (n, t) that were not taken would have given; NaN without a choice."""
    other = np.where(action == 0, 1, 0)[:, :, None]
    outcome = np.take_along_axis(sessions.outcome, other, axis=2)[:, :, 0]
    return np.where(action == NO_RESPONSE, np.nan, outcome)


def _blank(
    model: Model, dynamics: Dynamics, task: TaskSettings, shape: tuple[int, int], detail: bool
) -> dict[str, Array]:
    """Return what is to be filled, by name, (n, t, ...) or (n,), with nothing but padding."""
    arrays: dict[str, Array] = {
        "action": np.zeros(shape, dtype=np.int8),
        "reward": np.zeros(shape),
        "block": np.full(shape, -1),
        "trial": np.zeros(shape, dtype=np.int64),
        "parameters": np.zeros((*shape, dynamics.n_parameters)),
    }
    if task.full_feedback:
        arrays["other_reward"] = np.zeros(shape)
    if dynamics.n_last > 0:
        arrays["hazard"] = np.zeros(shape[0])
    if detail:
        arrays["p_action_0"] = np.zeros(shape)
        arrays["latent"] = np.zeros((*shape, len(model.state)))
        arrays["arm_mean"] = np.zeros((*shape, 2))
    return arrays


def _draw(
    dynamics: Dynamics,
    task: TaskSettings,
    rngs: Sequence[np.random.Generator],
    block_lengths: Array,
) -> _Draws:
    """Draw all that is left of n agents, each from its own generator, in a fixed order."""
    sessions = draw_sessions(task, rngs, block_lengths)
    shape = sessions.block.shape
    start = np.empty((len(rngs), dynamics.n_start + dynamics.n_last))
    choice, missed = np.zeros(shape), np.zeros(shape, dtype=bool)
    noise = np.zeros((*shape, 0 if dynamics.noise == "none" else dynamics.n_parameters))
    for i, (rng, n) in enumerate(zip(rngs, block_lengths.sum(axis=1).tolist(), strict=True)):
        rng.random(out=start[i, : dynamics.n_start])
        rng.random(out=choice[i, :n])
        if dynamics.noise == "uniform":
            rng.random(out=noise[i, :n])
        elif dynamics.noise == "normal":
            rng.standard_normal(out=noise[i, :n])
        if task.miss_rate > 0:  # drawn after it: all else is as without
            missed[i, :n] = rng.random(n) < task.miss_rate
        if dynamics.n_last > 0:
            rng.random(out=start[i, dynamics.n_start :])
    return _Draws(np.ascontiguousarray(start.T), noise, choice, missed, sessions)


def _trajectories(dynamics: Dynamics, draws: _Draws) -> Array:
    """Return the parameters of n agents on each trial, (n, t, n_parameters): no choice moves them.

    In the padding they go on.
    """
    n, n_trials = draws.choice.shape
    out = np.empty((n, n_trials, dynamics.n_parameters))
    state = dynamics.start(draws.start)
    for first in range(0, n_trials, TRIALS):
        chunk = slice(first, first + TRIALS)
        # Agents last and contiguous: a trial is then one short read.
        noise = np.ascontiguousarray(np.moveaxis(draws.noise[:, chunk], 0, -1))
        values = np.empty((len(noise), dynamics.n_parameters, n))
        for k, own in enumerate(noise):
            if first + k > 0:
                state = dynamics.step(state, own, first + k)
            values[k] = dynamics.values(state)
        out[:, chunk] = np.moveaxis(values, -1, 0)
    return out


def _room(model: Model, parameters: Array) -> dict[str, Array]:
    """Return the arrays of what is played, with the trajectories (n, t, n_parameters)."""
    shape = parameters.shape[:2]
    return {
        "parameters": np.ascontiguousarray(parameters, dtype=np.float64),
        "action": np.zeros(shape, dtype=np.int8),
        "reward": np.zeros(shape),
        "p_action_0": np.zeros(shape),
        "latent": np.zeros((*shape, len(model.state))),
    }


def _play(
    model: Model,
    sessions: Sessions,
    choice: Array,
    missed: Array,
    played: dict[str, Array],
    subjects: Names,
) -> None:
    """Let n agents play their sessions along their trajectories, and fill in the rest.

    Raises
    ------
    NumericalError
        If anything that was played is not finite.
    """
    lengths = (sessions.block >= 0).sum(axis=1)
    ok = _sessions(
        model,
        played["parameters"],
        np.ascontiguousarray(choice),
        np.ascontiguousarray(missed),
        np.ascontiguousarray(sessions.outcome),
        np.ascontiguousarray(sessions.fresh),
        lengths,
        sessions.full_feedback,
        played["action"],
        played["reward"],
        played["p_action_0"],
        played["latent"],
    )
    if not ok:
        _complain(played, sessions, subjects)


@compiled
def _sessions(
    model,
    parameters,
    choice,
    missed,
    outcome,
    fresh,
    lengths,
    full,
    action,
    reward,
    p_action_0,
    latent,
):
    """Play; return whether all numbers are finite. `full`: whether both outcomes are shown."""
    n_state = model.n_state()
    state, now = np.empty((n_state, 1)), np.empty((parameters.shape[2], 1))
    total = 0.0
    for s in range(len(lengths)):
        last = -1
        for t in range(lengths[s]):
            copy(parameters[s, t], now[:, 0])
            if fresh[s, t]:
                last = -1
                model.start(state, 0)
            p = model.probability(model.decide(state, 0, now, 0, last))
            p_action_0[s, t] = p
            copy(state[:, 0], latent[s, t])
            if missed[s, t]:
                action[s, t] = NO_RESPONSE
            else:
                # A probability that is not a number is below nothing: the choice is then action 1.
                last = 0 if choice[s, t] < p else 1
                action[s, t], reward[s, t] = last, outcome[s, t, last]
                other = outcome[s, t, 1 - last] if full else np.nan
                model.learn_from(state, 0, now, 0, last, reward[s, t], other)
            # Zero times a number is zero if it is finite.
            total += 0.0 * (p + reward[s, t] + now.sum() + latent[s, t].sum())
    return total == 0.0


def _complain(played: dict[str, Array], sessions: Sessions, subjects: Names) -> None:
    """Raise NumericalError for the first that is not finite, by trial, then as one follows."""
    valid = sessions.block >= 0
    for t in range(valid.shape[1]):
        for name in ("parameters", "latent", "p_action_0", "reward"):
            array = played[name][:, t].reshape(len(subjects), -1)
            bad = np.flatnonzero(~np.isfinite(array).all(axis=1) & valid[:, t])
            if len(bad):
                agent = bad[0]
                raise NumericalError(
                    f"the simulated agent '{subjects[agent]}' has {name} "
                    f"{array[agent].tolist()} at trial {t} of the session (block "
                    f"{sessions.block[agent, t]}, trial {sessions.trial[agent, t]} "
                    "of the block), not finite. Check the task's rewards and the ranges of the "
                    "parameters."
                )


def to_frame(agents: Agents, model: Model, dynamics_name: str) -> pd.DataFrame:
    """Return the agents as a table of synthetic trials, one row for each trial.

    Raises
    ------
    ValueError
        If the agents were simulated without `detail`.
    """
    if agents.p_action_0 is None or agents.latent is None or agents.arm_mean is None:
        raise ValueError("a table shows all of the agents' truth: simulate them with detail=True")
    seq = agents.sequences
    frame = seq.index_frame()
    frame.insert(1, "dynamics", dynamics_name)
    frame["dynamics"] = frame["dynamics"].astype("str")
    if agents.hazard is not None:
        frame["hazard"] = agents.hazard.repeat(seq.lengths)
    frame["action"] = seq.to_column(seq.action).astype(np.int64)
    frame["reward"] = seq.reward_column()
    if seq.other_reward is not None:
        frame[OTHER_REWARD] = seq.to_column(seq.other_reward)
    if seq.starts_anew is not None:
        frame[STARTS_ANEW] = seq.to_column(seq.fresh).astype(np.int64)
    frame["p_action_0"] = seq.to_column(agents.p_action_0)
    for name, values in zip(model.names, np.moveaxis(agents.parameters, 2, 0), strict=True):
        frame[name] = seq.to_column(values)
    for own, values in zip(model.state, np.moveaxis(agents.latent, 2, 0), strict=True):
        frame[own.name] = seq.to_column(values)
    for arm in (0, 1):
        frame[f"arm_mean_{arm}"] = seq.to_column(agents.arm_mean[:, :, arm])
    return frame
