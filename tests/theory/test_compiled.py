"""Models of one's own: what is refused, and that what is written is what runs."""

import importlib.util
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import typeof

from tests.estimators.plain import of_subject, random_sessions
from trnn.config.dynamics import Range, Switching
from trnn.config.particles import Particles
from trnn.errors import ConfigError
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.theory import models
from trnn.theory.compiled import _shown, check_model
from trnn.theory.likelihood import negative_log_likelihood, run_forward
from trnn.theory.models import get_model, model_names
from trnn.theory.motions import motions_of

OWN = (Path(__file__).parent / "two_rates.py").read_text()
RANGES = {
    **{name: Range(low=0, high=1) for name in ("alpha_up", "alpha_down", "forgetting")},
    "beta": Range(low=0, high=10),
}


def made(folder, change=("", "")):
    """Return the model of a file that holds `OWN` with one change."""
    assert change[0] in OWN
    path = folder / "two_rates.py"
    path.write_text(OWN.replace(*change, 1))
    spec = importlib.util.spec_from_file_location(f"two_rates_{len(sys.modules)}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where a class's source is looked up
    spec.loader.exec_module(module)
    return module.TwoRates()


def log_p_of_two_rates(values, actions, rewards, trials):
    up, down, fade, beta = values
    out = []
    for action, reward, trial in zip(actions, rewards, trials, strict=True):
        if trial == 0:
            q = [0.0, 0.0]
        out.append(-math.log1p(math.exp(-beta * (q[action] - q[1 - action]))))
        q[action] += (up if reward > q[action] else down) * (reward - q[action])
        q[1 - action] *= 1 - fade
    return out


def test_a_model_of_ones_own_is_found_and_runs_as_it_is_written(tmp_path, monkeypatch):
    """From a file in a folder of models; its numbers are those of a plain loop."""
    (tmp_path / "two_rates.py").write_text(OWN)
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
    assert "two_rates" in model_names()
    model = get_model("two_rates")
    check_model(model)
    sequences = random_sessions("q_learning", [(15, 10), (8,)])
    parameters = np.random.default_rng(0).random((4, 2, 3)) * np.array([1, 1, 1, 10])[:, None, None]
    nll = negative_log_likelihood(model, sequences, parameters)
    _, log_p = run_forward(model, sequences, parameters[:, :, 0].T)
    for i in range(2):
        data = of_subject(sequences, i)
        for k in range(3):
            expected = log_p_of_two_rates(parameters[:, i, k], *data)
            assert nll[i, k] == pytest.approx(-sum(expected), rel=1e-12)
        own = log_p_of_two_rates(parameters[:, i, 0], *data)
        np.testing.assert_allclose(log_p[i, : len(own)], own, rtol=1e-12)
    motions = motions_of(Switching(kind="switching", hazard=0.05), RANGES)
    filtered = particle_filter(model, motions, sequences, Particles(n_particles=400), 1)
    assert np.isfinite(filtered.evidence.log).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("def decide(q_0, q_1, beta", "def decide(q_0, q_1, bta"), "takes .'bta'., which the"),
        (("def learn(q_0, q_1,", "def learn(q_0, q_1, last,"), "takes .'last'., which"),
        (("def start()", "def start(beta_0)"), "takes .'beta_0'., which the model does not"),
    ],
)
def test_a_quantity_that_the_model_does_not_name_is_refused(tmp_path, change, words):
    line = OWN[: OWN.index(change[0])].count("\n")  # of the decorator
    with pytest.raises(ConfigError, match=rf"two_rates\.py:{line}: .*{words}"):
        check_model(made(tmp_path, change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("beta * (q_0 - q_1)", "open(str(beta * (q_0 - q_1)))"), "'open'"),
        (("beta * (q_0 - q_1)", "no_such_function(q_0)"), "no_such_function"),
        (("return q_0 + change, ", "return "), "Can't unify return type"),
        (("return 0.0, 0.0", "return 0.0, 0.0, 0.0"), "expected 2, got 3"),
        (("return 0.0, 0.0", "return 0.0, 'a'"), "in "),
    ],
    ids=["a file", "an unknown name", "too few", "too many", "a text"],
)
def test_equations_that_cannot_be_compiled_are_refused_with_file_line_and_reason(
    tmp_path, change, words
):
    with pytest.raises(ConfigError, match=r"two_rates\.py: .* cannot be compiled") as refused:
        check_model(made(tmp_path, change))
    assert words in str(refused.value)
    assert re.search(r"two_rates\.py(:|\", line )\d+", str(refused.value))
    assert "\n" not in str(refused.value)


def test_a_model_without_an_equation_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"two_rates\.py: .* has no equation `learn`"):
        check_model(made(tmp_path, ("def learn(", "def learns(")))


TERMS = """
    latent_terms = ("first", "second")

    @staticmethod
    def terms(q_0, q_1):
        return q_0, q_1

    @staticmethod
    def start():"""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('link = "logistic"', 'link = "logit"'), "`link` must be one of .*got 'logit'"),
        (("    link =", "    no_link ="), "`link` must be one of .*got None"),
        (("    state =", "    no_state ="), "has no `state`"),
        (('State("q_1"', 'State("beta"'), ".'beta'. name more than one thing"),
        (('Parameter("forgetting"', 'Parameter("reward"'), ".'reward'. name more than one thing"),
    ],
)
def test_names_that_cannot_be_told_apart_are_refused(tmp_path, change, words):
    with pytest.raises(ConfigError, match=rf"two_rates\.py: the model 'two_rates'.*{words}"):
        check_model(made(tmp_path, change))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (TERMS.replace("return q_0, q_1", "return q_0, q_1, q_0"), "expected 2, got 3"),
        (TERMS.replace("return q_0, q_1", "return (q_0,)"), "two_rates"),
        (TERMS.replace("return q_0, q_1", "return q_0, no_such_value"), "no_such_value"),
        (TERMS.replace("terms(q_0, q_1)", "terms(q_0, q_2)"), "takes .'q_2'., which the model"),
    ],
    ids=["too many", "too few", "an unknown name", "an unknown state"],
)
def test_terms_that_are_not_as_stated_are_refused(tmp_path, more, words):
    """Networks read so many: what lies behind the last would be anything."""
    start = "\n    @staticmethod\n    def start():"
    check_model(made(tmp_path, (start, TERMS)))
    with pytest.raises(ConfigError, match=words):
        check_model(made(tmp_path, (start, more)))


def test_what_equations_take_from_elsewhere_makes_another_model(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    kinds = []
    for gain in (2.0, 3.0):
        helper = f"from numba import njit\nGAIN = {gain}\n@njit\ndef own(x):\n    return GAIN * x\n"
        (tmp_path / "own_helper.py").write_text(helper)
        importlib.invalidate_caches()
        monkeypatch.delitem(sys.modules, "own_helper", raising=False)
        model = made(tmp_path, ("return beta * (q_0 - q_1)", "return own(beta * (q_0 - q_1))"))
        vars(sys.modules[type(model).__module__])["own"] = importlib.import_module("own_helper").own
        kinds.append(str(typeof(model)).partition(", ")[2])
    assert kinds[0] != kinds[1]


def test_numbers_that_equations_name_count_to_the_last_digit():
    """The text of a long array leaves out its middle, that of a short one most digits."""
    many, few = np.zeros(5000), np.array([0.1])
    other = many.copy()
    other[2500] = 1e-300
    assert _shown(many) != _shown(other) and _shown(few) != _shown(few + 1e-15)


def test_two_versions_of_a_model_are_two_models(tmp_path):
    """What is compiled is never that of the version before."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = made(tmp_path / "a")
    other = made(tmp_path / "b", ("return beta * (", "return 2 * beta * ("))
    sequences = random_sessions("q_learning", [(9,)])
    values = np.array([0.3, 0.4, 0.1, 2.0])
    double = values * np.array([1, 1, 1, 2])
    np.testing.assert_allclose(
        negative_log_likelihood(other, sequences, values[:, None, None]),
        negative_log_likelihood(one, sequences, double[:, None, None]),
        rtol=1e-14,
    )
