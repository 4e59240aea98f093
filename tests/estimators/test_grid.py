"""Evidence on a grid against plain sums, and which models and motions have it."""

import math

import numpy as np
import pytest

from tests.checks import nonstationarity_exact as exact
from tests.estimators.plain import RANGES, of_subject, random_sessions
from tests.estimators.test_filter_evidence import SWITCHING, walk
from trnn.config.dynamics import Range, Switching
from trnn.config.particles import Particles
from trnn.errors import NumericalError
from trnn.estimators.filter import quadrature
from trnn.estimators.filter.grid import is_on_grid, log_evidence_on_grid
from trnn.estimators.filter.quadrature import fix, log_evidence_of_constant
from trnn.theory.constant_evidence import constant_log_evidence
from trnn.theory.models import get_model
from trnn.theory.motions import all_alike, one_apart

HYBRID, THREE = "hybrid_exploration", "q_learning_perseveration"
PARTICLES = Particles(n_particles=8000, max_particles=8000)


def motions(model, way="switching", settings=SWITCHING):
    return all_alike(way, RANGES[model], settings, walk(RANGES[model]))


def test_a_grid_serves_where_nothing_moves_that_learning_depends_on():
    hybrid, three = get_model(HYBRID), get_model(THREE)
    assert is_on_grid(hybrid, motions(HYBRID))
    assert is_on_grid(hybrid, fix(motions(HYBRID), 1, 0.3))
    assert not is_on_grid(three, motions(THREE))
    assert is_on_grid(three, fix(motions(THREE), 0, 0.3))
    assert not is_on_grid(three, fix(motions(THREE), 1, 0.3))  # alpha switches
    assert not is_on_grid(hybrid, motions(HYBRID, "walking"))
    one_walks = one_apart("walking", "beta", RANGES[HYBRID], SWITCHING, walk(RANGES[HYBRID]))
    assert not is_on_grid(hybrid, one_walks)
    # A constant that is not known is no node of a grid: it is integrated by cells.
    assert not is_on_grid(hybrid, motions(HYBRID, "constant"))
    for memory in ({"min_gap": 3}, {"max_changes": [2]}, {"stationary_share": 0.1}):
        remembers = Switching(kind="switching", hazard=0.05, **memory)
        assert not is_on_grid(hybrid, motions(HYBRID, settings=remembers))


def test_all_switching_is_two_chains():
    sequences = random_sessions(HYBRID, [(20, 20), (15, 15), (3,)])
    found = log_evidence_on_grid(get_model(HYBRID), motions(HYBRID), sequences)
    chains = [exact.switches(r, SWITCHING.hazard, 90) for r in RANGES[HYBRID].values()]
    for i in range(3):
        actions, rewards, trials = of_subject(sequences, i)
        inputs = exact.hybrid_inputs(actions, rewards, trials)
        assert found.log[i] == pytest.approx(
            exact.two_chains(inputs, actions, *chains), abs=1e-3 + found.error[i]
        )
        assert found.error[i] < 0.01
    assert (found.n_particles == 0).all()


@pytest.mark.parametrize("name", ["beta", "gamma"])
def test_one_of_two_is_constant(name):
    sequences = random_sessions(HYBRID, [(20, 20)])
    index = list(RANGES[HYBRID]).index(name)
    found = log_evidence_of_constant(
        get_model(HYBRID), motions(HYBRID), index, sequences, PARTICLES, 12, 1, "test"
    )
    chains = [
        exact.switches(r, 0 if p == name else SWITCHING.hazard, 90)
        for p, r in RANGES[HYBRID].items()
    ]
    actions, rewards, trials = of_subject(sequences, 0)
    inputs = exact.hybrid_inputs(actions, rewards, trials)
    expected = exact.two_chains(inputs, actions, *chains)
    assert found.log[0] == pytest.approx(expected, abs=0.02)  # of the cells
    assert found.n_particles[0] == 0


def test_the_rate_of_learning_is_constant_and_two_others_switch(monkeypatch):
    """The plain sum, the grid and the particles, which are made to do without it."""
    sequences = random_sessions(THREE, [(30, 25, 30)])
    arguments = (get_model(THREE), motions(THREE), 0, sequences, PARTICLES, 12, 1, "test")
    found = log_evidence_of_constant(*arguments)
    expected = exact.perseveration_with_constant_rate(
        *of_subject(sequences, 0), RANGES[THREE].values(), SWITCHING.hazard, 60, 60
    )
    assert found.log[0] == pytest.approx(expected, abs=0.02)
    assert found.error[0] < 0.01
    monkeypatch.setattr(quadrature, "is_on_grid", lambda *_: False)
    filtered = log_evidence_of_constant(*arguments)
    assert filtered.n_particles[0] == 8000 and filtered.error[0] > 0
    assert filtered.log[0] == pytest.approx(expected, abs=0.02 + 4 * filtered.error[0])


def test_never_a_change_is_the_constant_model():
    never = Switching(kind="switching", hazard=0)
    sequences = random_sessions(HYBRID, [(12, 9), (20, 17)])
    found = log_evidence_on_grid(get_model(HYBRID), motions(HYBRID, settings=never), sequences)
    expected, _ = constant_log_evidence(get_model(HYBRID), RANGES[HYBRID], sequences, 1, "test")
    np.testing.assert_allclose(found.log, expected, atol=0.03)


def test_a_grid_that_is_too_coarse_says_so():
    """Choices that tell beta and gamma within less than a node."""
    n = 2000
    sequences = random_sessions(HYBRID, [(n,)])
    never = Switching(kind="switching", hazard=0)
    found = log_evidence_on_grid(get_model(HYBRID), motions(HYBRID, settings=never), sequences)
    expected, _ = constant_log_evidence(get_model(HYBRID), RANGES[HYBRID], sequences, 1, "test")
    assert abs(found.log[0] - expected[0]) < 4 * found.error[0] + 0.05


def test_a_choice_that_floating_point_cannot_hold_is_weighed_by_logarithms():
    ranges = {"beta": Range(low=400, high=400.001), "gamma": Range(low=0, high=1e-9)}
    sequences = random_sessions(HYBRID, [(6, 6)])
    model = get_model(HYBRID)
    found = log_evidence_on_grid(
        model, all_alike("switching", ranges, SWITCHING, walk(ranges)), sequences
    )
    expected, _ = constant_log_evidence(model, ranges, sequences, 1, "test")
    assert found.log[0] < -2000
    np.testing.assert_allclose(found.log, expected, rtol=1e-4)


def test_what_is_not_finite_ends_with_the_subject():
    ranges = {"beta": Range(low=0, high=1e308), "gamma": Range(low=-1e308, high=1e300)}
    sequences = random_sessions(HYBRID, [(6,)])
    with pytest.raises(NumericalError, match=r"grid, subject 's0'.*Check the rewards"):
        log_evidence_on_grid(
            get_model(HYBRID),
            motions(HYBRID)._replace(
                low=np.array([r.low for r in ranges.values()]),
                high=np.array([math.inf, math.inf]),
            ),
            sequences,
        )
