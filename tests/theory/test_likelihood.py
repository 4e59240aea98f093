"""Likelihood and forward run against plain loops and exact known cases."""

import math

import numpy as np
import pandas as pd
import pytest
from numba import njit

from tests.estimators.plain import (
    MODEL_NAMES,
    of_subject,
    plain_nll,
    predictions,
    random_parameters,
    random_sessions,
    session,
)
from trnn.errors import NumericalError
from trnn.theory import likelihood
from trnn.theory.likelihood import negative_log_likelihood, run_forward
from trnn.theory.models import get_model
from trnn.trials.sequences import from_frame

LENGTHS = [(6, 3), (1,), (4, 4, 5), (2, 1, 2)]


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_nll_equals_a_plain_loop(name):
    sequences = random_sessions(name, LENGTHS)
    parameters = random_parameters(name, (4, 3))
    nll = negative_log_likelihood(get_model(name), sequences, np.moveaxis(parameters, 2, 0))
    for i in range(4):
        for r in range(3):
            expected = plain_nll(name, parameters[i, r], *of_subject(sequences, i))
            assert nll[i, r] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", MODEL_NAMES)
@pytest.mark.parametrize("constant", [True, False])
def test_forward_run_equals_a_plain_loop(name, constant):
    sequences = random_sessions(name, LENGTHS, seed=1)
    n, t = sequences.valid.shape
    parameters = random_parameters(name, (n,) if constant else (n, t), seed=1)
    p_action_0, log_p = run_forward(get_model(name), sequences, parameters)
    for i in range(n):
        actions, rewards, trials = of_subject(sequences, i)
        k = len(actions)
        values = [parameters[i]] * k if constant else parameters[i, :k]
        expected = predictions(name, values, actions, rewards, trials)
        np.testing.assert_allclose(p_action_0[i, :k], [p[0] for p in expected], rtol=1e-12)
        taken = [p[a] for p, a in zip(expected, actions, strict=True)]
        np.testing.assert_allclose(log_p[i, :k], np.log(taken), rtol=1e-12, atol=1e-15)
        assert np.isnan(p_action_0[i, k:]).all() and np.isnan(log_p[i, k:]).all()


def test_forward_run_adds_up_to_the_likelihood():
    name = "q_learning_perseveration"
    sequences = random_sessions(name, LENGTHS)
    parameters = random_parameters(name, (4,))
    model = get_model(name)
    nll = negative_log_likelihood(model, sequences, parameters.T[:, :, None])
    _, log_p = run_forward(model, sequences, parameters)
    np.testing.assert_allclose(-np.nansum(log_p, axis=1), nll[:, 0], rtol=1e-13)


@pytest.mark.parametrize("together", [1, 5])
def test_rows_that_run_together_and_repeated_rows_change_nothing(monkeypatch, together):
    """Rows of one subject that stand together share a run, so many at a time."""
    name = "q_learning"
    model, sequences = get_model(name), random_sessions(name, LENGTHS)
    parameters = np.moveaxis(random_parameters(name, (6, 3)), 2, 0)
    rows = np.array([1, 3, 3, 0, 2, 0])
    whole = negative_log_likelihood(model, sequences, parameters, rows)
    # What is compiled holds the number that it was compiled with.
    monkeypatch.setattr(likelihood, "TOGETHER", together)
    anew = njit(error_model="numpy")(likelihood._likelihood.py_func)
    monkeypatch.setattr(likelihood, "_likelihood", anew)
    np.testing.assert_array_equal(
        negative_log_likelihood(model, sequences, parameters, rows), whole
    )
    for i, row in enumerate(rows):
        alone = negative_log_likelihood(model, sequences, parameters[:, i : i + 1], rows[i : i + 1])
        np.testing.assert_array_equal(alone[0], whole[i])
        expected = plain_nll(name, parameters[:, i, 0], *of_subject(sequences, row))
        assert whole[i, 0] == pytest.approx(expected, rel=1e-12)


def one(actions, rewards, trials=None):
    trials = list(range(len(actions))) if trials is None else trials
    return from_frame(session("only", actions, rewards, trials))


@pytest.mark.parametrize("values", [(0.3, 0.0), (0.0, 7.0)])
def test_without_temperature_or_learning_every_choice_is_a_coin(values):
    sequences = one([0, 1, 1, 0, 0], [1, 0, 1, 1, 0])
    nll = negative_log_likelihood(
        get_model("q_learning"), sequences, np.array(values)[:, None, None]
    )
    assert nll[0, 0] == pytest.approx(5 * math.log(2), rel=1e-15)


def test_with_a_learning_rate_of_one_the_value_is_the_last_reward():
    sequences = one([0, 0, 1, 0], [1, 0, 1, 1])
    p_action_0, _ = run_forward(get_model("q_learning"), sequences, np.array([[1.0, 3.0]]))
    expected = [0.5, 1 / (1 + math.exp(-3)), 0.5, 1 / (1 + math.exp(3))]
    np.testing.assert_allclose(p_action_0[0], expected, rtol=1e-15)


def test_a_block_starts_without_a_last_action_and_without_values():
    sequences = one([0] * 6, [1] * 6, trials=[0, 1, 2, 0, 1, 2])
    model = get_model("q_learning_perseveration")
    p_action_0, _ = run_forward(model, sequences, np.array([[0.2, 5.0, 0.4]]))
    assert p_action_0[0, 0] == p_action_0[0, 3] == 0.5
    np.testing.assert_array_equal(p_action_0[0, :3], p_action_0[0, 3:])
    assert (p_action_0[0, [1, 2]] > 0.8).all()


@pytest.mark.parametrize("name", MODEL_NAMES)
@pytest.mark.parametrize("reward", [1e6, -1e6])
def test_extreme_rewards_and_long_repetition_stay_finite(name, reward):
    n = 10_000
    alternating = [t % 2 for t in range(n)]
    frame = pd.concat(
        [
            session("same", [0] * n, [reward] * n, list(range(n))),
            session("alternates", alternating, [reward] * n, list(range(n))),
        ]
    )
    sequences = from_frame(frame)
    highest = np.array([1.0, 10.0, 0.5][: len(get_model(name).parameters)])
    model = get_model(name)
    nll = negative_log_likelihood(model, sequences, np.tile(highest[:, None, None], (1, 2, 1)))
    assert np.isfinite(nll).all() and (nll >= 0).all()
    p_action_0, log_p = run_forward(model, sequences, np.tile(highest, (2, 1)))
    assert np.isfinite(log_p).all() and ((p_action_0 >= 0) & (p_action_0 <= 1)).all()


def test_the_log_link_is_exact_in_the_tail():
    # One punished choice of arm 0 and then arm 0 again: x = -beta alpha 1000 = -5000.
    sequences = one([0, 0], [-1000, 0])
    _, log_p = run_forward(get_model("q_learning"), sequences, np.array([[0.5, 10.0]]))
    assert log_p[0, 1] == pytest.approx(-5000, rel=1e-15)


def test_parameters_of_another_shape_are_refused():
    sequences = random_sessions("q_learning", LENGTHS)
    with pytest.raises(ValueError, match=r"must be \(2, 4, n_replicas\)"):
        negative_log_likelihood(get_model("q_learning"), sequences, np.ones((3, 4, 1)))
    with pytest.raises(ValueError, match=r"must be \(4, 2\) or \(4, 13, 2\)"):
        run_forward(get_model("q_learning"), sequences, np.ones((4, 3)))


def test_nan_names_the_subject():
    sequences = random_sessions("q_learning", LENGTHS)
    parameters = np.ones((2, 4, 2))
    parameters[1, 2, 1] = np.nan
    with pytest.raises(NumericalError, match="'s2' is nan"):
        negative_log_likelihood(get_model("q_learning"), sequences, parameters)
    by_trial = np.ones((*sequences.valid.shape, 2))
    by_trial[2, 5, 0] = np.nan  # alpha acts on the value that the next trial is predicted from
    with pytest.raises(NumericalError, match="'s2' at trial 6 of the session"):
        run_forward(get_model("q_learning"), sequences, by_trial)
