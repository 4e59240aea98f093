"""Agents of a candidate, scored under every candidate."""

import numpy as np
import pandas as pd

from trnn import progress
from trnn.checks.theories.evidence import candidate_evidence, switching
from trnn.checks.theories.own_hazard import own_hazard
from trnn.config.task import TaskSettings
from trnn.config.theories import Candidate, Theories
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate, to_frame
from trnn.trials.sequences import Sequences, first_trials, from_frame

Array = np.ndarray


def theory_agents(
    candidate: Candidate, theories: Theories, task: TaskSettings, n: int, seed: int, key: str
) -> tuple[Sequences, Array]:
    """Simulate n agents of a candidate; return them with the hazard of each, (n,).

    Their parameters are uniform over the candidate's ranges at the start and after every change;
    agents have the grid's hazards in turn, so that a hazard of an agent's own is what they have.

    Parameters
    ----------
    key : str
        Agent i comes from (seed, key, i) alone.
    """
    model, hazards = get_model(candidate.model), theories.hazards
    own = np.array([hazards[i % len(hazards)] for i in range(n)])
    frames = []
    for i, hazard in enumerate(own):
        dynamics = get_dynamics(switching(float(hazard)), candidate.parameters)
        keys = (key, "theories", "agents")
        agent = simulate(model, dynamics, task, 1, seed, keys, first=i)
        frames.append(to_frame(agent, model, "switching"))
    return from_frame(pd.concat(frames, ignore_index=True)), own


def recovery_frame(
    true: str,
    theories: Theories,
    task: TaskSettings,
    n: int,
    n_trials: int | None,
    seed: int,
    key: str,
) -> pd.DataFrame:
    """Return a row for each agent of `true` and candidate: of `theories_table.RECOVERY_OF_THEORY`.

    Parameters
    ----------
    n, n_trials
        Agents, and trials of a session that count; None: all.
    seed, key
        What agents and filters are drawn from; `key` is the experiment's name.
    """
    candidate = theories.candidates[true]
    agents, hazard = theory_agents(candidate, theories, task, n, seed, f"{key}/{true}")
    if n_trials is not None:
        agents = first_trials(agents, n_trials)
    parts = []
    for i, (name, own) in enumerate(theories.candidates.items()):
        progress.report(i, len(theories.candidates), "candidates")
        log, error, _ = candidate_evidence(
            own, theories.hazards, agents, theories, seed, f"{key}/{true}"
        )
        mean, of_mean = own_hazard(log, error)
        columns = {
            "true": true,
            "scored": name,
            "agent": [f"{true}-{i + 1:04d}" for i in range(n)],
            "hazard": hazard,
            "n_trials": agents.chosen.sum(axis=1),
            "log_evidence": mean,
            "log_evidence_error": of_mean,
        }
        parts.append(pd.DataFrame(columns))
    texts = dict.fromkeys(("true", "scored", "agent"), "str")
    return pd.concat(parts, ignore_index=True).astype(texts)
