"""People's and agents' verdicts against exact ones, by plain sums, where these can be had."""

from pathlib import Path

import numpy as np
import pytest

from tests.checks import nonstationarity_exact as exact
from tests.conftest import ROOT
from tests.estimators.plain import of_subject
from trnn.checks.nonstationarity.comparisons import compare
from trnn.checks.nonstationarity.nonstationarity_stage import moving_dynamics, question
from trnn.checks.nonstationarity.verdicts import Compared, bayes_factor, verdicts
from trnn.data.prepare import prepare
from trnn.data.registry import load_registry
from trnn.estimators.filter import quadrature
from trnn.theory.agents import experiment_agents
from trnn.trials.sequences import from_frame

DATA = Path(ROOT).parent / "shared" / "data"
RAW = {
    "gershman": DATA / "gershman" / "data2.csv",
    "dezfouli": DATA / "dezfouli" / "choices_diagno.csv.zip",
}
FACTOR = 20.0


def people(name, every):
    """Return every so-many-th person, or some agents where the people are not here."""
    dataset = load_registry(ROOT / "config" / "datasets")[name]
    frame = prepare(RAW[name], dataset)
    chosen = frame["subject"].drop_duplicates()[::every]
    return from_frame(frame[frame["subject"].isin(chosen)].reset_index(drop=True))


def agents(experiment, n):
    return experiment_agents(experiment, "test", "switching", n, seed=1).sequences


REAL = [
    pytest.param(True, marks=[pytest.mark.real_data,
        pytest.mark.skipif(not all(p.exists() for p in RAW.values()), reason=f"not in {DATA}")]),
    False,
]  # fmt: skip


@pytest.mark.parametrize("real", REAL)
@pytest.mark.parametrize("name", ["beta", "gamma"])
def test_the_hybrid_models_verdicts_are_the_exact_ones(experiments, name, real):
    """All three evidences by chains on grids: constant, switching, and a walk of steps' matrix."""
    experiment = experiments["gershman"]
    sequences = people("gershman", 9) if real else agents(experiment, 5)
    switching, walk = moving_dynamics(experiment)
    found = compare(question(experiment, sequences, 1, "exact"), (name,))[name]
    ranges, own = experiment.parameters, walk.parameters[name]
    expected = []
    for i in range(len(sequences.subjects)):
        actions, rewards, trials = of_subject(sequences, i)
        inputs = exact.hybrid_inputs(actions, rewards, trials)
        for way in (
            exact.switches(ranges[name], 0, 120),
            exact.switches(ranges[name], switching.hazard, 120),
            exact.walks_on_log(ranges[name], own.step_sd)
            if own.scale == "log"
            else exact.walks(ranges[name], own.step_sd, 361),
        ):
            chains = [
                way if p == name else exact.switches(r, switching.hazard, 60)
                for p, r in ranges.items()
            ]
            expected.append(exact.two_chains(inputs, actions, *chains))
    sums = np.array(expected).reshape(-1, 3).T
    np.testing.assert_allclose(found.constant[0], sums[0], atol=0.03)
    np.testing.assert_allclose(found.switching[0], sums[1], atol=0.03)
    assert (np.abs(found.walking[0] - sums[2]) < 0.1 + 4 * found.walking[1]).all()
    none = np.zeros(sums.shape[1])
    exactly = bayes_factor(Compared(*((log, none) for log in sums)))
    factor = bayes_factor(found)
    mine, theirs = verdicts(factor, FACTOR), verdicts(exactly, FACTOR)
    # A Bayes factor at a limit is undecided here, whatever it is exactly.
    decided = np.abs(np.abs(exactly.log) - np.log(FACTOR)) > 0.5
    assert (mine[decided] == theirs[decided]).all()
    assert ((mine == theirs) | (mine == "undecided")).all()


@pytest.mark.parametrize("real", REAL)
def test_a_constant_rate_of_learning_is_the_exact_one(experiments, real, monkeypatch):
    """By the grid, and by particles that are made to do without it."""
    experiment = experiments["dezfouli"]
    sequences = people("dezfouli", 40) if real else agents(experiment, 2)
    switching, _ = moving_dynamics(experiment)
    asked = question(experiment, sequences, 1, "exact")
    found = compare(asked, ("alpha",))["alpha"]
    exactly = np.array(
        [
            exact.perseveration_with_constant_rate(
                *of_subject(sequences, i), experiment.parameters.values(), switching.hazard, 100, 50
            )
            for i in range(len(sequences.subjects))
        ]
    )
    none = np.zeros_like(exactly)
    assert (np.abs(found.constant[0] - exactly) < 0.1 + found.constant[1]).all()
    known = Compared((exactly, none), found.switching, found.walking)
    theirs = verdicts(bayes_factor(known), FACTOR)
    assert (verdicts(bayes_factor(found), FACTOR) == theirs).all()
    monkeypatch.setattr(quadrature, "is_on_grid", lambda *_: False)
    filtered = compare(asked, ("alpha",))["alpha"]
    assert (filtered.constant[1] > 1e-3).all()  # of particles
    assert (np.abs(filtered.constant[0] - exactly) < 0.1 + 4 * filtered.constant[1]).all()
    mine = verdicts(bayes_factor(filtered), FACTOR)
    assert ((mine == theirs) | (mine == "undecided")).all()
