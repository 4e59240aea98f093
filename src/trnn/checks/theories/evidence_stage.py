"""The workflow's stage: the people's evidence for one candidate."""

import logging
from pathlib import Path

from trnn.checks.theories.evidence import evidence_frame
from trnn.checks.theories.theories_table import EVIDENCE_OF_THEORY
from trnn.config.experiment import Experiment
from trnn.errors import ConfigError
from trnn.tables.parquet import Provenance, write_table
from trnn.trials.read import read_trials

log = logging.getLogger(__name__)


def theory_evidence(
    trials: str | Path,
    output: str | Path,
    experiment: Experiment,
    theory: str,
    seed: int,
    provenance: Provenance,
) -> None:
    """Write the log evidence of every person under a candidate and each hazard of the grid.

    Parameters
    ----------
    experiment : Experiment
        Its view for this candidate (`trnn.config.stage_views.theory_view`).

    Raises
    ------
    ConfigError
        If the experiment has no people, or no such candidate.
    """
    dataset, settings = experiment.human, experiment.theories
    if dataset is None or settings is None or theory not in settings.candidates:
        there = None if settings is None else sorted(settings.candidates)
        raise ConfigError(
            f"{experiment.name}: got human {dataset} and theories {there}; the candidate "
            f"'{theory}' is scored on people. Set both, or do not ask for this table."
        )
    people = read_trials(trials)
    candidate = settings.candidates[theory]
    frame = evidence_frame(theory, candidate, settings.hazards, people, settings, seed, dataset)
    log.info("%s: %s", theory, frame.groupby("hazard")["log_evidence"].sum().to_dict())
    write_table(frame, output, EVIDENCE_OF_THEORY, provenance)
