"""The workflow's stage of model recovery: the agents of one candidate, scored under each."""

import logging
from pathlib import Path

from trnn.checks.theories.recovery import recovery_frame
from trnn.checks.theories.theories_table import RECOVERY_OF_THEORY
from trnn.config.experiment import Experiment
from trnn.errors import ConfigError
from trnn.tables.parquet import Provenance, write_table

log = logging.getLogger(__name__)


def recover_theory(
    output: str | Path, experiment: Experiment, theory: str, seed: int, provenance: Provenance
) -> None:
    """Simulate agents of a candidate on the experiment's task; write their evidence for each.

    Parameters
    ----------
    experiment : Experiment
        Its view `recover_theory`.

    Raises
    ------
    ConfigError
        If the experiment has no such candidate, or asks for no recovery.
    """
    settings = experiment.theories
    if settings is None or settings.recovery is None or theory not in settings.candidates:
        there = None if settings is None else sorted(settings.candidates)
        raise ConfigError(
            f"{experiment.name}: got theories {there}, of which agents of '{theory}' are to be "
            "scored. Add the candidate and set theories.recovery, or do not ask for this table."
        )
    own = settings.recovery
    frame = recovery_frame(
        theory, settings, experiment.task, own.n_agents, own.n_trials, seed, experiment.name
    )
    log.info("%s: %s", theory, frame.groupby("scored")["log_evidence"].sum().to_dict())
    write_table(frame, output, RECOVERY_OF_THEORY, provenance)
