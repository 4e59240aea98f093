"""Experiments that extend others, what null removes, and how far an override reaches."""

from pathlib import Path

import pytest
import yaml

from trnn.config.experiment import Experiment
from trnn.config.load import load_experiments, load_run
from trnn.config.nulls import takes_null
from trnn.errors import ConfigError


def load(folder: Path, first: dict, names: list[str], overrides: dict | None = None, **files):
    for name, raw in {"artificial": first, **files}.items():
        own = {} if name == "artificial" else {"name": name}
        (folder / f"{name}.yaml").write_text(yaml.safe_dump({**raw, **own}))
    run = {"experiments": names, "seed": 1, "overrides": overrides or {}}
    return load_experiments(load_run(run), folder)


def test_an_experiment_extends_another_over_several_steps(tmp_path, raw_experiment):
    files = {
        "b": {"extends": "artificial", "task": {"n_blocks": 20, "trials_per_block": 7}},
        "c": {"extends": "b", "task": {"n_blocks": 30}},
        "d": {"extends": "c", "test": {"n_agents": 5}},
    }
    loaded = load(tmp_path, raw_experiment, ["d", "c"], **files)
    assert (loaded["d"].task.n_blocks, loaded["d"].task.trials_per_block) == (30, 7)
    assert (loaded["d"].test.n_agents, loaded["c"].test.n_agents) == (5, 300)


def test_a_circle_is_refused_with_the_chain_named(tmp_path, raw_experiment):
    files = {"b": {"extends": "c"}, "c": {"extends": "d"}, "d": {"extends": "b"}}
    with pytest.raises(ConfigError, match=r"d\.yaml: extends: .*b extends c extends d extends b"):
        load(tmp_path, raw_experiment, ["b"], **files)
    with pytest.raises(ConfigError, match="b extends b"):
        load(tmp_path, raw_experiment, ["b"], b={"extends": "b"})


def test_null_removes_what_was_inherited(tmp_path, raw_experiment):
    change = {
        "extends": "artificial",
        "parameters": {"alpha": None},
        "dynamics": {"random_walk": None},
        "test": {"dynamics": ["stationary", "switching"], "recovery_trials": None},
        "estimators": {
            "mle": {"n_starts": None},
            "variants": {"trnn_smooth": None},
            "trnn": {"training": {"teacher": None}},
        },
        "nonstationarity": None,
    }
    own = load(tmp_path, raw_experiment, ["b"], b=change)["b"]
    assert set(own.dynamics) == {"stationary", "switching", "filter_walk", "training"}
    assert own.test.recovery_trials == [] and own.estimators.mle.n_starts == 5
    assert list(own.estimators.variants) == ["trnn_published"]
    # Where null is a value, it is that value, and not the default in its place.
    assert own.nonstationarity is None and own.estimators.trnn.training.teacher is None


def test_null_that_removes_nothing_is_refused(tmp_path, raw_experiment):
    raw_experiment["task"]["n_blocks"] = None
    with pytest.raises(ConfigError, match=r"task\.n_blocks: got None"):
        load(tmp_path, raw_experiment, ["artificial"])


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("prior_grid", True),
        ("theories", True),
        ("theories.recovery", True),
        ("theories.candidates.mine", False),  # null takes a candidate out
        ("theories.hazards", False),
        ("nonstationarity", True),
        ("dynamics.switching", False),
        ("dynamics.switching.max_changes", True),
        ("estimators.trnn.network.reference_values", True),
        ("estimators.trnn.network.reference_values.alpha", False),
        ("estimators.variants.trnn_x.network.posterior", True),
        ("test.recovery_trials", False),
    ],
)
def test_where_null_is_a_value_is_read_off_the_types(keys, expected):
    assert takes_null(Experiment, keys.split(".")) is expected


def test_an_override_reaches_what_extends_its_experiment(tmp_path, raw_experiment):
    files = {
        "b": {"extends": "artificial", "task": {"trials_per_block": 7}},
        "c": {"extends": "b"},
    }
    overrides = {
        "artificial": {"task": {"n_blocks": 3, "trials_per_block": 60}, "test": {"n_agents": 4}},
        "all": {"test": {"n_agents": 9}},
        "c": {"train": {"n_agents": 11}},
    }
    loaded = load(tmp_path, raw_experiment, ["artificial", "b", "c"], overrides, **files)
    blocks = {name: (e.task.n_blocks, e.task.trials_per_block) for name, e in loaded.items()}
    # What an experiment says itself stands; `all` is over everything but its own override.
    assert blocks == {"artificial": (3, 60), "b": (3, 7), "c": (3, 7)}
    assert [e.test.n_agents for e in loaded.values()] == [4, 9, 9]
    assert [e.train.n_agents for e in loaded.values()] == [2000, 2000, 11]
    with pytest.raises(ConfigError, match=r"(?s)c\.yaml with the run's overrides:.*n_blocs"):
        load(tmp_path, raw_experiment, ["c"], {"artificial": {"task": {"n_blocs": 1}}}, **files)
