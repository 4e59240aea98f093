"""Settings that a later stage could not work with are refused before the first job."""

import pytest

from tests.conftest import ROOT
from trnn.config.load import read_yaml
from trnn.config.merge import merge
from trnn.errors import ConfigError
from trnn.workflow import plan
from trnn.workflow.feasible import check_run
from trnn.workflow.settings import read_settings

TINY = read_yaml(ROOT / "config/tiny.yaml")
THEORIES = read_yaml(ROOT / "config/theories.yaml")


@pytest.fixture(autouse=True)
def uncompiled(monkeypatch):
    """Models are compiled elsewhere."""
    monkeypatch.setattr(plan, "check_models", lambda names: None)


def check(*changes):
    given = {}
    for change in changes:
        given = merge(given, change)
    found = read_settings(ROOT, given)
    check_run(found.run, found.experiments, found.registry)


def of(experiment, settings):
    return {"experiments": [experiment], "overrides": {experiment: settings}}


def test_the_projects_own_settings_can_be_run():
    check()
    check(TINY)
    check(THEORIES)
    check({"experiments": ["dezfouli_published", "gershman_published"]})


def test_null_inside_of_a_mapping_on_the_command_line_is_null():
    # Snakemake's --config reads what is inside of a mapping as text.
    given = of("gershman", {"nonstationarity": "null", "prior_grid": "null"})
    found = read_settings(ROOT, given).experiments["gershman"]
    assert found.nonstationarity is None and found.prior_grid is None
    assert read_settings(ROOT, {"data_mirror": "null"}).run.data_mirror is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            of("gershman", {"test": {"dynamics": ["stationary"]}}),
            r"test.dynamics: got \['stationary'\]; people's predictions .* Add 'switching'",
        ),
        (
            of("gershman", {"estimators": {"bayes": {"dynamics": "random_walk"}}}),
            "estimators.bayes.dynamics: got 'random_walk', .*nonstationarity: null",
        ),
        (
            of("artificial", {"estimators": {"filter": {"dynamics": "switching"}}}),
            "estimators.filter.dynamics: got 'switching'; .*nonstationarity: null",
        ),
        (of("artificial", {"test": {"n_agents": 1}}), "test.n_agents: got 1; .*2 are the fewest"),
        (
            of("artificial", {"test": {"dynamics": ["switching", "switching"]}}),
            "name each of the dynamics once",
        ),
        (
            of("artificial", {"test": {"recovery_trials": [1001, 2000]}}),
            r"test.recovery_trials: got \[1001, 2000\]; a session has 1000 trials at most",
        ),
        (
            of("artificial", {"estimators": {"bayes": {"max_particles": 100}}}),
            "estimators.bayes.max_particles: got 100; .*n_particles, 10000",
        ),
        (
            of("dezfouli", {"estimators": {"filter": {"max_particles_of_test_agents": 100}}}),
            "estimators.filter.max_particles_of_test_agents: got 100; .*n_particles, 4000",
        ),
        (
            of("gershman", {"prior_grid": {"max_particles": 100}}),
            "prior_grid.max_particles: got 100",
        ),
        (
            of("gershman", {"estimators": {"constant": {"max_particles": 100}}}),
            "estimators.constant.max_particles: got 100; .*n_particles, 2000",
        ),
        (
            merge(THEORIES, of("dezfouli", {"theories": {"max_particles": 100}})),
            "theories.max_particles: got 100; .*n_particles, 4000",
        ),
        (
            of(
                "artificial",
                {
                    "estimators": {
                        "trnn": {
                            "network": {
                                "posterior": None,
                                "reference_values": None,
                                "heads": {
                                    name: {"units": 5, "bin_weight": 1, "value_weight": 1}
                                    for name in ("alpha", "beta")
                                },
                            },
                        },
                        "variants": {"trnn_smooth": None, "trnn_published": None},
                    }
                },
            ),
            "network 'trnn': got posterior: null",
        ),
        (
            of(
                "artificial",
                {
                    "estimators": {
                        "trnn": {"network": {"smooth": True}},
                        "variants": {"trnn_published": None},
                    }
                },
            ),
            "network 'trnn': got smooth: true; .*variant 'trnn_smooth'",
        ),
        (
            of(
                "artificial",
                {"estimators": {"variants": {"trnn_smooth": {"network": {"smooth": False}}}}},
            ),
            "network 'trnn_smooth': got smooth: false",
        ),
        (
            {
                "experiments": ["gershman"],
                "data_source": "simulated",
                "stand_ins": {"per_group": 1},
            },
            "stand_ins.per_group: got 1; .*one half of them chooses a prior.* 2 are the fewest",
        ),
        (
            {
                "experiments": ["dezfouli"],
                "data_source": "simulated",
                "stand_ins": {"per_group": 2},
            },
            "network 'drnn', cohort 'bipolar', stand_ins.per_group 2: a d-RNN needs at least 3",
        ),
        (
            of("dezfouli", {"estimators": {"drnn": {"folds": 2}}})
            | {"data_source": "simulated", "stand_ins": {"per_group": 3}},
            "3 people in 2 folds: .*at least 3 folds",
        ),
    ],
)
def test_what_a_stage_could_not_do_is_refused_with_a_way_out(change, words):
    with pytest.raises(ConfigError, match=words):
        check(change)


def test_names_that_mean_something_else_are_refused():
    found = read_settings(ROOT, {"experiments": ["gershman"]})
    experiment = found.experiments["gershman"]
    for name in ("logs", "figures", "provenance", "raw"):
        with pytest.raises(ConfigError, match=f"name: got '{name}', which a folder"):
            own = experiment.model_copy(update={"name": name})
            check_run(found.run, {name: own}, found.registry)
    row = found.registry["gershman"]
    for change, words in (
        ({"groups": ["all", "some"]}, "'all' means all groups together"),
        ({"file": "no/such.csv"}, r"file: got 'no/such.csv', .* no such file .*gershman\.yaml"),
        ({"n_subjects": 1, "n_trials": None}, "n_subjects of data set 'gershman': got 1"),
    ):
        registry = {"gershman": row.model_copy(update=change)}
        with pytest.raises(ConfigError, match=words):
            check_run(found.run, found.experiments, registry)


def test_all_that_is_wrong_is_told_at_once():
    change = of("gershman", {"test": {"dynamics": ["stationary"], "n_agents": 1}})
    with pytest.raises(ConfigError, match=r"(?s)n_agents: got 1.*test.dynamics: got"):
        check(change)
