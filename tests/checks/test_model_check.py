"""What is measured of a model: agreement of what runs with what is written, recovery, the task."""

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from trnn.checks.model_check import measure
from trnn.checks.model_check.agreement import _chi_square, agreement
from trnn.checks.model_check.plain import plain_predictions
from trnn.checks.model_check.recovery import recovery
from trnn.checks.model_check.resolution import resolution
from trnn.cli import app
from trnn.config.dynamics import Range
from trnn.config.estimators import MaximumLikelihood
from trnn.config.task import BernoulliTask
from trnn.errors import ConfigError, NumericalError
from trnn.theory.dynamics import StationaryDynamics
from trnn.theory.models import get_model, model_names
from trnn.theory.simulate import simulate
from trnn.trials.sequences import first_trials
from trnn.workflow import model_check

RANGES = {"alpha": Range(low=0, high=1), "beta": Range(low=0, high=10)}
TASK = BernoulliTask(
    kind="bernoulli",
    n_blocks=2,
    trials_per_block=60,
    arm_probabilities=[(0.2, 0.8), (0.8, 0.2)],
    schedule="permuted",
)


def agents_of(model, n=12):
    ranges = {p.name: Range(low=p.low, high=p.high) for p in model.parameters}
    return simulate(model, StationaryDynamics(ranges), TASK, n, 1, ("test",))


@pytest.mark.parametrize("name", model_names())
def test_what_runs_is_what_is_written_of_every_model(name):
    model = get_model(name)
    found = agreement(model, agents_of(model))
    assert found.agrees and found.n_plain == 12 * 120 and found.n_bins >= 3
    assert 0 < max(found.likelihood, found.simulator) < 1e-12  # two ways of computing them


def test_an_equation_that_is_compiled_as_something_else_is_found(monkeypatch):
    """Here, what is compiled was changed since."""
    model = get_model("q_learning")
    agents = agents_of(model)

    def other(q_0, q_1, beta):
        return beta * (q_0 - q_1) + 0.01

    monkeypatch.setattr(type(model), "decide", staticmethod(other))
    found = agreement(model, agents)
    assert not found.agrees and 1e-3 < found.simulator < 0.01
    assert "BROKEN" in " ".join(measure._agreement(found))


def test_choices_that_do_not_follow_their_probabilities_are_found():
    rng = np.random.default_rng(1)
    p = rng.random(4000)
    fair, n_bins = _chi_square(p, rng.random(4000) < p)
    assert n_bins == 10 and fair < 30
    unfair, _ = _chi_square(p, rng.random(4000) < 0.5 + 0.8 * (p - 0.5))
    assert unfair > 60


def test_what_python_cannot_compute_is_named_with_its_trial(monkeypatch):
    model = get_model("q_learning")
    monkeypatch.setattr(type(model), "decide", staticmethod(lambda q_0, q_1: 1.0 / q_0))
    agents = agents_of(model, 2)
    with pytest.raises(NumericalError, match=r"run by Python at .*trial 0 .*ZeroDivisionError"):
        plain_predictions(model, agents.sequences, agents.parameters[:, 0])


def test_recovery_and_resolution_say_what_is_known_of_q_learning():
    """And of three trials, hardly anything."""
    model = get_model("q_learning")
    agents = agents_of(model, 30)
    found, at_bound = recovery(model, agents, RANGES, MaximumLikelihood(n_candidates=64), 1, "test")
    told = resolution(model, agents, RANGES, 1, "test")
    assert 0 <= at_bound < 1
    for name in RANGES:
        value, low, high = found[name].correlation
        assert 0.3 < low < value < high <= 1
        share, low, high = told[name].share
        assert 0.1 < low < share < high < 0.9 and 0.2 < told[name].information < 4
    assert found["beta"].guess == pytest.approx(10 / np.sqrt(12))
    # The exact posterior's mean is the best estimate: its error is near its SD, maximum likelihood
    # is no better.
    assert (
        found["alpha"].guess
        > found["alpha"].error[0]
        > 0.6 * told["alpha"].share[0] * found["alpha"].guess
    )
    few = simulate(model, StationaryDynamics(RANGES), TASK, 30, 1, ("few",))
    nothing = resolution(model, first_three(few), RANGES, 1, "test")
    assert all(own.share[1] > told[name].share[2] for name, own in nothing.items())


def first_three(agents):
    return replace(agents, sequences=first_trials(agents.sequences, 3))


def test_more_parameters_than_a_grid_holds_are_left_out(monkeypatch):
    monkeypatch.setattr("trnn.checks.model_check.resolution.EVALUATIONS", 1e4)
    model = get_model("q_learning")
    assert resolution(model, agents_of(model), RANGES, 1) is None


def test_the_command_measures_a_model_and_ends_with_1_if_it_is_broken(monkeypatch):
    monkeypatch.setattr(model_check, "EXAMPLE", TASK)
    found = CliRunner().invoke(app, ["check", "--model", "q_learning"])
    assert found.exit_code == 0, found.output
    for words in ("agreement: good", "beta: correlation with the truth 0.", "the choices tell"):
        assert words in found.output
    monkeypatch.setattr("trnn.checks.model_check.agreement.LARGEST", 0.0)
    found = CliRunner().invoke(app, ["check", "--model", "q_learning"])
    assert found.exit_code == 1 and "agreement: BROKEN" in found.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--model", "q_lerning"], "there is no model 'q_lerning'"),
        (["--model", "none.py:A"], "there is no file none.py; looked for "),
        (["--model", "q_learning", "--task", "nothing"], "--task: got 'nothing'; the experiments"),
        (["--task", "artificial"], "give --model too"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(options, words):
    refused = CliRunner().invoke(app, ["check", *options]).exception
    assert isinstance(refused, ConfigError) and words in str(refused)
