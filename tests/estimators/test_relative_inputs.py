"""Inputs relative to the last choice: what they are, and what a network makes of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.special import expit, logit, ndtri

from tests.estimators.plain import MODEL_NAMES, of_subject, predictions
from trnn.config.dynamics import Range
from trnn.errors import NumericalError
from trnn.estimators.trnn.checkpoint import new_network
from trnn.estimators.trnn.features import n_trnn_inputs, trnn_inputs
from trnn.estimators.trnn.infer import apply_network
from trnn.estimators.trnn.relative_inputs import relative_inputs
from trnn.theory.agents import experiment_agents
from trnn.theory.models import get_model, model_names
from trnn.trials.sequences import Sequences, carried_over, from_frame

REFERENCES = {
    name: {key: [0.1, 0.6] for key in model.learning}
    for name, model in zip(model_names(), map(get_model, model_names()), strict=True)
}


def session(seed: int = 0) -> Sequences:
    """Two sessions of unequal length, of blocks of unequal length."""
    rng = np.random.default_rng(seed)
    parts = []
    for subject, lengths in (("long", (7, 4, 9)), ("short", (3, 5))):
        for block, n in enumerate(lengths):
            parts.append(
                pd.DataFrame(
                    {
                        "subject": subject,
                        "block": block,
                        "trial": range(n),
                        "action": rng.integers(0, 2, n),
                        "reward": rng.normal(size=n),
                    }
                )
            )
    return from_frame(pd.concat(parts, ignore_index=True))


def swapped(sequences: Sequences) -> Sequences:
    """The same session with its arms exchanged."""
    action = np.where(sequences.valid, 1 - sequences.action, 0).astype(np.int8)
    return Sequences(
        sequences.subjects,
        action,
        sequences.reward,
        sequences.block,
        sequences.trial,
        sequences.valid,
    )


def plain_rows(sequences: Sequences, i: int, rates: list[float], smooth: bool) -> np.ndarray:
    """The inputs of subject i for Q-learning with perseveration, trial by trial."""
    rows, q = [], {rate: [0.0, 0.0] for rate in rates}
    n = int(sequences.lengths[i])
    action, reward, trial = sequences.action[i], sequences.reward[i], sequences.trial[i]
    evidence, stayed = [0.0] * (len(rates) + 1), 0.0
    for t in range(n):
        first = trial[t] == 0
        if first:
            q = {rate: [0.0, 0.0] for rate in rates}
        last = 0 if t == 0 else 1 - 2 * int(action[t - 1])
        terms = [q[rate][0] - q[rate][1] for rate in rates] + [0 if first else last]
        row = [0 if first else reward[t - 1] / 2, stayed, float(first)]
        row += [last * term for term in terms] + evidence
        sign = 1 - 2 * int(action[t])
        evidence, stayed = [sign * term for term in terms], 0.0 if first else float(sign * last)
        if smooth:
            row += [reward[t] / 2, stayed, *evidence]
        rows.append([*row, last])
        for rate in rates:
            q[rate][action[t]] += rate * (reward[t] - q[rate][action[t]])
    return np.array(rows).T


@pytest.mark.parametrize("smooth", [False, True])
def test_they_are_those_of_a_plain_loop(smooth):
    sequences, model = session(), get_model("q_learning_perseveration")
    found = relative_inputs(sequences, model, {"alpha": [0.1, 0.6]}, 2.0, smooth)
    for i, n in enumerate(sequences.lengths):
        np.testing.assert_allclose(
            found[:, i, :n], plain_rows(sequences, i, [0.1, 0.6], smooth), rtol=1e-6, atol=1e-7
        )
        assert not found[:, i, n:].any()


@pytest.mark.parametrize("smooth", [False, True])
def test_sets_of_parameters_are_followed_as_combinations_of_their_values_are(smooth):
    sequences, model = session(), get_model("q_learning_trace")
    grid = {"trace_rate": [0.2, 0.9], "alpha": [0.1, 0.6]}
    every = [{"alpha": a, "trace_rate": r} for a in (0.1, 0.6) for r in (0.2, 0.9)]
    whole = relative_inputs(sequences, model, grid, 2.0, smooth)
    assert len(whole) == 4 + (2 + smooth) * 8 + 2 * smooth
    np.testing.assert_array_equal(relative_inputs(sequences, model, every, 2.0, smooth), whole)
    # Two of the four: the same rows, and no others.
    some = relative_inputs(sequences, model, [every[3], every[0]], 2.0, smooth)
    values, traces = ([first + k for k in (3, 0)] for first in (3, 7))
    rows = [*values, *traces, *(k + 8 for k in (*values, *traces))]
    np.testing.assert_array_equal(some[3:11], whole[rows])
    assert len(some) == 4 + (2 + smooth) * 4 + 2 * smooth


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_terms_are_what_the_models_decision_variable_weighs(name):
    """By the plain equations: of a model at its reference, x is a weighted sum of the terms."""
    sequences, model = session(), get_model(name)
    references = {key: [0.3] for key in model.learning}
    found = relative_inputs(sequences, model, references, 1.0, smooth=True)
    n_terms = len(model.latent_terms + model.action_terms)
    for i, n in enumerate(sequences.lengths):
        data = of_subject(sequences, i)
        sign = 1 - 2 * np.array(data[0])
        terms = found[-1 - n_terms : -1, i, :n] * sign  # of this trial's choice
        for weights in ([0.4, 0.2], [0.1, -0.3])[: len(model.names)]:
            values, expected = {
                "q_learning": ([0.3, weights[0]], weights[:1]),
                "q_learning_known_temperature": ([0.3], [5.0]),
                "q_learning_perseveration": (
                    [0.3, weights[0], weights[1]],
                    [weights[0], weights[0] * weights[1]],
                ),
                "hybrid_exploration": (weights, weights),
            }[name]
            p = [own[0] for own in predictions(name, [values] * n, *data)]
            quantile = ndtri if model.link == "probit" else logit
            np.testing.assert_allclose(
                np.array(expected) @ terms, quantile(p), rtol=1e-5, atol=1e-6
            )


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_swapping_the_arms_changes_the_sign_alone(name):
    sequences, model = session(), get_model(name)
    for smooth in (False, True):
        one, other = (
            relative_inputs(s, model, REFERENCES[name], 1.0, smooth)
            for s in (sequences, swapped(sequences))
        )
        np.testing.assert_array_equal(one[:-1], other[:-1])
        np.testing.assert_array_equal(one[-1], -other[-1])


def test_an_agent_with_a_reference_value_chooses_by_its_terms(tiny_experiments):
    """The evidence of a choice, times beta, is what the agent itself chose by."""
    experiment = tiny_experiments["artificial"]
    agents = experiment_agents(experiment, "test", "stationary", 3, seed=1)
    model, sequences = get_model(experiment.model), agents.sequences
    for i in range(3):
        alpha, beta = agents.parameters[i, 0]
        own = sequences.rows(i, i + 1)
        found = relative_inputs(own, model, {"alpha": [alpha]}, 1.0, smooth=True)
        sign = 1 - 2 * own.action[0]
        p_chosen = expit(beta * found[-2, 0])
        p_0 = np.where(sign > 0, p_chosen, 1 - p_chosen)
        np.testing.assert_allclose(p_0, agents.p_action_0[i], atol=1e-6)


@pytest.mark.parametrize("name", ["artificial", "dezfouli", "gershman"])
def test_a_network_treats_both_arms_alike(tiny_experiments, name):
    experiment = tiny_experiments[name]
    model = get_model(experiment.model)
    network = new_network(experiment, 1, 0).eval()
    sequences = session()
    assert len(trnn_inputs(sequences, network.settings, model)) == n_trnn_inputs(
        network.settings, model, full_feedback=False
    )
    one, other = (apply_network(network, s, model) for s in (sequences, swapped(sequences)))
    assert torch.equal(one.values, other.values)
    assert torch.equal(one.action_logit, -other.action_logit)
    assert one.action_logit[1:, 0].abs().min() > 0


def test_a_network_reads_as_many_inputs_as_its_sets_give(tiny_experiments):
    """Of a model with four parameters; and its side, which tells the arms apart, reaches them."""
    sets = [{"alpha": 0.1}, {"alpha": 0.5}, {"alpha": 0.9}]
    model = get_model("q_learning_forgetting_reward_bias")
    experiment = tiny_experiments["artificial"]
    trnn = experiment.estimators.trnn
    settings = trnn.network.model_copy(update={"reference_values": sets})
    ranges = {p.name: Range(low=p.low, high=p.high) for p in model.parameters}
    changed = {"trnn": trnn.model_copy(update={"network": settings})}
    own = experiment.model_copy(
        update={
            "model": model.name,
            "parameters": ranges,
            "estimators": experiment.estimators.model_copy(update=changed),
        }
    )
    network = new_network(own, 1, 0).eval()
    sequences = session()
    assert len(trnn_inputs(sequences, settings, model)) == 4 + 2 * (3 + 3)
    one, other = (apply_network(network, s, model) for s in (sequences, swapped(sequences)))
    assert one.values.shape[0] == 5 and not torch.equal(one.values, other.values)


def test_an_input_that_is_not_finite_is_named(tiny_experiments):
    experiment = tiny_experiments["artificial"]
    sequences = session()
    sequences.reward[1, 4] = 1e39
    network = experiment.estimators.trnn.network
    with pytest.raises(NumericalError, match="float32 of subject 'short' at trial 4"):
        trnn_inputs(sequences, network, get_model(experiment.model))


@pytest.mark.parametrize("smooth", [False, True])
def test_the_other_outcome_is_an_input_where_it_is_shown(smooth):
    sequences, model = session(), get_model("q_learning")
    other = np.where(sequences.valid, np.arange(20.0) + 1.0, 0.0)
    other[0, 3] = np.nan  # not shown on that trial
    both = replace(sequences, other_reward=other)
    plain = relative_inputs(sequences, model, {"alpha": [0.5]}, 2.0, smooth)
    own = relative_inputs(both, model, {"alpha": [0.5]}, 2.0, smooth)
    assert len(own) == len(plain) + 1 + smooth
    np.testing.assert_array_equal(own[: len(plain) - 1], plain[:-1])
    np.testing.assert_array_equal(own[-1], plain[-1])
    before = own[len(plain) - 1]
    # Session "long" has blocks of 7, 4 and 9 trials; what was shown comes a trial later.
    np.testing.assert_array_equal(before[0, :9], [0, 0.5, 1, 1.5, 0, 2.5, 3, 0, 4])
    if smooth:
        np.testing.assert_array_equal(own[-2, 0, :4], [0.5, 1, 1.5, 0])


def test_a_session_whose_values_carry_over_is_as_one_block():
    sequences, model = session(), get_model("q_learning")
    one_block = replace(
        sequences,
        block=np.where(sequences.valid, 0, -1),
        trial=np.where(sequences.valid, np.arange(sequences.valid.shape[1]), 0),
    )
    got, expected = (
        relative_inputs(s, model, {"alpha": [0.5]}, 1.0, True)
        for s in (carried_over(sequences), one_block)
    )
    np.testing.assert_array_equal(got, expected)
    assert got[2].sum() == 2
