"""The workflow's stage of the estimator that holds each person's parameters to be constant."""

import logging
from pathlib import Path

from trnn.config.experiment import Experiment
from trnn.config.particles import Particles
from trnn.estimators.constant.prequential import predict_constant
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.estimates_table import estimates
from trnn.estimators.filter.evidence_table import FILTER_EVIDENCE
from trnn.estimators.filter.filter_stage import evidence_frame
from trnn.estimators.posterior_columns import error_columns, posterior_columns
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model
from trnn.trials.read import read_trials

log = logging.getLogger(__name__)

CONSTANT = "constant"
# Enough for models of up to five parameters: docs/decisions.md, The constant model.
PARTICLES = Particles(n_particles=2000, replicates=4, tolerance=0.5, max_particles=8000)


def estimate_constant(
    trials: str | Path,
    output: str | Path,
    evidence: str | Path,
    experiment: Experiment,
    population: str,
    seed: int,
    provenance: Provenance,
    particles: Particles = PARTICLES,
) -> None:
    """Predict a trial table's choices with constant parameters; write estimates and evidence.

    Parameters
    ----------
    population : str
        "test" or "human"; a part of what the random numbers are keyed by.
    """
    names, model = tuple(experiment.parameters), get_model(experiment.model)
    sequences = read_trials(trials)
    keys = (experiment.name, CONSTANT, population)
    found = predict_constant(model, experiment.parameters, sequences, particles, seed, *keys)
    own = evidence_frame(found.evidence, sequences, CONSTANT, population, particles.tolerance)
    write_table(own, evidence, FILTER_EVIDENCE, provenance)
    log.info(
        "%d subjects, mean log evidence per trial %.4f nats; standard errors up to %.2f nats, "
        "above %g in %d",
        len(own),
        (found.evidence.log / sequences.lengths).mean(),
        found.evidence.error.max(initial=0),
        particles.tolerance,
        (~own["converged"]).sum(),
    )
    more = posterior_columns(names, found.posterior) | error_columns(names, found.error)
    table = estimates_frame(
        sequences, names, found.p_action_0, found.posterior.mean, more, source=CONSTANT
    )
    write_table(table, output, estimates(model.unit_of, spread=True, particles=True), provenance)
