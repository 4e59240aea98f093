"""Experiments with another network in the place of their t-RNN."""

from trnn.config.experiment import Experiment


def with_network(experiment: Experiment, name: str) -> Experiment:
    """Return the experiment with a variant in the place of the t-RNN, trained as that is."""
    estimators = experiment.estimators
    training = {"training": estimators.trnn.training}
    trnn = estimators.network(name).model_copy(update=training)
    own = estimators.model_copy(update={"trnn": trnn})
    return experiment.model_copy(update={"estimators": own})
