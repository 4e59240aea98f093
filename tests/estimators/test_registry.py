"""The registry of estimators."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from trnn.config.load import load_experiments, load_run, read_yaml
from trnn.data.registry import load_registry
from trnn.estimators import registry
from trnn.estimators.baselines import MAKERS
from trnn.estimators.registry import ESTIMATORS, HUMAN, TEST, estimator
from trnn.workflow.modules import modules_of
from trnn.workflow.plan import Plan

# Stages whose results do not depend on which estimators there are.
APART = ("simulate", "train", "train_drnn", "infer", "draw", "fit_mle", "estimate_filter")


def test_names_and_labels_are_unique_and_what_records_name_is_there():
    names, labels = ([getattr(e, n) for e in ESTIMATORS] for n in ("name", "label"))
    assert len(set(names)) == len(names) and len(set(labels)) == len(labels)
    for record in ESTIMATORS:
        assert record.base in names and record.optimum in (None, *names)
        if record.optimum is not None:  # it has seen as much
            assert estimator(record.optimum).smooths == record.smooths
        assert not record.calibrated or record.posterior


def test_a_job_makes_what_the_registry_says():
    made = registry.made_by(registry.BASELINES)
    assert made == list(MAKERS)
    assert registry.made_by(registry.BASELINES, HUMAN) == ["prior", "mle"]
    assert registry.made_by("bayes") == ["bayes", "bayes_smooth"]
    assert registry.made_by("constant", HUMAN) == ["constant"]
    assert registry.made_by("constant", TEST) == []
    assert registry.filters() == ["constant", "filter", "bayes"]


def test_lists_are_in_order_of_display():
    assert registry.methods() == ["mle", "constant", "filter", "bayes", "trnn", "drnn"]
    assert registry.recovered() == ["prior", "mle", "filter", "bayes", "trnn"]
    assert registry.of_parameters() == ["mle", "filter", "bayes", "trnn"]
    assert registry.last_estimates() == ["mle", "bayes", "trnn"]
    assert registry.calibrated() == ["filter", "bayes", "bayes_smooth", "trnn", "trnn_smooth"]
    assert registry.beside_optimum() == ["trnn", "trnn_smooth"]
    assert registry.smoothers() == ["bayes_smooth", "trnn_smooth"]
    assert registry.points() == ["prior", "mle", "trnn_published", "oracle"]
    assert registry.focus_and_optimum() == ("trnn", "bayes")
    names = ["zeta", "oracle", "trnn_b", "drnn", "prior"]
    assert registry.in_order(names) == ["prior", "drnn", "oracle", "trnn_b", "zeta"]


@pytest.mark.parametrize(("name", "populations"), [("trnn_x", (TEST, HUMAN)), ("drnn_x", (HUMAN,))])
def test_a_variant_without_a_record_has_what_its_base_has(name, populations):
    record = estimator(name)
    assert record.populations == populations and record.label == name
    assert record.parameters == (record.base == "trnn") and record.from_people != record.parameters
    assert record.is_variant and record.method and not record.calibrated
    assert estimator("unheard").label == "unheard" and not estimator("unheard").is_variant


def test_an_experiment_has_the_estimators_of_its_populations_in_order():
    run = load_run(read_yaml(ROOT / "config/config.yaml"))
    experiments = load_experiments(run, ROOT / "config/experiments")
    rows = load_registry(ROOT / "config/datasets")
    for plan in (Plan(e, rows[e.human] if e.human else None) for e in experiments.values()):
        variants = plan.experiment.estimators.networks()
        for population in plan.populations:
            names = plan.estimators(population)
            # Variants of a network follow it as the experiment names them.
            known = [n for n in names if n == estimator(n).base]
            assert known == registry.in_order(known)
            there = {n for n in variants if population in estimator(n).populations}
            assert set(names) == there | set(
                e.name
                for e in ESTIMATORS
                if e.made_by != registry.NETWORK and population in e.populations
            )


def test_a_record_more_trains_and_simulates_nothing():
    own = str(Path(registry.__file__))
    for stage in APART:
        assert own not in modules_of(ROOT / "workflow/scripts" / f"{stage}.py"), stage
    assert own in modules_of(ROOT / "workflow/scripts/comparisons.py")
