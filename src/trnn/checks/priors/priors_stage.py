"""The workflow's stage: the priors of the grid on the people."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd

from trnn import progress
from trnn.checks.priors.compare import comparison
from trnn.checks.priors.grid import configured_prior, grid_of
from trnn.checks.priors.prior_evidence import prior_evidence
from trnn.checks.priors.priors_table import prior_selection
from trnn.config.experiment import Experiment
from trnn.errors import ConfigError
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model
from trnn.trials.halves import halves
from trnn.trials.read import read_trial_table
from trnn.trials.sequences import from_frame

log = logging.getLogger(__name__)


def select_prior(
    trials: str | Path,
    selection: str | Path,
    experiment: Experiment,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Compare the priors of `prior_grid` on people; write the table of the comparison.

    Parameters
    ----------
    experiment : Experiment
        Its view `select_prior`: its one dynamics is that of estimator `bayes`, with its
        `parameters` the configured prior.

    Raises
    ------
    ConfigError
        If the experiment has no people or no `prior_grid`.
    """
    dataset, settings = experiment.human, experiment.prior_grid
    if dataset is None or settings is None:
        raise ConfigError(
            f"{experiment.name}: got human {dataset} and prior_grid {settings}; priors are chosen "
            "on people, from a grid. Set both, or do not ask for this table."
        )
    people = read_trial_table(trials)
    half = halves(people, dataset, seed)
    sequences = from_frame(people)
    names = tuple(experiment.parameters)
    (dynamics,) = experiment.dynamics.values()
    configured = configured_prior(dynamics, experiment.parameters)
    priors = grid_of(settings, names, configured)
    model = get_model(experiment.model)
    evidence, error = np.empty((2, len(priors), len(sequences.subjects)))
    for i, prior in enumerate(priors):
        progress.report(i, len(priors), "priors")
        found = prior_evidence(model, prior, sequences, settings, seed, dataset)
        evidence[i], error[i] = found.log, found.error
    frame = comparison(
        priors,
        configured,
        evidence,
        error,
        settings.tolerance,
        sequences.chosen.sum(axis=1),
        np.array([half[subject] for subject in sequences.subjects]),
        dataset,
        seed,
        n_resamples,
    )
    log.info("chosen: %s", _settings_of(frame[frame["chosen"]], names))
    schema = prior_selection(model.unit_of, own_hazards="hazards" in frame)
    write_table(frame, selection, schema, provenance)


def _settings_of(row: pd.DataFrame, names: tuple[str, ...]) -> str:
    columns = ["hazard", "min_gap", "max_changes"]
    columns += [f"{name}_{end}" for name in names for end in ("low", "high")]
    return ", ".join(f"{name} {row[name].iloc[0]}" for name in columns)
