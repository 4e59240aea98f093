"""Views: the part of an experiment that one stage depends on, and nothing else.

A view is what a rule's `params` hold. Snakemake re-runs a rule when its params change, so a stage
that could read a setting outside its view could go stale; one that is made from its view cannot.
"""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from trnn.config.estimators import Estimators
from trnn.config.experiment import Experiment
from trnn.config.networks import NETWORKS, base_of

_MODEL = ("name", "model", "parameters")


def view(experiment: Experiment, stage: str) -> dict[str, Any]:
    """Return the view of `stage` as plain data; KeyError if there is no such stage.

    The stages that train and apply a network go by its name.
    """
    if base_of(stage) in NETWORKS:
        return _network(experiment, stage)
    return _VIEWS[stage](experiment)


def _network(experiment: Experiment, network: str) -> dict[str, Any]:
    # A variant's settings, in full, stand where those of its base are: the stages that train and
    # apply a network need not know that there are variants.
    base = base_of(network)
    settings = experiment.estimators.network(network).model_dump(mode="json")
    if base == "drnn":
        return _pick(experiment, "human") | {"estimators": {base: settings}}
    out = _pick(experiment, "task", "train", dynamics=[experiment.train.dynamics])
    return out | {"estimators": {base: settings}}


def from_view(data: dict[str, Any]) -> Experiment:
    """Return an experiment that has only the view's fields: touching another is an error."""
    fields: dict[str, Any] = {}
    for name, value in data.items():
        if name == "estimators":
            fields[name] = Estimators.model_construct(
                **{k: _typed(Estimators, k).validate_python(v) for k, v in value.items()}
            )
        else:
            fields[name] = _typed(Experiment, name).validate_python(value)
    experiment = Experiment.model_construct(**fields)
    # model_construct fills in defaults; a view holds what it was given and no more.
    for name in set(Experiment.model_fields) - set(data):
        experiment.__dict__.pop(name, None)
    return experiment


def _typed(model: type[Experiment] | type[Estimators], name: str) -> TypeAdapter:
    field = model.model_fields[name]
    # A field's discriminator lives beside its annotation.
    annotation: Any = field.annotation
    if field.discriminator is not None:
        annotation = Annotated[annotation, Field(discriminator=field.discriminator)]
    return TypeAdapter(annotation)


def _pick(
    experiment: Experiment,
    *names: str,
    dynamics: list[str] | None = None,
    estimators: tuple[str, ...] = (),
) -> dict[str, Any]:
    data = experiment.model_dump(mode="json")
    out = {name: data[name] for name in (*_MODEL, *names)}
    if dynamics is not None:
        out["dynamics"] = {name: data["dynamics"][name] for name in dynamics}
    if estimators:
        out["estimators"] = {name: data["estimators"][name] for name in estimators}
    return out


def _simulate(split: str) -> Callable[[Experiment], dict[str, Any]]:
    def make(e: Experiment) -> dict[str, Any]:
        names = e.test.dynamics if split == "test" else [e.train.dynamics]
        return _pick(e, "task", "test" if split == "test" else "train", dynamics=names)

    return make


def _filter(which: str) -> Callable[[Experiment], dict[str, Any]]:
    def make(e: Experiment) -> dict[str, Any]:
        return _pick(e, dynamics=[getattr(e.estimators, which).dynamics], estimators=(which,))

    return make


_VIEWS: dict[str, Callable[[Experiment], dict[str, Any]]] = {
    "model": _pick,
    "simulate_train": _simulate("train"),
    "simulate_validation": _simulate("validation"),
    "simulate_test": _simulate("test"),
    "people": lambda e: _pick(e, "task", "human", "train", dynamics=[e.train.dynamics]),
    "people_checks": lambda e: _pick(e, "task"),
    "mle": lambda e: _pick(e, estimators=("mle",)),
    "recovery": lambda e: _pick(e, "test", estimators=("mle",)),
    "identifiability": lambda e: _pick(e, "task", "identifiability"),
    "identifiability_moving": lambda e: _pick(e, "identifiability"),
    # Of both filters the dynamics alone: how many particles they have is no part of the question.
    "nonstationarity": lambda e: _pick(
        e, "nonstationarity", dynamics=[e.estimators.bayes.dynamics, e.estimators.filter.dynamics]
    ),
    "filter": _filter("filter"),
    "bayes": _filter("bayes"),
    # The laws of the test agents say which of them have changes, and which are constant.
    "calibration": lambda e: _pick(e, dynamics=e.test.dynamics),
    "figures": lambda e: _pick(e, "human", dynamics=e.test.dynamics),
    # Agents like those of the test, however many those are.
    "calibration_fresh": lambda e: _pick(e, "task", dynamics=e.test.dynamics),
    # Of `bayes` the dynamics alone: how many particles it has is no part of the prior.
    "select_prior": lambda e: _pick(
        e, "human", "prior_grid", dynamics=[e.estimators.bayes.dynamics]
    ),
    "measure_task": lambda e: _pick(e, "task"),
    "whole": lambda e: e.model_dump(mode="json"),
}
