"""Who lies outside of what a network was trained on."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trnn.checks.misspecification.distance import Reference, reference, tail_p
from trnn.checks.misspecification.features import Feature, features_of, session_features
from trnn.checks.misspecification.judge import LEVEL
from trnn.config.experiment import Experiment
from trnn.config.payoffs import pays
from trnn.data.sessions import Session
from trnn.theory.agents import experiment_agents
from trnn.trials.sequences import Sequences

Array = np.ndarray

AGENTS = 1000  # that scores are made of, and as many others that distances are compared with
WHAT = {"session": "the session itself", "choices": "the choices"}


def who_is_outside(
    sessions: Sequence[Session], experiment: Experiment, seed: int
) -> dict[str, str]:
    """Return of each session that is unlike the training agents' how it is, by name.

    The check of the pipeline (`trnn.checks.misspecification`), of sessions and of choices, with
    agents that are simulated anew: about twice its level of people is named by chance. And what all
    agents have alike is named where a person's differs.
    """
    two, misses = pays(experiment.task), experiment.task.miss_rate > 0
    binary, none = two is not None, (two or (0.0,))[0]
    agents = experiment_agents(
        experiment, "estimate", experiment.train.dynamics, 2 * AGENTS, seed, detail=False
    ).sequences
    fitted = _features(agents.rows(0, AGENTS), binary, none)
    calibrating = _features(agents.rows(AGENTS, 2 * AGENTS), binary, none)
    own = pd.concat([_features(session.sequences, binary, none) for session in sessions])
    out: dict[str, str] = {}
    for kind, what in WHAT.items():
        # Arms' means are not known of people, so neither is the SD around them.
        wanted = [
            f for f in features_of(binary, misses) if f.kind == kind and f.name != "reward_sd"
        ]
        names = [feature.name for feature in wanted]
        scale = reference(fitted[names].to_numpy(dtype=float))
        values = own[names].to_numpy(dtype=float)
        others = scale.distances(calibrating[names].to_numpy(dtype=float))
        p = tail_p(scale.distances(values), others)
        scores = scale.scores(values)
        told = _unlike_all(wanted, scale, values)
        for i in np.flatnonzero(p <= LEVEL):
            told[i].append(_furthest(wanted, values[i], scores[i]))
        for session, words in zip(sessions, told, strict=True):
            if words:
                before = f"{out[session.name]}; " if session.name in out else ""
                out[session.name] = f"{before}{what} ({', '.join(words)})"
    return out


def _features(sequences: Sequences, binary: bool, none: float) -> pd.DataFrame:
    frame = sequences.index_frame()
    frame["action"] = sequences.to_column(sequences.action)
    frame["reward"] = sequences.reward_column()
    return session_features(frame if binary else frame.assign(chosen_mean=0.0), binary, none)


def _unlike_all(features: Sequence[Feature], scale: Reference, values: Array) -> list[list[str]]:
    """Return of each session the features in which all agents are alike and it is not."""
    told: list[list[str]] = [[] for _ in values]
    for k in map(int, np.flatnonzero(~scale.varies)):
        common = scale.values[0, k]
        for i in np.flatnonzero(np.isfinite(values[:, k]) & (values[:, k] != common)):
            own = f"{features[k].words} {values[i, k]:.3g}"
            told[i].append(f"{own}, {common:.3g} in training")
    return told


def _furthest(features: Sequence[Feature], values: Array, scores: Array) -> str:
    at = int(np.nanargmax(np.abs(scores)))
    way = "above" if scores[at] > 0 else "below"
    return f"{features[at].words} {values[at]:.3g}, {way} most training agents'"
