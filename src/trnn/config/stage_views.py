"""Which part of an experiment each stage sees.

No stage imports this module. A stage gets its view through its params, so that a change of one view
does not run other stages again.
"""

from collections.abc import Callable
from typing import Any

from trnn.config.experiment import Experiment
from trnn.config.networks import NETWORKS, base_of
from trnn.config.views import network_view, pick


def view(experiment: Experiment, stage: str) -> dict[str, Any]:
    """Return the view of `stage` as plain data; KeyError if there is no such stage.

    The stages that train and apply a network are named after it.
    """
    if base_of(stage) in NETWORKS:
        return network_view(experiment, stage)
    return _VIEWS[stage](experiment)


def theory_view(experiment: Experiment, theory: str) -> dict[str, Any]:
    """Return what the evidence of one candidate of `theories` depends on, as plain data.

    The experiment's own model has no part in it, nor have the other candidates.
    """
    out = _theories(experiment, "human", without=("recovery", "published"))
    own = {theory: out["theories"]["candidates"][theory]}
    return out | {"theories": out["theories"] | {"candidates": own}}


def _theories(e: Experiment, *names: str, without: tuple[str, ...]) -> dict[str, Any]:
    """Return the candidates, and how they are compared, of their experiment and more of it."""
    data = e.model_dump(mode="json")
    theories = {key: own for key, own in data["theories"].items() if key not in without}
    return {name: data[name] for name in ("name", *names)} | {"theories": theories}


def _simulate(split: str) -> Callable[[Experiment], dict[str, Any]]:
    def make(e: Experiment) -> dict[str, Any]:
        names = e.test.dynamics if split == "test" else [e.train.dynamics]
        return pick(e, "task", "test" if split == "test" else "train", dynamics=names)

    return make


def _joint_filter(which: str) -> Callable[[Experiment], dict[str, Any]]:
    def make(e: Experiment) -> dict[str, Any]:
        own = [getattr(e.estimators, which).dynamics]
        return _with_one_limit(
            pick(e, "task", dynamics=own, estimators=(which,)), which, test=False
        )

    return make


def _filter(which: str, test: bool = False) -> Callable[[Experiment], dict[str, Any]]:
    def make(e: Experiment) -> dict[str, Any]:
        dynamics = [getattr(e.estimators, which).dynamics]
        return _with_one_limit(pick(e, dynamics=dynamics, estimators=(which,)), which, test)

    return make


def _with_one_limit(made: dict[str, Any], which: str, test: bool) -> dict[str, Any]:
    """Leave a filter the limit of the agents or people that it is for, under its own name."""
    settings = made["estimators"][which]
    own = test and settings["max_particles_of_test_agents"] is not None
    del settings["max_particles" if own else "max_particles_of_test_agents"]
    return made


def _nonstationarity(e: Experiment, *more: str) -> dict[str, Any]:
    # Both filters' dynamics, without their numbers of particles, which these stages do not use.
    dynamics = [e.estimators.bayes.dynamics, e.estimators.filter.dynamics]
    return pick(e, "nonstationarity", *more, dynamics=dynamics)


_VIEWS: dict[str, Callable[[Experiment], dict[str, Any]]] = {
    "model": pick,
    "simulate_train": _simulate("train"),
    "simulate_validation": _simulate("validation"),
    "simulate_test": _simulate("test"),
    "people": lambda e: pick(e, "task", "human", "train", dynamics=[e.train.dynamics]),
    "people_checks": lambda e: pick(e, "task"),
    "mle": lambda e: pick(e, estimators=("mle",)),
    "recovery": lambda e: pick(e, "test", estimators=("mle",)),
    "identifiability": lambda e: pick(e, "task", "identifiability"),
    "identifiability_moving": lambda e: pick(e, "identifiability"),
    "nonstationarity": _nonstationarity,
    "nonstationarity_null": lambda e: _nonstationarity(e, "task"),
    "filter": _filter("filter"),
    "bayes": _filter("bayes"),
    "constant": lambda e: pick(e, estimators=("constant",)),
    "filter_test": _filter("filter", test=True),
    "bayes_test": _filter("bayes", test=True),
    # Under which of them agents have hazards of their own.
    "metrics": lambda e: pick(e, dynamics=e.test.dynamics),
    # The test agents' dynamics decide which of them have changes, and which are constant.
    "calibration": lambda e: pick(e, dynamics=e.test.dynamics),
    "figures": lambda e: pick(e, "human", dynamics=e.test.dynamics),
    # Agents like those of the test; how many the test has does not matter.
    "calibration_fresh": lambda e: pick(e, "task", dynamics=e.test.dynamics),
    # Agents of the dynamics that a posterior assumes.
    "joint_network": lambda e: pick(e, "task", dynamics=[e.train.dynamics]),
    "joint_filter": _joint_filter("filter"),
    "joint_bayes": _joint_filter("bayes"),
    # The dynamics of `bayes` without its number of particles, which is no part of the prior.
    "select_prior": lambda e: pick(
        e, "human", "prior_grid", dynamics=[e.estimators.bayes.dynamics]
    ),
    "compare_theories": lambda e: _theories(e, "human", without=("recovery",)),
    "recover_theory": lambda e: _theories(e, "task", without=("published",)),
    "measure_task": lambda e: pick(e, "task"),
    "whole": lambda e: e.model_dump(mode="json"),
}
