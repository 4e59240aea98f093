"""What a model's learner held in mind: its state on each trial, along draws of its parameters."""

from dataclasses import dataclass

import numpy as np

from trnn.compilation import copy
from trnn.theory.compiled import compiled
from trnn.theory.model import Model, State
from trnn.trials.choices import choices
from trnn.trials.missed import NO_RESPONSE
from trnn.trials.sequences import Sequences

Array = np.ndarray

VALUE, ERROR = "value", "prediction_error"


@dataclass(frozen=True)
class Latent:
    """A latent quantity: its name, its meaning, and its unit (None: that of rewards)."""

    name: str
    words: str
    unit: str | None


def states_of(model: Model, one: Sequences, draws: Array) -> Array:
    """Return the state before each choice of one subject, (n_draws, t, n_state).

    Every draw learns along the subject's choices and rewards with its own parameters of each trial.

    Parameters
    ----------
    draws : (n_draws, t, n_parameters)
    """
    action, reward, fresh, lengths = choices(one)
    n = int(lengths[0])
    by_trial = np.ascontiguousarray(draws[:, :n].transpose(1, 2, 0), dtype=np.float64)
    states = np.empty((n, len(model.state), len(draws)))
    _run(model, action[0, :n], reward[0, :n], fresh[0, :n], by_trial, states)
    return states.transpose(2, 0, 1)


@compiled
def _run(model, action, reward, fresh, draws, states):
    """Write the states (t, n_state, n_draws) that draws (t, n_parameters, n_draws) lead to."""
    n_trials, n_parameters, n_draws = draws.shape
    state = np.empty((model.n_state(), n_draws))
    now = np.empty((n_parameters, n_draws))
    for t in range(n_trials):
        for k in range(n_parameters):
            copy(draws[t, k], now[k])
        if fresh[t]:
            for j in range(model.width(n_draws)):
                model.start(state, j)
        for j in range(n_draws):
            for m in range(model.n_state()):
                states[t, m, j] = state[m, model.column(j)]
        if action[t] == NO_RESPONSE:
            continue
        for j in range(model.width(n_draws)):
            model.learn(state, j, now, j, action[t], reward[t])


def latents_of(model: Model) -> list[Latent]:
    """Return the latent quantities that a model has.

    States whose names end in _0 and _1 and that have one unit are of the two arms: they become
    those of the chosen and of the unchosen arm. The first such pair, in a model's order, is the
    arms' value in the unit of rewards, and has a prediction error. Other states stay as they are.
    """
    found: list[Latent] = []
    for name, first, other in _parts(model):
        if other is None:
            found.append(Latent(name, f"{first.words} before the choice", first.unit))
            continue
        unit = None if name == VALUE else first.unit
        for which in ("chosen", "unchosen"):
            words = first.words.replace("arm 0", f"the {which} arm")
            found.append(Latent(f"{which}_{name}", f"{words} before the outcome", unit))
    if any(latent.name == f"chosen_{VALUE}" for latent in found):
        words = "prediction error: the reward less the value of the chosen arm"
        found.append(Latent(ERROR, words, None))
    return found


def latent_draws(model: Model, one: Sequences, draws: Array) -> dict[str, Array]:
    """Return each of the model's latent quantities for one subject, (n_draws, t).

    Those of the chosen and the unchosen arm, and the prediction error, are NaN on missed trials.

    Parameters
    ----------
    draws : (n_draws, t, n_parameters)
    """
    states = states_of(model, one, draws)
    n = states.shape[1]
    place = {state.name: k for k, state in enumerate(model.state)}
    second, missed = one.action[0, :n] == 1, one.action[0, :n] == NO_RESPONSE
    found: dict[str, Array] = {}
    for name, first, other in _parts(model):
        own = states[:, :, place[first.name]]
        if other is None:
            found[name] = own
            continue
        its = states[:, :, place[other.name]]
        # Of a missed trial no arm is the chosen one.
        found[f"chosen_{name}"] = np.where(missed, np.nan, np.where(second, its, own))
        found[f"unchosen_{name}"] = np.where(missed, np.nan, np.where(second, own, its))
    if f"chosen_{VALUE}" in found:
        found[ERROR] = one.reward[0, :n] - found[f"chosen_{VALUE}"]
    return {latent.name: found[latent.name] for latent in latents_of(model)}


def of_choices(sequences: Sequences, values: Array) -> Array:
    """Return values of trials, (n, t), as floats, with NaN on missed ones: nothing was chosen."""
    return np.where(sequences.action == NO_RESPONSE, np.nan, values)


def _parts(model: Model) -> list[tuple[str, State, State | None]]:
    """Return (name, state of arm 0, state of arm 1) of pairs, (name, state, None) of others."""
    by_name = {state.name: state for state in model.state}
    parts: list[tuple[str, State, State | None]] = []
    paired: set[str] = set()
    for state in model.state:
        other = by_name.get(f"{state.name[:-2]}_1") if state.name.endswith("_0") else None
        if state.name in paired:
            continue
        if other is None or other.unit != state.unit:
            parts.append((state.name, state, None))
            continue
        paired.add(other.name)
        parts.append((state.name[:-2] if any(p[2] for p in parts) else VALUE, state, other))
    return parts
