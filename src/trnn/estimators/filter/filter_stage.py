"""The workflow's stage of the particle filters."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from trnn.config.estimators import ParticleFilter
from trnn.config.experiment import Experiment
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.estimates_table import estimates
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.estimators.posterior_columns import posterior_columns
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.trials.read import read_trials

log = logging.getLogger(__name__)


def estimate_filter(
    trials: str | Path,
    outputs: Mapping[str, str | Path],
    experiment: Experiment,
    which: Literal["filter", "bayes"],
    population: str,
    seed: int,
    provenance: Provenance,
) -> None:
    """Filter a trial table under the dynamics of estimator `which`; write the estimates.

    Parameters
    ----------
    outputs : estimator -> path
        That of `which`; and that of ``<which>_smooth``, if wanted.
    population : str
        "test" or "human"; a part of what the random numbers are keyed by.
    """
    names = tuple(experiment.parameters)
    settings: ParticleFilter = getattr(experiment.estimators, which)
    sequences = read_trials(trials)
    smoother = f"{which}_smooth"
    model = get_model(experiment.model)
    filtered = particle_filter(
        model,
        get_dynamics(experiment.dynamics[settings.dynamics], experiment.parameters),
        sequences,
        settings.n_particles,
        settings.resample_below,
        seed,
        experiment.name,
        which,
        population,
        smoothing_lag=settings.smoothing_lag if smoother in outputs else None,
    )
    log.info(
        "%d subjects, %d particles, mean log evidence per trial %.4f nats",
        len(sequences.subjects),
        settings.n_particles,
        (filtered.log_evidence / sequences.lengths).mean(),
    )
    for estimator, path in outputs.items():
        smooth = estimator == smoother
        posterior = filtered.smoothed if smooth else filtered.posterior
        assert posterior is not None
        p_action_0 = None if smooth else filtered.p_action_0
        more = posterior_columns(names, posterior)
        frame = estimates_frame(
            sequences, names, p_action_0, posterior.mean, more, source=estimator
        )
        schema = estimates(model.unit_of, spread=True, smooth=smooth)
        write_table(frame, path, schema, provenance)
