"""The workflow's stage of the particle filters."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pandas as pd

from trnn import progress
from trnn.config.estimators import ParticleFilter
from trnn.config.experiment import Experiment
from trnn.config.hazards import own_hazards
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.estimates_table import estimates
from trnn.estimators.filter.evidence_table import FILTER_EVIDENCE
from trnn.estimators.filter.particle_filter import Evidence, Filtered, particle_filter
from trnn.estimators.filter.smoother import Smoothed, smooth
from trnn.estimators.hazard_posterior import hazard_columns
from trnn.estimators.posterior_columns import error_columns, posterior_columns
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.trials.read import read_trials
from trnn.trials.sequences import Sequences

log = logging.getLogger(__name__)


def estimate_filter(
    trials: str | Path,
    outputs: Mapping[str, str | Path],
    evidence: str | Path,
    experiment: Experiment,
    which: Literal["filter", "bayes"],
    population: str,
    seed: int,
    provenance: Provenance,
) -> None:
    """Filter a trial table under the dynamics of estimator `which`; write estimates and evidence.

    Parameters
    ----------
    outputs : estimator -> path
        That of `which`; and that of ``<which>_smooth``, if wanted.
    population : str
        "test" or "human"; a part of what the random numbers are keyed by.
    """
    names = tuple(experiment.parameters)
    settings = limited(getattr(experiment.estimators, which))
    sequences, model = read_trials(trials), get_model(experiment.model)
    dynamics = experiment.dynamics[settings.dynamics]
    motions = motions_of(dynamics, experiment.parameters)
    keys = (experiment.name, which, population)
    with progress.part(0, len(outputs)):
        filtered = particle_filter(model, motions, sequences, settings, seed, *keys)
    tell(filtered.evidence, sequences, settings.tolerance)
    frame = evidence_frame(filtered.evidence, sequences, which, population, settings.tolerance)
    write_table(frame, evidence, FILTER_EVIDENCE, provenance)
    for estimator, path in outputs.items():
        found: Filtered | Smoothed = filtered
        smooths = estimator != which
        if smooths:
            with progress.part(1, len(outputs)):
                found = smooth(model, motions, sequences, settings.smoother, seed, *keys)
        more = posterior_columns(names, found.posterior) | error_columns(names, found.error)
        more |= hazard_columns(found.hazard)
        p_action_0 = None if smooths else filtered.p_action_0
        table = estimates_frame(
            sequences, names, p_action_0, found.posterior.mean, more, source=estimator
        )
        schema = estimates(
            model.unit_of,
            spread=True,
            smooth=smooths,
            particles=True,
            hazards=own_hazards(dynamics),
        )
        write_table(table, path, schema, provenance)


def limited(settings: ParticleFilter) -> ParticleFilter:
    """Return settings that hold one limit of particles: that of test agents where they have one.

    A stage sees this one only where its subjects are test agents.
    """
    own = settings.max_particles_of_test_agents
    return settings if own is None else settings.model_copy(update={"max_particles": own})


def evidence_frame(
    evidence: Evidence, sequences: Sequences, which: str, population: str, tolerance: float
) -> pd.DataFrame:
    """Return the rows of `FILTER_EVIDENCE`."""
    return pd.DataFrame(
        {
            "estimator": pd.Series([which] * len(sequences.subjects), dtype="str"),
            "population": pd.Series([population] * len(sequences.subjects), dtype="str"),
            "subject": pd.Series(list(sequences.subjects), dtype="str"),
            "n_trials": sequences.lengths,
            "log_evidence": evidence.log,
            "log_evidence_error": evidence.error,
            "n_particles": evidence.n_particles,
            "converged": evidence.error <= tolerance,
        }
    )


def tell(evidence: Evidence, sequences: Sequences, tolerance: float) -> None:
    """Log how sure the evidence is, and of whom it is not sure enough."""
    above = [
        s for s, e in zip(sequences.subjects, evidence.error, strict=True) if not e <= tolerance
    ]
    log.info(
        "%d subjects, %d to %d particles, mean log evidence per trial %.4f nats; standard errors "
        "up to %.2f nats, above %g in %d: %s",
        len(sequences.subjects),
        evidence.n_particles.min(initial=0),
        evidence.n_particles.max(initial=0),
        (evidence.log / sequences.lengths).mean(),
        evidence.error.max(initial=0),
        tolerance,
        len(above),
        above,
    )
