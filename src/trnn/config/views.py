"""Views: the part of an experiment that one stage depends on, and nothing else.

A view is what a rule's `params` hold. Snakemake re-runs a rule when its params change, so a stage
that could read a setting outside its view could go stale; one that is made from its view cannot.
Which stage sees what: `trnn.config.stage_views`.
"""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from trnn.config.estimators import Estimators
from trnn.config.experiment import Experiment
from trnn.config.networks import base_of

_MODEL = ("name", "model", "parameters")


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


def network_view(experiment: Experiment, network: str) -> dict[str, Any]:
    """Return what training and applying a network depends on, as plain data."""
    # A variant's settings, in full, stand where those of its base are: the stages that train and
    # apply a network need not know that there are variants.
    base = base_of(network)
    settings = experiment.estimators.network(network).model_dump(mode="json")
    if base == "drnn":
        return pick(experiment, "human") | {"estimators": {base: settings}}
    out = pick(experiment, "task", "train", dynamics=[experiment.train.dynamics])
    return out | {"estimators": {base: settings}}


def pick(
    experiment: Experiment,
    *names: str,
    dynamics: list[str] | None = None,
    estimators: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return an experiment's name, model and parameters, and what else is named, as plain data."""
    data = experiment.model_dump(mode="json")
    out = {name: data[name] for name in (*_MODEL, *names)}
    if dynamics is not None:
        out["dynamics"] = {name: data["dynamics"][name] for name in dynamics}
    if estimators:
        out["estimators"] = {name: data["estimators"][name] for name in estimators}
    return out
