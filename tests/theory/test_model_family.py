"""The models of one family are equal to sums over past choices, and to one another at limits."""

import math
import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.theory.plain_family import FAMILY, decision_variables, probabilities
from trnn.config.dynamics import Range, Stationary, Switching
from trnn.config.particles import Particles
from trnn.config.task import BernoulliTask, GaussianTask
from trnn.errors import NumericalError
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.estimators.trnn.relative_inputs import relative_inputs
from trnn.theory.dynamics import get_dynamics
from trnn.theory.lapse import log_odds
from trnn.theory.likelihood import negative_log_likelihood, run_forward
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.theory.numeric import log, logistic
from trnn.theory.simulate import Agents, simulate
from trnn.trials.sequences import Sequences, carried_over

OFTEN = {"n_blocks": 3, "trials_per_block": 12, "miss_rate": 0.2}
REWARDS = BernoulliTask(
    kind="bernoulli", arm_probabilities=[(0.8, 0.2)], schedule="independent", **OFTEN
)
POINTS = GaussianTask(kind="gaussian", arm_mean_sd=8, reward_sd=3, **OFTEN)
CONSTANT = Stationary(kind="stationary")
MODELS = sorted(FAMILY)


def ranges_of(name: str) -> dict[str, Range]:
    return {p.name: Range(low=p.low, high=p.high) for p in get_model(name).parameters}


def agents_of(name: str, dynamics=CONSTANT, n: int = 4, **changes) -> Agents:
    task = (POINTS if name.startswith("hybrid") else REWARDS).model_copy(update=changes)
    law = get_dynamics(dynamics, ranges_of(name))
    return simulate(get_model(name), law, task, n, 1, ["family", name])


def forward(name: str, sequences: Sequences, **values: float):
    """Return P(action 0) of every trial with the given parameters."""
    model = get_model(name)
    own = np.array([[values[p] for p in model.names]] * len(sequences.subjects))
    return run_forward(model, sequences, own)[0]


# --- by sums over past choices --------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("carry_over", [False, True])
def test_a_model_is_what_its_sums_over_past_choices_are(name, carry_over):
    """Simulator and likelihood; trials without a response are left out, as if they were not."""
    agents, model = agents_of(name, carry_over=carry_over), get_model(name)
    own, constant = agents.sequences, agents.parameters[:, 0]
    assert own.missed.sum() > 10 and own.fresh.sum() == (4 if carry_over else 12)
    p, log_p = run_forward(model, own, constant)
    np.testing.assert_allclose(p, agents.p_action_0, rtol=1e-12)
    expected = np.array(
        [
            probabilities(
                name,
                dict(zip(model.names, constant[i], strict=True)),
                *(x[i] for x in (own.action, own.reward, own.fresh)),
            )
            for i in range(4)
        ]
    )
    np.testing.assert_allclose(p, expected, rtol=1e-9, atol=1e-12)
    taken = np.where(own.action == 0, expected, 1 - expected)[own.chosen]
    np.testing.assert_allclose(log_p[own.chosen], np.log(taken), rtol=1e-6, atol=1e-9)
    nll = negative_log_likelihood(model, own, constant.T[:, :, None])[:, 0]
    np.testing.assert_allclose(nll, -np.nansum(log_p, axis=1), rtol=1e-10)


@pytest.mark.parametrize("name", MODELS)
def test_a_filter_that_knows_the_parameters_has_the_evidence_of_the_likelihood(name):
    agents, model = agents_of(name, n=1), get_model(name)
    values = agents.parameters[:, 0]
    near = {k: Range(low=v, high=v + 1e-9) for k, v in zip(model.names, values[0], strict=True)}
    few = Particles(n_particles=8, max_particles=8, replicates=2)
    out = particle_filter(model, motions_of(CONSTANT, near), agents.sequences, few, 1)
    _, log_p = run_forward(model, agents.sequences, values)
    assert out.evidence.log[0] == pytest.approx(np.nansum(log_p), rel=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_a_filter_follows_agents_whose_parameters_switch(name):
    """Its evidence is above that of guessing, on average over agents."""
    switching = Switching(kind="switching", hazard=0.02)
    agents, model = agents_of(name, switching, n=6, trials_per_block=40), get_model(name)
    motions = motions_of(switching, ranges_of(name))
    few = Particles(n_particles=400, max_particles=400)
    out = particle_filter(model, motions, agents.sequences, few, 1)
    assert np.isfinite(out.posterior.mean[agents.sequences.valid]).all()
    assert out.evidence.log.sum() > 1.02 * agents.sequences.chosen.sum() * math.log(0.5)
    bounds = np.array([(r.low, r.high) for r in ranges_of(name).values()])
    mean = out.posterior.mean[agents.sequences.valid]
    assert (mean > bounds[:, 0]).all() and (mean < bounds[:, 1]).all()


# --- limits ---------------------------------------------------------------------------------------

Q = {"alpha": 0.3, "beta": 4.0, "persistence": -1.5}
H = {"beta": 1.2, "gamma": 0.3}
LIMITS = {
    "no beta kappa": (
        *("q_learning_persistence", Q),
        *("q_learning_perseveration", {"alpha": 0.3, "beta": 4.0, "kappa": -0.375}),
    ),
    "no weight": (
        *("q_learning_persistence", Q | {"persistence": 0}),
        *("q_learning", {"alpha": 0.3, "beta": 4.0}),
    ),
    "omega 0": (
        *("q_learning_forgetting_reward", Q | {"omega": 0}),
        *("q_learning_forgetting", Q),
    ),
    "no bias": (
        *("q_learning_forgetting_reward_bias", Q | {"omega": 2, "side_bias": 0}),
        *("q_learning_forgetting_reward", Q | {"omega": 2}),
    ),
    "one rate": (
        *("q_learning_forgetting_two_rates", Q | {"alpha_better": 0.3, "alpha_worse": 0.3}),
        *("q_learning_forgetting", Q),
    ),
    "the trace is the last choice": (
        *("q_learning_trace", Q | {"trace_rate": 1}),
        *("q_learning_persistence", Q),
    ),
    "the trace is the last choice, forgetting": (
        *("q_learning_forgetting_trace", Q | {"trace_rate": 1}),
        *("q_learning_forgetting", Q),
    ),
    "a trace that never moves": (
        *("q_learning_trace", Q | {"trace_rate": 0}),
        *("q_learning", {"alpha": 0.3, "beta": 4.0}),
    ),
    "no interaction": (
        *("generalised_q_learning", Q | {"trace_rate": 0.4, "interaction": 0}),
        *("q_learning_trace", Q | {"trace_rate": 0.4}),
    ),
    "lapse 0": (
        *("q_learning_forgetting_lapse", Q | {"lapse": 0}),
        *("q_learning_forgetting", Q),
    ),
    "points, no weight": (
        *("hybrid_persistence", H | {"persistence": 0}),
        *("hybrid_exploration", H),
    ),
    "points, no bias": (
        *("hybrid_persistence_bias", H | {"persistence": 0.7, "side_bias": 0}),
        *("hybrid_persistence", H | {"persistence": 0.7}),
    ),
    "points, no value": (
        *("hybrid_value", H | {"value_weight": 0}),
        *("hybrid_exploration", H),
    ),
    "points, lapse 0": (
        *("hybrid_lapse", H | {"lapse": 0}),
        *("hybrid_exploration", H),
    ),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_model_is_at_a_limit_the_one_without_it(limit):
    name, values, simpler, fewer = LIMITS[limit]
    own = agents_of(name).sequences
    p = forward(name, own, **values)
    np.testing.assert_allclose(p, forward(simpler, own, **fewer), rtol=1e-9, atol=1e-12)
    # What vanishes at the limit counts elsewhere.
    gone = [k for k in values if k not in fewer or values[k] != fewer[k]][-1]
    moved = {**values, gone: values[gone] * 0.5 + 0.1}
    assert np.abs(forward(name, own, **moved) - p).max() > 0.01


def test_forgetting_is_of_the_arm_that_was_not_chosen():
    learn = get_model("q_learning_forgetting").learn
    assert learn(0.8, 0.5, 0.5, 1, 1.0) == (0.4, 0.75)
    assert learn(0.8, 0.5, 0.5, 0, 0.0) == (0.4, 0.25)


def test_losses_are_worse_than_expected_and_are_forgotten_as_better():
    learn = get_model("q_learning_forgetting_two_rates").learn
    assert learn(-0.5, -0.8, 0.25, 0.5, 0, -1.0) == pytest.approx((-0.75, -0.6))
    assert learn(-0.5, 0.8, 0.25, 0.5, 0, 1.0) == pytest.approx((-0.125, 0.4))


def test_the_last_reward_is_that_of_the_last_choice_however_many_trials_were_missed():
    own = agents_of("q_learning_forgetting_reward", n=1, miss_rate=0.0).sequences
    values = {"alpha": 0.0, "beta": 0.0, "persistence": 0.5, "omega": 1.0}
    action, reward = own.action.copy(), own.reward.copy()
    action[0, :6], reward[0, :6] = [0, -1, -1, 1, -1, 0], [1, 0, 0, 0, 0, 0]
    seen = replace(own, action=action, reward=reward)
    p = forward("q_learning_forgetting_reward", seen, **values)[0, :7]
    x = np.log(p / (1 - p))
    np.testing.assert_allclose(x, [0, 1.5, 1.5, 1.5, -0.5, -0.5, 0.5], atol=1e-12)


# --- lapses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [-1e4, -40.0, -3.0, -1e-9, 0.0, 1e-9, 3.0, 40.0, 1e4])
@pytest.mark.parametrize("lapse", [0.0, 1e-12, 0.1, 1.0])
def test_log_odds_hold_small_probabilities(x, lapse):
    """Of the smallest ordinary double the odds are 708.4, and no odds are above them."""
    odds = log_odds(x, logistic(-abs(x)), lapse)
    tail = math.exp(-min(abs(x), 700)) / (1 + math.exp(-min(abs(x), 700)))
    less = lapse / 2 + (1 - lapse) * tail
    expected = math.copysign(math.log1p(-less) - math.log(less), x)
    if lapse == 0 and abs(x) > 700:
        expected = math.copysign(-math.log(sys.float_info.min), x)
    assert odds == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_the_logarithm_is_that_of_the_library():
    rng = np.random.default_rng(0)
    near, wide = 1 + rng.normal(0, 1e-6, 500), 10 ** rng.uniform(-307, 308, 500)
    edges = [1.0, 2.0, math.sqrt(0.5), math.nextafter(math.sqrt(0.5), 0), sys.float_info.min]
    for x in (*near, *wide, *rng.random(500), *edges):
        assert log(x) == pytest.approx(math.log(x), rel=1e-15, abs=0)


def test_what_is_no_number_stays_none():
    assert math.isnan(log_odds(math.nan, logistic(math.nan), 0.1))
    own = agents_of("q_learning_forgetting_lapse", n=1).sequences
    with pytest.raises(NumericalError, match="P\\(action 0\\) = nan"):
        forward("q_learning_forgetting_lapse", own, **Q | {"persistence": math.nan, "lapse": 0.1})


@pytest.mark.parametrize("name", [name for name in MODELS if name.endswith("lapse")])
def test_no_choice_is_less_likely_than_half_a_lapse(name):
    """However sure values are: of rewards of a million, the choice against them."""
    own = agents_of(name).sequences
    own.reward[own.chosen] = np.where(own.action[own.chosen] == 0, 1e6, -1e6)
    high = {p.name: p.high for p in get_model(name).parameters}
    p = forward(name, own, **high | {"lapse": 0.2})[own.valid]
    assert p.min() >= 0.1 * (1 - 1e-12) and p.max() == pytest.approx(0.9, rel=1e-12)
    assert np.isfinite(forward(name, own, **high | {"lapse": 0.0})[own.valid]).all()


# --- inputs of networks ---------------------------------------------------------------------------

BIASED = [name for name in MODELS if name.endswith("bias")]
SETS = ({"rate": 0.1, "other": 0.7}, {"rate": 0.6, "other": 0.3}, {"rate": 0.5, "other": 0.05})


def sets_of(name: str):
    """Return three sets of reference parameters; {} of a model that learns without one."""
    learning = get_model(name).learning
    out = [dict(zip(learning, own.values(), strict=False)) for own in SETS]
    return out if learning else {}


@pytest.mark.parametrize("name", MODELS)
def test_terms_are_what_the_decision_variable_weighs(name):
    """Under the second of three sets: x is the sum of the terms times the parameters of choice."""
    own, model, sets = agents_of(name).sequences, get_model(name), sets_of(name)
    found = relative_inputs(own, model, sets, 1.0, smooth=True, missed=True)
    n_sets, n_latent = max(len(sets), 1), len(model.latent_terms)
    n_terms = n_sets * n_latent + len(model.action_terms)
    terms = found[3 : 3 + n_terms] * found[-1]  # before each choice, positive for action 0
    k = min(1, n_sets - 1)
    mine = np.concatenate((terms[k : n_sets * n_latent : n_sets], terms[n_sets * n_latent :]))
    choosing = [p.name for p in model.parameters if not p.learning and p.name != "lapse"]
    assert len(mine) == len(choosing)
    weights = np.random.default_rng(0).uniform(-1, 1, len(choosing))
    given = {"lapse": 0.1, **dict(zip(choosing, weights, strict=True)), **(sets and sets[k])}
    expected = [
        decision_variables(name, given, *(x[i] for x in (own.action, own.reward, own.fresh)))
        for i in range(len(own.subjects))
    ]
    told = found[-1] != 0  # before a session's first choice nothing speaks for or against the last
    assert told.mean() > 0.9
    weighed = np.einsum("k,kit->it", weights, mine)
    np.testing.assert_allclose(weighed[told], np.array(expected)[told], rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name", MODELS)
def test_networks_can_tell_the_arms_apart_only_if_the_model_does(name):
    own, model = agents_of(name, miss_rate=0.0).sequences, get_model(name)
    swapped = replace(own, action=np.where(own.valid, 1 - own.action, 0).astype(np.int8))
    one, other = (relative_inputs(s, model, sets_of(name), 1.0, False) for s in (own, swapped))
    np.testing.assert_array_equal(one[-1], -other[-1])
    differ = np.flatnonzero((one[:-1] != other[:-1]).any(axis=(1, 2)))
    assert len(differ) == (2 if name in BIASED else 0)  # before a choice, and of the choice before
    np.testing.assert_array_equal(one[differ], -other[differ])


def test_a_session_that_carries_over_keeps_trace_and_reward():
    """As one block: what a block's start forgets is then kept."""
    for name in ("q_learning_forgetting_reward", "generalised_q_learning"):
        own = agents_of(name, miss_rate=0.0).sequences
        middle = {p.name: p.low + 0.6 * (p.high - p.low) for p in get_model(name).parameters}
        p = forward(name, own, **middle)
        starts = own.fresh
        assert (p[starts] == 0.5).all()
        kept = forward(name, carried_over(own), **middle)
        assert (kept[:, 0] == 0.5).all() and (kept[:, 12] != 0.5).all()
