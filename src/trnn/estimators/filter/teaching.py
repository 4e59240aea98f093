"""Draws from the posterior of simulated agents: what networks are taught."""

import numpy as np

from trnn import progress
from trnn.compilation import copy
from trnn.estimators.filter.chain import learning_of, session_of
from trnn.estimators.filter.changes import draw_hazard, draw_limit, hazards_given_path
from trnn.estimators.filter.noise import FAR, stream, uniform
from trnn.estimators.filter.one_subject import filter_one, room
from trnn.estimators.filter.particles import Kept
from trnn.estimators.filter.trajectories import improve, new_chain
from trnn.theory.compiled import compiled
from trnn.theory.hazards import each_hazard, number_of_hazards
from trnn.theory.model import Model
from trnn.theory.motions import Motions
from trnn.trials.sequences import Sequences

Array = np.ndarray


def filter_draws(
    model: Model,
    motions: Motions,
    sequences: Sequences,
    parameters: Array,
    n_particles: int,
    n_draws: int,
    resample_below: float,
    seed: int,
    *keys: str | int,
) -> tuple[Array, Array]:
    """Return draws of each trial's parameters before its choice is seen, and the filter's P(0).

    The agents' own paths are kept among the particles: draws are then exact for any number of
    particles, though the fewer there are, the closer to the truth.

    Where agents have hazards of their own, an agent is filtered under one hazard alone. Before its
    choices are seen the true hazard and the true path are drawn together from what is assumed, so
    given its choices they are a draw from the posterior of both. The filter that keeps the path
    replaces it by others of the posterior under this hazard; with a hazard that is itself a draw,
    these are draws from the posterior that has integrated over hazards, and P(0) is its prediction
    on average. The true hazard would do; any drawn given the true path does as well, for choices
    depend on the hazard by the path alone, and so the trajectories are all that need be known. A
    limit of changes is drawn in the same way.

    Parameters
    ----------
    motions : Motions
        Those that made the agents.
    parameters : (n, t, n_parameters)
        The agents' own trajectories.
    seed, *keys
        An agent's noise comes from (seed, *keys, its name) alone.

    Returns
    -------
    Values (n_draws, n, t, n_parameters) and P(action 0) (n, t), NaN where there was no response;
    float32, 0 in the padding.

    Raises
    ------
    NumericalError
        If no particle can explain a choice, with agent and trial.
    """
    n, t = sequences.valid.shape
    d = len(motions.kind)
    values = np.zeros((n_draws, n, t, d), np.float32)
    p_action_0 = np.zeros((n, t), np.float32)
    under_each = each_hazard(motions)
    for i, subject in enumerate(sequences.subjects):
        progress.within(i, n, "agents that teach")
        one = sequences.rows(i, i + 1)
        own = int(one.lengths[0])
        records = room(own, d, 1, n_particles, summaries=False, n_draws=n_draws)
        key = stream(seed, *keys, subject, "teacher")
        path = np.ascontiguousarray(parameters[i, :own], dtype=np.float64)
        known = np.ascontiguousarray(path.T)
        moving = under_each[draw_hazard(motions, known, _share(key, 1))]
        kept = Kept(path, draw_limit(moving, known, _share(key, 0)))
        filter_one(model, moving, one, key, resample_below, records, kept)
        values[:, i, :own] = records.draws.swapaxes(0, 1)
        p_action_0[i, :own] = records.p_action_0
    return values, p_action_0


def trajectory_draws(
    model: Model,
    motions: Motions,
    sequences: Sequences,
    parameters: Array,
    n_draws: int,
    sweeps: int,
    seed: int,
    *keys: str | int,
) -> Array:
    """Return draws of whole trajectories given the whole session, (n_draws, n, t, n_parameters).

    The first is the agent's own, a draw itself; each further one is the one before after `sweeps`
    sweeps. So all are exact draws, the less alike the more sweeps. float32, 0 in the padding. All
    hazards that an agent may have weigh its changes: none need be drawn.

    Parameters
    ----------
    parameters : (n, t, n_parameters)
        The agents' own trajectories.
    """
    n, t = sequences.valid.shape
    values = np.zeros((n_draws, n, t, parameters.shape[2]), np.float32)
    learning = learning_of(model)
    for i, subject in enumerate(sequences.subjects):
        progress.within(i, n, "agents that teach")
        one = sequences.rows(i, i + 1)
        own = int(one.lengths[0])
        key = stream(seed, *keys, subject, "teacher")
        path = np.ascontiguousarray(parameters[i, :own].T, dtype=np.float64)
        drawn = _walk(model, motions, learning, session_of(one), path, n_draws, sweeps, key)
        values[:, i, :own] = drawn.swapaxes(1, 2)
    return values


def hazards_of_paths(motions: Motions, paths: Array, lengths: Array) -> Array | None:
    """Return how likely each hazard is given agents' trajectories, (n, h); None if they share one.

    Choices depend on the hazard by the trajectory alone. So given any of the choices, this is in
    the mean over trajectories of their posterior the posterior of the hazard, as the true hazard
    is, an indicator, of which this is the expectation given the trajectory: it teaches the same
    with less noise (Rao & Blackwell; Robert & Casella 2004, Monte Carlo Statistical Methods, sect.
    4.2).

    Parameters
    ----------
    motions : Motions
        Those that made the agents.
    paths : (n_draws, n, t, d)
        Trajectories of each agent, over which the mean is taken: the true one alone, or draws.
    lengths : (n,)
        Trials of each agent.
    """
    h = number_of_hazards(motions)
    if h < 2:
        return None
    shares, own = np.zeros((len(lengths), h)), np.empty(h)
    for paths_of_draw in paths:
        for i, length in enumerate(lengths):
            path = np.ascontiguousarray(paths_of_draw[i, :length].T, dtype=np.float64)
            hazards_given_path(motions, path, own)
            shares[i] += own / len(paths)
    return shares.astype(np.float32)


@compiled
def _share(key, number):
    """Return a uniform number of a stream, from a place that nothing else uses."""
    return uniform(key, FAR + np.uint64(number))


@compiled
def _walk(model, motions, learning, session, path, n_draws, sweeps, key):
    """Return draws (n_draws, d, t), the path first."""
    place = np.zeros(1, np.uint64)
    place[0] = FAR
    out = np.empty((n_draws, *path.shape), np.float32)
    chain = new_chain(model, motions, session, path.copy())
    for j in range(n_draws):
        if j > 0:
            improve(model, motions, learning, session, chain, sweeps, key, place)
        for k in range(len(path)):
            copy(chain.path[k], out[j, k])
    return out
