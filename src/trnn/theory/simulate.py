"""Simulated agents: a model whose parameters move by known dynamics, on a task."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from trnn.config.task import TaskSettings
from trnn.errors import NumericalError
from trnn.seeds import generators
from trnn.theory.dynamics import Dynamics
from trnn.theory.model import Model
from trnn.theory.tasks import Sessions, draw_lengths, draw_sessions
from trnn.trials.sequences import Sequences

Array = np.ndarray

# Agents that are simulated together, and trials whose draws and records are turned around together
# (an agent's draws come in a row, while a step of the model is of all agents): so many that the
# arrays stay in the processor's cache. The numbers depend on neither.
AGENTS = 1000
TRIALS = 32

SESSION = ("block", "trial", "arm_mean")  # what is drawn
PLAY = ("action", "reward", "parameters", "p_action_0", "latent")  # what follows from the draws


@dataclass(frozen=True)
class Agents:
    """Simulated agents and their truth, 0 in the padding.

    `parameters` is (n, t, n_parameters), `latent` (n, t, n_latent) before the trial's update,
    `p_action_0` (n, t), `arm_mean` (n, t, 2). The last three are None if simulated without
    `detail`.
    """

    sequences: Sequences
    parameters: Array
    p_action_0: Array | None
    latent: Array | None
    arm_mean: Array | None


@dataclass(frozen=True)
class _Draws:
    """All randomness of n agents, padded with zeros to t trials."""

    start: Array  # (n_start, n) uniforms
    noise: Array  # (n, t, n_parameters), or (n, t, 0) if the dynamics needs none
    choice: Array  # (n, t) uniforms
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
    """Simulate `n_agents`; agent i is drawn from (seed, *keys, i) alone, whatever `n_agents` is.

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
    arrays = _blank(model, dynamics, (n_agents, int(lengths.max(initial=0))), detail)
    for start in range(0, n_agents, AGENTS):
        part = slice(start, start + AGENTS)
        draws = _draw(dynamics, task, rngs[part], block_lengths[part])
        views = {name: array[part, : draws.choice.shape[1]] for name, array in arrays.items()}
        for name in SESSION:
            if name in views:
                views[name][:] = getattr(draws.sessions, name)
        records = {name: views[name] for name in PLAY if name in views}
        _play(model, dynamics, draws, records, subjects[part])
        _clear_padding(records, lengths[part])
    return Agents(
        Sequences(
            subjects=subjects,
            action=arrays["action"],
            reward=arrays["reward"],
            block=arrays["block"],
            trial=arrays["trial"],
            valid=arrays["block"] >= 0,
        ),
        parameters=arrays["parameters"],
        p_action_0=arrays.get("p_action_0"),
        latent=arrays.get("latent"),
        arm_mean=arrays.get("arm_mean"),
    )


class _Moving(Protocol):
    """What playing a session needs of a dynamics."""

    n_parameters: int

    def start(self, uniform: Array) -> Array: ...

    def step(self, state: Array, noise: Array, trial: int) -> Array: ...

    def values(self, state: Array) -> Array: ...


class _Given:
    """Trajectories that are known: the noise of a trial is its parameters."""

    def __init__(self, n_parameters: int) -> None:
        self.n_parameters = n_parameters

    def start(self, uniform: Array) -> Array:
        return uniform

    def step(self, state: Array, noise: Array, trial: int) -> Array:
        return noise

    def values(self, state: Array) -> Array:
        return state


def replay(
    model: Model, parameters: Array, sessions: Sessions, choice: Array, subjects: Sequence[str]
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

    Returns
    -------
    Actions (n, t) of int8 and rewards (n, t), 0 in the padding.

    Raises
    ------
    NumericalError
        As `simulate`.
    """
    draws = _Draws(np.ascontiguousarray(parameters[:, 0].T), parameters, choice, sessions)
    played: dict[str, Array] = {
        "action": np.zeros(choice.shape, dtype=np.int8),
        "reward": np.zeros(choice.shape),
    }
    _play(model, _Given(parameters.shape[2]), draws, played, subjects)
    _clear_padding(played, (sessions.block >= 0).sum(axis=1))
    return played["action"], played["reward"]


def _blank(
    model: Model, dynamics: Dynamics, shape: tuple[int, int], detail: bool
) -> dict[str, Array]:
    """Return what is to be filled, by name, (n, t, ...), with nothing but padding."""
    arrays: dict[str, Array] = {
        "action": np.zeros(shape, dtype=np.int8),
        "reward": np.zeros(shape),
        "block": np.full(shape, -1),
        "trial": np.zeros(shape, dtype=np.int64),
        "parameters": np.zeros((*shape, dynamics.n_parameters)),
    }
    if detail:
        arrays["p_action_0"] = np.zeros(shape)
        arrays["latent"] = np.zeros((*shape, len(model.latent_names)))
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
    start = np.empty((len(rngs), dynamics.n_start))
    choice = np.zeros(shape)
    noise = np.zeros((*shape, 0 if dynamics.noise == "none" else dynamics.n_parameters))
    for i, (rng, n) in enumerate(zip(rngs, block_lengths.sum(axis=1).tolist(), strict=True)):
        rng.random(out=start[i])
        rng.random(out=choice[i, :n])
        if dynamics.noise == "uniform":
            rng.random(out=noise[i, :n])
        elif dynamics.noise == "normal":
            rng.standard_normal(out=noise[i, :n])
    return _Draws(np.ascontiguousarray(start.T), noise, choice, sessions)


def _play(
    model: Model,
    dynamics: _Moving,
    draws: _Draws,
    records: dict[str, Array],
    subjects: Sequence[str],
) -> None:
    """Let n agents play their sessions and fill `records`, (n, t, ...), some or all of `PLAY`."""
    n, n_trials = draws.choice.shape
    block_start = (draws.sessions.trial == 0) & (draws.sessions.block >= 0)
    state = dynamics.start(draws.start)
    latent = fresh = model.start((n,))
    action = np.full(n, -1, dtype=np.int8)
    # Whatever is kept, all of it is checked.
    whole = {
        "action": ((), np.int8),
        "reward": ((), float),
        "parameters": ((dynamics.n_parameters,), float),
        "p_action_0": ((), float),
        "latent": ((len(model.latent_names),), float),
    }
    for first in range(0, n_trials, TRIALS):
        chunk = slice(first, first + TRIALS)
        noise, choice, outcome, fresh_block = (
            _agents_last(array[:, chunk])
            for array in (draws.noise, draws.choice, draws.sessions.outcome, block_start)
        )
        starts = np.logical_or.reduce(fresh_block, axis=1)
        turned = {
            name: np.empty((len(choice), *shape, n), dtype=kind)
            for name, (shape, kind) in whole.items()
        }
        for k in range(len(choice)):
            if first + k > 0:
                state = dynamics.step(state, noise[k], first + k)
            if starts[k]:
                latent = np.where(fresh_block[k], fresh, latent)
                action = np.where(fresh_block[k], -1, action)
            values = dynamics.values(state)
            p = model.link(model.decision_variable(latent, values, action))
            action = (choice[k] >= p).astype(np.int8)
            reward = np.where(action == 0, outcome[k, 0], outcome[k, 1])
            now = dict(zip(PLAY, (action, reward, values, p, latent), strict=True))
            for name, array in turned.items():
                array[k] = now[name]
            latent = model.update(latent, values, action, reward)
        _check(turned, draws.sessions, subjects, first)
        for name, array in records.items():
            array[:, chunk] = np.moveaxis(turned[name], -1, 0)


def _check(
    played: dict[str, Array], sessions: Sessions, subjects: Sequence[str], first: int
) -> None:
    """Raise unless what was played, (t, ..., n) from trial `first` on, is finite."""
    broken = [name for name, array in played.items() if not np.isfinite(array).all()]
    if not broken:
        return
    whole = slice(first, first + len(played["action"]))
    valid = sessions.block[:, whole].T >= 0
    # By trial, then in the order in which one follows from another.
    for t in range(len(valid)):
        for name in ("parameters", "latent", "p_action_0", "reward"):
            array = played[name][t].reshape(-1, len(subjects))
            bad = np.flatnonzero(~np.isfinite(array).all(axis=0) & valid[t])
            if len(bad):
                agent = bad[0]
                raise NumericalError(
                    f"the simulated agent '{subjects[agent]}' has {name} "
                    f"{array[:, agent].tolist()} at trial {first + t} of the session (block "
                    f"{sessions.block[agent, first + t]}, trial {sessions.trial[agent, first + t]} "
                    "of the block), not finite. Check the task's rewards and the ranges of the "
                    "parameters."
                )


def _agents_last(array: Array) -> Array:
    """Return (n, t, ...) as (t, ..., n), contiguous: a trial is then one short read."""
    return np.ascontiguousarray(np.moveaxis(array, 0, -1))


def _clear_padding(records: dict[str, Array], lengths: Array) -> None:
    for i in np.flatnonzero(lengths < records["action"].shape[1]):
        for array in records.values():
            array[i, lengths[i] :] = 0


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
    frame["action"] = seq.to_column(seq.action).astype(np.int64)
    frame["reward"] = seq.to_column(seq.reward)
    frame["p_action_0"] = seq.to_column(agents.p_action_0)
    for name, values in zip(model.parameters, np.moveaxis(agents.parameters, 2, 0), strict=True):
        frame[name] = seq.to_column(values)
    for name, values in zip(model.latent_names, np.moveaxis(agents.latent, 2, 0), strict=True):
        frame[name] = seq.to_column(values)
    for arm in (0, 1):
        frame[f"arm_mean_{arm}"] = seq.to_column(agents.arm_mean[:, :, arm])
    return frame
