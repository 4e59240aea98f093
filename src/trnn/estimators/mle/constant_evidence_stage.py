"""The workflow's stage of the evidence of constant parameters, by integration over their ranges.

The fit by maximum likelihood takes parameters to be constant as well. Its own likelihood is no
evidence: it is the highest one, not the mean over what the parameters may be.
"""

import logging
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.config.experiment import Experiment
from trnn.estimators.mle.constant_evidence_table import CONSTANT_EVIDENCE
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.constant_evidence import constant_log_evidence
from trnn.theory.models import get_model
from trnn.trials.read import read_trials

log = logging.getLogger(__name__)


def constant_evidence_stage(
    trials: str | Path,
    output: str | Path,
    experiment: Experiment,
    population: str,
    seed: int,
    provenance: Provenance,
) -> None:
    """Integrate the likelihood of every subject of a trial table; write the table of evidence.

    Parameters
    ----------
    population : str
        "test" or "human": the value of the column of that name, and a part of what the random
        numbers are keyed by.
    """
    sequences = read_trials(trials)
    found, error = constant_log_evidence(
        get_model(experiment.model),
        experiment.parameters,
        sequences,
        seed,
        experiment.name,
        "mle",
        population,
    )
    frame = pd.DataFrame(
        {
            "estimator": "mle",
            "population": population,
            "subject": list(sequences.subjects),
            "n_trials": sequences.lengths.astype(np.int64),
            "log_evidence": found,
            "log_evidence_error": error,
        }
    ).astype(dict.fromkeys(("estimator", "population", "subject"), "str"))
    log.info(
        "%d subjects, log evidence %.1f nats in all, Monte Carlo standard error %.2f nats, at most "
        "%.2f of a subject",
        len(frame),
        found.sum(),
        np.sqrt((error**2).sum()),
        error.max(initial=0.0),
    )
    write_table(frame, output, CONSTANT_EVIDENCE, provenance)
