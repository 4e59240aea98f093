"""The workflow's stage that applies t-RNNs: the estimates of a population."""

import logging
from pathlib import Path

import numpy as np

from trnn.config.experiment import Experiment
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.estimates_table import estimates
from trnn.estimators.hazard_posterior import hazard_columns
from trnn.estimators.posterior_columns import posterior_columns
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.trnn.infer import Noise, infer
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model
from trnn.trials.read import read_trials

log = logging.getLogger(__name__)

SHOWN = 5  # people


def infer_stage(
    checkpoints: list[Path],
    trials: Path,
    output: Path,
    experiment: Experiment,
    ensemble: str,
    noise: Noise,
    threads: int,
    provenance: Provenance,
) -> None:
    """Apply trained networks to a trial table; write the estimates."""
    prepare(threads)
    sequences = read_trials(trials)
    inferred = infer(checkpoints, sequences, experiment, ensemble, noise)
    if inferred.far:
        log.warning(
            "%d of %d subjects have rewards far outside of those of the training, so their "
            "estimates are doubtful: %s%s",
            len(inferred.far),
            len(sequences.subjects),
            "; ".join(f"{name}: {words}" for name, words in list(inferred.far.items())[:SHOWN]),
            "; ..." if len(inferred.far) > SHOWN else "",
        )
    names = tuple(experiment.parameters)
    more = {} if inferred.posterior is None else posterior_columns(names, inferred.posterior)
    more |= hazard_columns(inferred.hazard)
    if inferred.p_theory_0 is not None:
        more |= {"p_theory_0": inferred.p_theory_0}
    if inferred.disagreement is not None:
        of_parameters = np.moveaxis(inferred.disagreement, 2, 0)
        more |= {f"{n}_disagreement": d for n, d in zip(names, of_parameters, strict=True)}
    table = estimates_frame(
        sequences, names, inferred.p_action_0, inferred.values, more, source="the t-RNN"
    )
    spread = inferred.posterior is not None
    unit_of = get_model(experiment.model).unit_of
    schema = estimates(
        unit_of,
        spread,
        smooth=inferred.p_action_0 is None,
        network=spread,
        hazards=inferred.hazards,
    )
    write_table(table, output, schema, provenance)
