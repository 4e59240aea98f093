"""The workflow's stage of the estimator that holds each person's parameters to be constant."""

from pathlib import Path

from trnn.config.experiment import Experiment
from trnn.estimators.constant.prequential import predict_constant
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.estimates_table import estimates
from trnn.estimators.filter.evidence_table import FILTER_EVIDENCE
from trnn.estimators.filter.filter_stage import evidence_frame, tell
from trnn.estimators.posterior_columns import error_columns, posterior_columns
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model
from trnn.trials.read import read_trials

CONSTANT = "constant"


def estimate_constant(
    trials: str | Path,
    output: str | Path,
    evidence: str | Path,
    experiment: Experiment,
    population: str,
    seed: int,
    provenance: Provenance,
) -> None:
    """Predict a trial table's choices with constant parameters; write estimates and evidence.

    Parameters
    ----------
    population : str
        "test" or "human"; a part of what the random numbers are keyed by.
    """
    names, model = tuple(experiment.parameters), get_model(experiment.model)
    particles, sequences = experiment.estimators.constant, read_trials(trials)
    keys = (experiment.name, CONSTANT, population)
    found = predict_constant(model, experiment.parameters, sequences, particles, seed, *keys)
    own = evidence_frame(found.evidence, sequences, CONSTANT, population, particles.tolerance)
    write_table(own, evidence, FILTER_EVIDENCE, provenance)
    tell(found.evidence, sequences, particles.tolerance)
    more = posterior_columns(names, found.posterior) | error_columns(names, found.error)
    table = estimates_frame(
        sequences, names, found.p_action_0, found.posterior.mean, more, source=CONSTANT
    )
    write_table(table, output, estimates(model.unit_of, spread=True, particles=True), provenance)
