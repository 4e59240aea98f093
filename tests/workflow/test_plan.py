"""What a run of an experiment is made of, decided by what is there and never by a name."""

import pytest

from tests.conftest import ROOT
from trnn.config.dynamics import Stationary, Switching
from trnn.data.registry import load_registry
from trnn.errors import ConfigError
from trnn.workflow.plan import Plan, check_experiments

OWN = ROOT / "tests/theory/two_rates.py"

REGISTRY = load_registry(ROOT / "config/datasets")


def plan_of(experiment, **changes) -> Plan:
    changed = experiment.model_copy(update=changes)
    return Plan(changed, None if changed.human is None else REGISTRY[changed.human])


def test_a_name_changes_nothing(experiments):
    one, other = plan_of(experiments["artificial"]), plan_of(experiments["artificial"], name="mine")
    assert one.kinds() == other.kinds() and one.networks() == other.networks()
    assert [path.replace("mine", "artificial", 1) for path in other.tables()] == [*one.tables()]


def test_people_bring_their_tables_and_their_populations(experiments):
    people = {"people", "task_measured", "misspecification", "misspecification_features", "matched"}
    with_people, without = plan_of(experiments["gershman"]), plan_of(experiments["artificial"])
    assert people <= set(with_people.kinds()) and not people & set(without.kinds())
    assert with_people.populations == ["test", "human"] and without.populations == ["test"]
    assert "oracle" not in with_people.estimators("human")
    assert "drnn" not in with_people.estimators("test")


def test_networks_of_people_and_their_groups_bring_what_compares_them(experiments):
    dezfouli, gershman = plan_of(experiments["dezfouli"]), plan_of(experiments["gershman"])
    assert {"head_to_head", "groups"} <= set(dezfouli.kinds())
    # One group, and none: there is nothing to compare.
    assert "groups" not in gershman.kinds() and "head_to_head" in gershman.kinds()
    lonely = dezfouli.dataset.model_copy(update={"groups": ["healthy"]})
    assert "groups" not in Plan(dezfouli.experiment, lonely).kinds()
    estimators = gershman.experiment.estimators.model_copy(update={"drnn": None, "variants": {}})
    without = plan_of(experiments["gershman"], estimators=estimators)
    assert "head_to_head" not in without.kinds() and without.people_networks == []
    told = "predictors head to head: not computed, there is no `drnn`"
    assert told in without.not_computed() and told not in gershman.not_computed()
    assert not {"groups", "head_to_head"} & set(plan_of(experiments["artificial"]).kinds())


def test_kinds_of_dynamics_decide_whatever_they_are_called(experiments):
    artificial = experiments["artificial"]
    renamed = {f"my_{name}": own for name, own in artificial.dynamics.items()}
    test = artificial.test.model_copy(
        update={"dynamics": [f"my_{name}" for name in artificial.test.dynamics]}
    )
    plan = plan_of(artificial, dynamics=renamed, test=test)
    assert plan.has_recovery and plan.has_switching
    assert plan.test_dynamics(Switching) == ["my_switching"]
    only = test.model_copy(update={"dynamics": ["my_random_walk"]})
    plan = plan_of(artificial, dynamics=renamed, test=only)
    assert not plan.has_recovery and not plan.has_switching
    assert plan.test_dynamics(Stationary) == []
    assert not {"recovery", "identifiability_moving", "calibration_fresh"} & set(plan.kinds())


def test_theories_bring_their_tables_and_recovery_its_own(with_theories):
    tables = {"theories", "theory_evidence", "theory_comparisons", "theory_recovery"}
    dezfouli = with_theories["dezfouli"]
    assert tables <= set(plan_of(dezfouli).kinds())
    fewer = dezfouli.theories.model_copy(update={"recovery": None})
    assert set(plan_of(dezfouli).kinds()) - set(plan_of(dezfouli, theories=fewer).kinds()) == {
        "theory_recovery"
    }
    without = plan_of(dezfouli, theories=None)
    assert not tables & set(without.kinds())
    assert without.not_computed() == [
        "theories compared on the people: not computed, `theories` is null"
    ]


def test_the_models_of_candidates_are_checked_too(with_theories):
    theories = with_theories["dezfouli"].theories
    wrong = theories.candidates["forgetting_reward"].model_copy(update={"model": "gone.py:Gone"})
    more = theories.model_copy(update={"candidates": theories.candidates | {"wrong": wrong}})
    changed = {"one": with_theories["dezfouli"].model_copy(update={"theories": more})}
    with pytest.raises((ConfigError, ValueError), match=r"gone\.py"):
        check_experiments(changed, REGISTRY)


def test_groups_of_the_row_are_the_cohorts(experiments):
    networks = plan_of(experiments["dezfouli"]).networks()
    assert networks["drnn"] == ["bipolar", "depression", "healthy"]
    assert networks["drnn_pooled"] == ["all"] and networks["trnn"][0] == "seed0"


def test_what_an_experiment_cannot_have_is_named_with_its_reason(experiments, with_theories):
    gershman = plan_of(with_theories["gershman"])
    assert gershman.not_computed() == []
    columns = gershman.dataset.columns.model_copy(update={"mu_0": None, "mu_1": None, "more": {}})
    without = Plan(gershman.experiment, gershman.dataset.model_copy(update={"columns": columns}))
    lost = {"misspecification", "misspecification_features", "predictive", "predictive_people"}
    lost |= {"matched"}
    assert set(gershman.kinds()) - set(without.kinds()) == lost
    told = "; ".join(without.not_computed())
    assert "people beside the simulations: not computed, the data have no mean rewards" in told
    assert "agents matched to the people: not computed, the data have no mean rewards" in told
    matched = "gershman/estimates/trnn/matched.parquet"
    assert matched in set(gershman.tables()) and matched not in set(without.tables())
    assert "posterior predictive checks: not computed, the data do not hold which arm" in told
    assert plan_of(experiments["recovery_one"]).not_computed() == [
        "calibration on fresh agents: not computed, no test agents switch",
        "joint calibration: not computed, the model has one parameter",
    ]
    assert "joint_calibration" not in plan_of(experiments["recovery_one"]).kinds()
    assert "joint_calibration" in plan_of(experiments["recovery_three"]).kinds()


def test_equations_that_cannot_be_compiled_are_refused_when_settings_are_checked(
    tmp_path, experiments
):
    text = OWN.read_text()
    model = tmp_path / OWN.name
    model.write_text(text.replace("return beta *", "return no_such_number *"))
    called = {"model": f"{model}:TwoRates"}
    theirs = {"theirs": experiments["artificial"].model_copy(update=called)}
    with pytest.raises(ConfigError, match=r"two_rates' cannot be compiled: .*no_such_num.*py:27"):
        check_experiments(theirs, REGISTRY)
    model.write_text("import no_such_package\n" + text)
    with pytest.raises(ConfigError, match=r"py:1: the model's file cannot be used .*no_such_pack"):
        check_experiments(theirs, REGISTRY)
