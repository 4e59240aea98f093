"""Regressors of each trial: draws of parameters, and values and prediction errors along them."""

from dataclasses import replace

import numpy as np
import pytest

from tests.export.made import normal_scores, people, write_run
from trnn.config.dynamics import Range
from trnn.export.draws import MARGINAL, by_quantiles, draws_of
from trnn.export.from_run import read_run
from trnn.export.latents import latents_of, states_of
from trnn.export.regressors import regressors
from trnn.theory.model import Model, Parameter, State
from trnn.theory.models import get_model
from trnn.theory.quantiles import PROBABILITIES
from trnn.trials.sequences import from_frame


@pytest.fixture(scope="module")
def source(tiny_experiments, tmp_path_factory):
    return read_run(write_run(tmp_path_factory.mktemp("run"), tiny_experiments["artificial"]))


def q_values(alpha, action, reward, block):
    """The values before each choice, by a plain loop: (t, 2)."""
    out, q, last = [], [0.0, 0.0], None
    for rate, a, r, b in zip(alpha, action, reward, block, strict=True):
        if b != last:
            q, last = [0.0, 0.0], b
        out.append(list(q))
        q[a] += rate * (r - q[a])
    return np.array(out)


def test_values_and_errors_are_means_over_draws_of_a_plain_loop(source):
    made = regressors(source, n_draws=12, seed=4)
    frame = made.frame
    for estimate in source.estimates:
        draws = draws_of(source, estimate, 12, 4).values
        end = estimate.given
        for i, subject in enumerate(source.sequences.subjects):
            own = frame[frame["subject"] == subject]
            n = len(own)
            a, r = own["action"].to_numpy(), own["reward"].to_numpy()
            q = np.array([q_values(d[:n, 0], a, r, own["block"]) for d in draws[i]])
            chosen, other = q[:, np.arange(n), a], q[:, np.arange(n), 1 - a]
            for name, values in (
                ("chosen_value", chosen),
                ("unchosen_value", other),
                ("prediction_error", r - chosen),
            ):
                np.testing.assert_allclose(own[f"{name}_{end}"], values.mean(axis=0), atol=1e-12)
                sd = own[f"{name}_{end}_sd"]
                np.testing.assert_allclose(sd, values.std(axis=0), atol=1e-12)
    assert (frame["chosen_value_causal_sd"] > 0).any()
    # On a block's first trial nothing has been learned yet, whatever the parameters are.
    assert (frame.loc[frame["trial"] == 0, "chosen_value_causal_sd"] == 0).all()


def test_a_state_that_no_parameter_moves_has_no_spread(tiny_experiments):
    model, sequences = get_model("hybrid_exploration"), from_frame(people())
    one, n = sequences.rows(0, 1), int(sequences.lengths[0])
    draws = np.random.default_rng(0).uniform(0, 1, (3, n, 2))
    states = states_of(model, one, draws)
    assert (states == states[0]).all()
    mean, variance = [0.0, 0.0], [100.0, 100.0]
    for t in range(n):
        if one.block_start[0, t]:
            mean, variance = [0.0, 0.0], [100.0, 100.0]
        np.testing.assert_allclose(states[1, t], [*mean, *variance])
        a = one.action[0, t]
        gain = variance[a] / (variance[a] + 10.0)
        mean[a] += gain * (one.reward[0, t] - mean[a])
        variance[a] *= 1 - gain
    names = [(latent.name, latent.unit) for latent in latents_of(model)]
    assert names == [
        *(("chosen_value", None), ("unchosen_value", None)),
        *(("chosen_variance", "points^2"), ("unchosen_variance", "points^2")),
        ("prediction_error", None),
    ]


def test_nothing_is_learned_where_there_was_no_response():
    model, sequences = get_model("q_learning_trace"), from_frame(people()).rows(0, 1)
    gone = np.zeros(sequences.valid.shape, dtype=bool)
    gone[0, 2:5] = True
    action = np.where(gone, -1, sequences.action).astype(np.int8)
    one = replace(sequences, action=action, reward=np.where(gone, 0.0, sequences.reward))
    n = int(one.lengths[0])
    states = states_of(model, one, np.tile([0.4, 0.3, 2.0, 1.0], (2, n, 1)))
    assert (states[:, 2:6] == states[:, 2:3]).all()
    assert (states[:, 6] != states[:, 5]).any() and np.abs(states[:, :, 2]).max() < 1


def test_what_is_of_the_choice_made_is_null_where_none_was_made(source):
    s = source.sequences
    missed = s.valid & (np.arange(s.valid.shape[1]) % 5 == 2)
    action = np.where(missed, -1, s.action).astype(np.int8)
    gaps = replace(
        source, sequences=replace(s, action=action, reward=np.where(missed, 0.0, s.reward))
    )
    frame = regressors(gaps, n_draws=3).frame
    gone = s.to_column(missed)
    of_choice = [
        c
        for c in frame.columns
        if c.startswith(("chosen_", "unchosen_", "prediction_error_", "p_choice_", "action_code"))
        or c == "reward_code"
    ]
    assert len(of_choice) > 5
    for column in of_choice:
        np.testing.assert_array_equal(frame[column].isna(), gone, err_msg=column)
    assert frame["alpha_causal"].notna().all()


def test_a_model_without_a_pair_of_arms_has_no_value_and_no_error():
    class Habit(Model):
        name = "habit"
        parameters = (Parameter("rate", "rate", "r", "1", 0, 1, learning=True),)
        state = (State("habit", "1", "habit of arm 0"), State("drift_0", "1", "drift of arm 0"))
        link = "logistic"

    assert [latent.name for latent in latents_of(Habit())] == ["habit", "drift_0"]


def test_draws_have_the_quantiles_moments_and_range_of_the_table(tiny_experiments):
    experiment, sequences = tiny_experiments["artificial"], from_frame(people())
    posterior = normal_scores(sequences, experiment, 5)
    ranges, n = list(experiment.parameters.values()), 2000
    uniform = np.broadcast_to(((np.arange(n) + 0.5) / n)[None, :, None], (3, n, 2))
    draws = by_quantiles(posterior.quantiles, uniform, ranges)
    found = np.quantile(draws, PROBABILITIES, axis=1)
    width = np.array([r.high - r.low for r in ranges])
    np.testing.assert_allclose(
        np.moveaxis(found, 0, -1) / width[:, None], posterior.quantiles / width[:, None], atol=2e-3
    )
    np.testing.assert_allclose(draws.mean(axis=1) / width, posterior.mean / width, atol=2e-3)
    np.testing.assert_allclose(draws.std(axis=1) / width, posterior.sd / width, atol=2e-3)
    # Quantiles at the very ends of the range: draws stay inside.
    edge = np.array([0.0, 0.0, 0.5, 1.0, 1.0]).reshape(1, 1, 1, 5)
    wide = by_quantiles(edge, uniform[:1, :, :1], [Range(low=0, high=1)])
    assert ((wide >= 0) & (wide <= 1)).all()


def test_a_draw_keeps_its_place_and_comes_from_seed_and_subject_alone(source):
    estimate = source.estimates[0]
    draws = draws_of(source, estimate, 20, 1)
    assert draws.kind == MARGINAL and draws.values.shape[:2] == (3, 20)
    order = draws.values[0, :, :14, 0].argsort(axis=0)
    assert (order == order[:, :1]).all()
    np.testing.assert_array_equal(draws.values, draws_of(source, estimate, 20, 1).values)
    assert (draws.values != draws_of(source, estimate, 20, 2).values).any()
    assert (np.argsort(draws.values[0, :, 0, 0]) != np.argsort(draws.values[2, :, 0, 0])).any()
    assert (np.argsort(draws.values[0, :, 0, 0]) != np.argsort(draws.values[0, :, 0, 1])).any()


def test_an_estimator_without_a_posterior_is_plugged_in_without_sd(source, tmp_path):
    folder = source.own.where.removesuffix("/human/trials.parquet")
    fitted = read_run(folder, wanted=["mle"])
    frame = regressors(fitted).frame
    assert "chosen_value_smoothed" in frame and "chosen_value_smoothed_sd" not in frame
    own = frame[frame["subject"] == "p-0"]
    alpha = own["alpha_smoothed"]
    q = q_values(alpha, own["action"], own["reward"], own["block"])
    chosen = q[np.arange(len(own)), own["action"]]
    np.testing.assert_allclose(own["prediction_error_smoothed"], own["reward"] - chosen)
