"""Reference values: a grid or sets of parameters, of the model that an experiment names."""

import pytest

from tests.config.test_config import load
from trnn.config import models
from trnn.config.estimators import Network
from trnn.config.experiment import Experiment
from trnn.config.references import combinations
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import ConfigError


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reference_values": {"alpha": [0.1, 1.5]}}, r"alpha must lie in \[0, 1\].* got \[1.5\]"),
        ({"reference_values": {}}, r"must be exactly \['alpha'\], got \[\]"),
        ({"reference_values": {"alpha": [0.1], "beta": [1]}}, r"exactly \['alpha'\]"),
        ({"posterior": None, "heads": {}}, "either `posterior` or `heads`"),
    ],
)
def test_reference_values_are_of_the_models_learning_parameters(experiments, change, words):
    raw = experiments["artificial"].model_dump()
    raw["estimators"]["variants"] = {}
    raw["estimators"]["trnn"]["network"] |= change
    with pytest.raises(ValueError, match=words):
        Experiment.model_validate(raw)


def with_references(experiments, model, references):
    """Return an experiment of another model, whose parameters have its own ranges."""
    raw = experiments["artificial"].model_dump()
    walk = {"scale": "logit", "start_mean": 0, "start_sd": 1.5, "step_sd": 0.1}
    names = models.parameters_of(model).all
    raw |= {"model": model, "parameters": {}}
    raw["dynamics"]["filter_walk"]["parameters"] = dict.fromkeys(names, walk)
    raw["dynamics"]["random_walk"]["parameters"] = dict.fromkeys(names, walk)
    raw["estimators"]["variants"] = {}
    raw["estimators"]["trnn"]["network"]["reference_values"] = references
    return raw


TRACE = "q_learning_trace"
ONE = {"alpha": 0.1, "trace_rate": 0.5}


def test_references_may_be_sets_of_parameters(experiments):
    raw = with_references(experiments, TRACE, [ONE, {"trace_rate": 1, "alpha": "0.7"}])
    made = Experiment.model_validate(raw)
    found = made.estimators.trnn.network.reference_values
    assert found == [ONE, {"alpha": 0.7, "trace_rate": 1.0}]
    assert combinations(found, ("alpha", "trace_rate")) == [(0.1, 0.5), (0.7, 1.0)]
    # As a checkpoint keeps them.
    again = from_view(view(made, "trnn"))
    assert again.estimators.trnn.network.reference_values == found


def test_of_a_grid_all_combinations_are_followed():
    grid = {"b": [3.0, 4.0], "a": [1.0, 2.0]}
    assert combinations(grid, ("a", "b")) == [(1, 3), (1, 4), (2, 3), (2, 4)]
    assert combinations({}, ()) == [()]


@pytest.mark.parametrize(
    ("model", "references", "words"),
    [
        (TRACE, [ONE, {"alpha": 0.1}], r"set 2, must be exactly \['alpha', 'trace_rate'\], got"),
        (TRACE, [ONE | {"beta": 1}], r"set 1, must be exactly .* 'beta'"),
        (TRACE, [ONE, ONE | {"alpha": 1.5}], r"set 2: alpha must lie in \[0, 1\].* got \[1.5\]"),
        (TRACE, [ONE, ONE | {"alpha": 0.2}, ONE], "set 3 is set 1 once more; leave one out"),
        (TRACE, [], "network.reference_values: got .*at least 1 item"),
        (TRACE, [{"alpha": [0.1]}], r"network.reference_values\.0\.alpha: got \[0.1\]"),
        (TRACE, {"alpha": [], "trace_rate": [1]}, r"network.reference_values\.alpha: got \[\]"),
        (TRACE, "all", "network.reference_values: got 'all'"),
        ("hybrid_persistence", [{}], "the model learns without a parameter; say {}, got sets"),
    ],
)
def test_reference_sets_that_cannot_be_followed_are_refused(
    tmp_path, experiments, model, references, words
):
    raw = with_references(experiments, model, references)
    with pytest.raises(ConfigError, match=words):
        load(tmp_path, raw)


def test_a_variant_names_the_set_that_is_wrong(tmp_path, experiments):
    raw = with_references(experiments, TRACE, [ONE])
    change = {"network": {"reference_values": [{"alpha": "much", "trace_rate": 1}]}}
    raw["estimators"]["variants"] = {"trnn_other": change}
    with pytest.raises(
        ConfigError, match=r"trnn_other: network\.reference_values\.0\.alpha: Input"
    ):
        load(tmp_path, raw)


def test_a_network_of_points_has_no_reference_values(experiments):
    network = experiments["artificial"].estimators.network("trnn_published").network
    with pytest.raises(ValueError, match="needs `posterior`"):
        Network.model_validate({**network.model_dump(), "reference_values": {"alpha": [0.1]}})
