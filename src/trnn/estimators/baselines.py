"""What every estimator is measured against: constant parameters, and the truth.

`prior` is the middle of each parameter's range, the floor; `mle` the maximum-likelihood fit of each
session; `oracle` what the simulated agents really had, the ceiling.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.config.experiment import Experiment
from trnn.errors import TableError
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.estimates_table import estimates
from trnn.estimators.mle.fits_table import mle
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.agents_table import synthetic_trials
from trnn.theory.likelihood import run_forward
from trnn.theory.models import get_model
from trnn.trials.read import TRIAL_COLUMNS
from trnn.trials.sequences import Sequences, from_frame, pad_columns

Array = np.ndarray

PRIOR, MLE, ORACLE = "prior", "mle", "oracle"


def estimate_references(
    trials: str | Path,
    fits: str | Path,
    outputs: Mapping[str, str | Path],
    experiment: Experiment,
    provenance: Provenance,
) -> None:
    """Write the references of a population.

    `mle` is not causal: a fit has seen the whole session, the predicted choices included.

    Parameters
    ----------
    trials, fits : path
        The population's trials, and its maximum-likelihood fits.
    outputs : reference -> path
        Those of prior, mle and (of synthetic agents) oracle that are wanted.

    Raises
    ------
    TableError
        If a subject of `trials` has no fit in `fits`.
    """
    names, model = tuple(experiment.parameters), get_model(experiment.model)
    schema = synthetic_trials(experiment.model) if ORACLE in outputs else None
    columns = None if ORACLE in outputs else TRIAL_COLUMNS
    table = read_table(trials, schema, columns)
    sequences = from_frame(table)
    for reference, path in outputs.items():
        if reference == ORACLE:
            frame = true_estimates(table, sequences, names)
        else:
            values = (
                prior_means(experiment, sequences)
                if reference == PRIOR
                else fitted_values(fits, trials, sequences, names)
            )
            p_action_0, _ = run_forward(model, sequences, values)
            frame = estimates_frame(sequences, names, p_action_0, values, source=reference)
        write_table(frame, path, estimates(model.unit_of, spread=False), provenance)


def prior_means(experiment: Experiment, sequences: Sequences) -> Array:
    """Return the means of the uniform priors, (n_subjects, n_parameters)."""
    middle = np.array([(r.low + r.high) / 2 for r in experiment.parameters.values()])
    return np.tile(middle, (len(sequences.subjects), 1))


def fitted_values(
    fits: str | Path, trials: str | Path, sequences: Sequences, names: tuple[str, ...]
) -> Array:
    """Return each subject's fitted parameters, (n_subjects, n_parameters)."""
    expected = mle(dict.fromkeys(names, ""))  # whose columns have to be there, of whatever unit
    fitted = read_table(fits, expected).set_index("subject")
    missing = [subject for subject in sequences.subjects if subject not in fitted.index]
    if missing:
        raise TableError(
            f"{fits}: no fit of {len(missing)} of the {len(sequences.subjects)} subjects of "
            f"{trials}, the first of them {missing[:3]}. Delete it and build it again."
        )
    return fitted.loc[list(sequences.subjects), list(names)].to_numpy(dtype=np.float64)


def true_estimates(
    table: pd.DataFrame, sequences: Sequences, names: tuple[str, ...]
) -> pd.DataFrame:
    """Return the true parameters and choice probabilities of a table of synthetic agents."""
    truth, _, _ = pad_columns(table, ["p_action_0", *names])
    values = np.stack([truth[name] for name in names], axis=-1)
    return estimates_frame(sequences, names, truth["p_action_0"], values, source=ORACLE)
