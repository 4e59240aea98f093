"""Simulated agents: a model whose parameters move by known dynamics, on a task."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trnn.config.task import TaskSettings
from trnn.dynamics import Dynamics
from trnn.models import Model
from trnn.seeds import generator
from trnn.sequences import Sequences
from trnn.tasks import draw_session

Array = np.ndarray


@dataclass(frozen=True)
class Agents:
    """Simulated agents and their truth.

    `parameters` is (n, t, n_parameters), `latent` (n, t, n_latent) before the trial's update,
    `p_action_0` (n, t), `arm_mean` (n, t, 2).
    """

    sequences: Sequences
    parameters: Array
    p_action_0: Array
    latent: Array
    arm_mean: Array


@dataclass(frozen=True)
class _Draws:
    """All randomness of n agents, padded to t trials."""

    start: Array  # (n_start, n) uniforms
    noise: Array  # (t, n_parameters, n)
    choice: Array  # (t, n) uniforms
    outcome: Array  # (t, n, 2)
    arm_mean: Array  # (n, t, 2)
    block: Array  # (n, t)
    trial: Array  # (n, t)
    valid: Array  # (n, t)


def simulate(
    model: Model,
    dynamics: Dynamics,
    task: TaskSettings,
    n_agents: int,
    seed: int,
    keys: Sequence[str | int],
    prefix: str = "agent",
) -> Agents:
    """Simulate `n_agents`; agent i is drawn from (seed, *keys, i) alone, whatever `n_agents` is.

    Parameters
    ----------
    keys : sequence of str or int
        What is drawn, for example ``("artificial", "simulate", "test", "switching")``.
    prefix : str
        Subjects are named ``<prefix>-0001`` and so on.
    """
    draws = _draw(dynamics, task, n_agents, seed, keys)
    n_trials = draws.valid.shape[1]
    parameters = np.empty((n_trials, dynamics.n_parameters, n_agents))
    latents = np.empty((n_trials, len(model.latent_names), n_agents))
    p_action_0 = np.empty((n_trials, n_agents))
    action = np.empty((n_trials, n_agents), dtype=np.int8)
    reward = np.empty((n_trials, n_agents))

    state = dynamics.start(draws.start)
    latent = fresh = model.start((n_agents,))
    previous = np.full(n_agents, -1)
    for t in range(n_trials):
        if t > 0:
            state = dynamics.step(state, draws.noise[t], t)
        new_block = draws.trial[:, t] == 0
        latent = np.where(new_block, fresh, latent)
        previous = np.where(new_block, -1, previous)
        values = dynamics.values(state)
        p = model.link(model.decision_variable(latent, values, previous))
        previous = (draws.choice[t] >= p).astype(np.int8)
        parameters[t], latents[t], p_action_0[t], action[t] = values, latent, p, previous
        reward[t] = np.where(previous == 0, draws.outcome[t, :, 0], draws.outcome[t, :, 1])
        latent = model.update(latent, values, previous, reward[t])

    width = max(4, len(str(n_agents)))
    sequences = Sequences(
        subjects=tuple(f"{prefix}-{i + 1:0{width}d}" for i in range(n_agents)),
        action=np.where(draws.valid, action.T, 0).astype(np.int8),
        reward=np.where(draws.valid, reward.T, 0.0),
        block=draws.block,
        trial=draws.trial,
        valid=draws.valid,
    )
    return Agents(
        sequences,
        parameters=np.ascontiguousarray(parameters.transpose(2, 0, 1)),
        p_action_0=np.ascontiguousarray(p_action_0.T),
        latent=np.ascontiguousarray(latents.transpose(2, 0, 1)),
        arm_mean=draws.arm_mean,
    )


def _draw(
    dynamics: Dynamics, task: TaskSettings, n_agents: int, seed: int, keys: Sequence[str | int]
) -> _Draws:
    generators = [generator(seed, *keys, agent) for agent in range(n_agents)]
    sessions = [draw_session(task, rng) for rng in generators]
    lengths = np.array([len(session.block) for session in sessions])
    n_trials = int(lengths.max(initial=0))
    valid = np.arange(n_trials) < lengths[:, None]
    start = np.empty((dynamics.n_start, n_agents))
    noise = np.zeros((n_trials, dynamics.n_parameters, n_agents))
    choice = np.zeros((n_trials, n_agents))
    outcome = np.zeros((n_trials, n_agents, 2))
    arm_mean = np.zeros((n_agents, n_trials, 2))
    block = np.full((n_agents, n_trials), -1)
    trial = np.zeros((n_agents, n_trials), dtype=np.int64)
    for i, (rng, session) in enumerate(zip(generators, sessions, strict=True)):
        n = lengths[i]
        start[:, i] = rng.random(dynamics.n_start)
        choice[:n, i] = rng.random(n)
        if dynamics.noise == "uniform":
            noise[:n, :, i] = rng.random((n, dynamics.n_parameters))
        elif dynamics.noise == "normal":
            noise[:n, :, i] = rng.standard_normal((n, dynamics.n_parameters))
        outcome[:n, i], arm_mean[i, :n] = session.outcome, session.arm_mean
        block[i, :n], trial[i, :n] = session.block, session.trial
    # Padding carries on in the last block, so that no padded trial looks like a block's start.
    trial[~valid] = 1
    return _Draws(start, noise, choice, outcome, arm_mean, block, trial, valid)


def to_frame(agents: Agents, model: Model, dynamics_name: str) -> pd.DataFrame:
    """Return the agents as a table of synthetic trials, one row for each trial."""
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
