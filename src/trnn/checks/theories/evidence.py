"""The evidence of one candidate under every hazard."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trnn import progress
from trnn.checks.priors.grid import Prior
from trnn.checks.priors.prior_evidence import prior_evidence
from trnn.config.dynamics import Switching
from trnn.config.particles import Particles
from trnn.config.theories import Candidate
from trnn.theory.models import get_model
from trnn.trials.sequences import Sequences

Array = np.ndarray


def switching(hazard: float) -> Switching:
    """Return the dynamics of a theory: switching without a gap or a limit."""
    return Switching(kind="switching", hazard=hazard)


def candidate_evidence(
    candidate: Candidate,
    hazards: Sequence[float],
    sequences: Sequences,
    particles: Particles,
    seed: int,
    key: str,
) -> tuple[Array, Array, Array]:
    """Return log evidence, its Monte Carlo error (nats), and particles: (n_hazards, n_subjects).

    A subject's random numbers come from (seed, key, its name) and are the same under every theory.

    Raises
    ------
    NumericalError
        As `prior_evidence`.
    """
    model = get_model(candidate.model)
    found = []
    for hazard in hazards:
        prior = Prior(candidate.model, switching(hazard), candidate.parameters)
        found.append(prior_evidence(model, prior, sequences, particles, seed, key))
    log, error, n_particles = (
        np.array([getattr(own, name) for own in found]) for name in ("log", "error", "n_particles")
    )
    return log, error, n_particles


def evidence_frame(
    theory: str,
    candidate: Candidate,
    hazards: Sequence[float],
    sequences: Sequences,
    particles: Particles,
    seed: int,
    key: str,
) -> pd.DataFrame:
    """Return a row a subject and hazard: columns of `theories_table.EVIDENCE_OF_THEORY`."""
    parts = []
    n_trials = sequences.chosen.sum(axis=1)
    for i, hazard in enumerate(hazards):
        progress.report(i, len(hazards), "hazards")
        log, error, n_particles = candidate_evidence(
            candidate, [hazard], sequences, particles, seed, key
        )
        columns = {
            "theory": theory,
            "model": candidate.model,
            "hazard": hazard,
            "subject": list(sequences.subjects),
            "n_trials": n_trials,
            "log_evidence": log[0],
            "log_evidence_error": error[0],
            "n_particles": n_particles[0],
        }
        parts.append(pd.DataFrame(columns))
    texts = {"theory": "str", "model": "str", "subject": "str"}
    return pd.concat(parts, ignore_index=True).astype(texts)
