"""A subject's trials and a trajectory of its parameters, as `trajectories` moves it."""

from typing import NamedTuple

import numpy as np

from trnn.theory.model import Model
from trnn.trials.choices import choices
from trnn.trials.sequences import Sequences

Array = np.ndarray


class Session(NamedTuple):
    """A subject's t trials; every array is (t,).

    `fresh`: whether a model begins anew; `ends`: where it next does, the trial after the last;
    `last`: the action made last since it began anew, -1 if there is none. `misses`: whether any
    trial had no response, which is action -1.
    """

    action: Array
    reward: Array
    fresh: Array
    ends: Array
    last: Array
    misses: bool


class Chain(NamedTuple):
    """A trajectory of d parameters, and what the model makes of it.

    Parameters
    ----------
    path : (d, t), the parameters
    walks : (d, t), walks on their own scale
    times : (d, t + 1), the trials at which a parameter's stretches begin; the first is 0
    counts : (d,), how many stretches begin after it
    states : (n_state, t + 1), the model's state on each trial
    p : (t,), the probability of the choice; 1 where there was none
    """

    path: Array
    walks: Array
    times: Array
    counts: Array
    states: Array
    p: Array


def learning_of(model: Model) -> Array:
    """Return which of a model's parameters its state depends on, (d,) of bool."""
    return np.array([parameter.learning for parameter in model.parameters])


def session_of(one: Sequences) -> Session:
    """Return the trials of one subject."""
    action, reward, fresh, lengths = choices(one)
    n = int(lengths[0])
    begins = np.append(np.flatnonzero(fresh[0, :n]), n)
    ends = begins[np.searchsorted(begins, np.arange(n), side="right")]
    last = np.ascontiguousarray(one.last_action[0, :n])
    misses = bool(one.missed.any())
    return Session(action[0, :n], reward[0, :n], fresh[0, :n], ends, last, misses)
