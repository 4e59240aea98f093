"""Experiments with another network in the place of their t-RNN."""

from trnn.config.experiment import Experiment


def with_network(experiment: Experiment, name: str) -> Experiment:
    """Return the experiment with a variant in the place of the t-RNN, trained as that is."""
    estimators = experiment.estimators
    training = {"training": estimators.trnn.training}
    trnn = estimators.network(name).model_copy(update=training)
    # The other variants are changes of the t-RNN that it has no more.
    own = estimators.model_copy(update={"trnn": trnn, "variants": {}})
    return experiment.model_copy(update={"estimators": own})
