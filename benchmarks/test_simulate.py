"""Simulating agents."""

import numpy as np
import pytest

from benchmarks.plain.simulation import simulate_agent
from benchmarks.problems import agents, artificial, worst
from benchmarks.sizes import SIZES
from tests.estimators.plain import of_subject, predictions


def facts(n: int, t: int) -> dict:
    label = f"{n:,} agents × {t:,} trials"
    return {"stage": "simulate", "label": label, "work": n * t, "unit": "trials"}


def test_project(measure):
    experiment = artificial(SIZES.trials)
    n, t = SIZES.agents, SIZES.trials
    made = measure(lambda: agents(experiment, n), kind="project", **facts(n, t))
    measure.note(difference=_replayed(made), difference_in="P(action 0), replayed by plain loops")
    assert _replayed(made) < 1e-12


def _replayed(made, n: int = 5) -> float:
    """Replay agents from their parameters, choices and rewards; return the largest difference."""
    differences = []
    for i in range(min(n, len(made.sequences.subjects))):
        parameters = made.parameters[i].tolist()
        p = predictions("q_learning", parameters, *of_subject(made.sequences, i))
        differences.append(worst(made.p_action_0[i], [p_0 for p_0, _ in p]))
    return max(differences)


def test_plain(measure):
    experiment = artificial(SIZES.trials)
    n = SIZES.plain_agents
    plain = measure(
        lambda: [simulate_agent(experiment, seed) for seed in range(n)],
        kind="plain",
        **facts(n, SIZES.trials),
    )
    # Both draw from the same distributions: what a session is on average must agree within chance.
    made = agents(experiment, 8 * n)
    seq = made.sequences
    ours = {
        "reward": seq.reward.mean(axis=1),
        "p_action_0": made.p_action_0.mean(axis=1),
        "action": seq.action.mean(axis=1),
        "alpha": made.parameters[:, :, 0].mean(axis=1),
        "beta": made.parameters[:, :, 1].mean(axis=1),
    }
    for name, values in ours.items():
        theirs = np.array([np.mean(agent[name]) for agent in plain])
        error = np.sqrt(values.var(ddof=1) / len(values) + theirs.var(ddof=1) / len(theirs))
        assert abs(values.mean() - theirs.mean()) < 5 * error, name


SERIES = [("agents", n) for n in SIZES.half_sizes(SIZES.agents)]
SERIES += [("trials", t) for t in SIZES.half_sizes(SIZES.trials)]


@pytest.mark.parametrize(("axis", "size"), SERIES)
def test_scaling(measure, axis, size):
    n, t = (size, SIZES.trials) if axis == "agents" else (SIZES.agents, size)
    experiment = artificial(t)
    measure(lambda: agents(experiment, n), kind="scaling", axis=axis, size=size, **facts(n, t))
