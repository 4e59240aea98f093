"""What every estimator is measured against: constant parameters, and the truth.

`prior` is the middle of each parameter's range, the floor; `mle` the maximum-likelihood fit of each
session; `oracle` what the simulated agents really had, the ceiling. A further estimator that takes
no time gets an entry in `MAKERS`, and is made in the same job.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.config.experiment import Experiment
from trnn.errors import TableError
from trnn.estimators.estimates import estimates_frame
from trnn.estimators.estimates_table import estimates
from trnn.estimators.given import Given, prior_means
from trnn.estimators.mle.fits_table import mle
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.agents_table import synthetic_trials
from trnn.theory.likelihood import run_forward
from trnn.theory.models import get_model
from trnn.trials.read import TRIAL_COLUMNS, read_trial_table
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
        Those of `MAKERS` that are wanted; the truth is that of synthetic agents.

    Raises
    ------
    TableError
        If a subject of `trials` has no fit in `fits`.
    """
    schema = synthetic_trials(experiment.model) if ORACLE in outputs else None
    columns = None if ORACLE in outputs else TRIAL_COLUMNS
    table = read_trial_table(trials, columns, schema)
    given = Given(experiment, table, from_frame(table), trials, fits)
    unit_of = get_model(experiment.model).unit_of
    for reference, path in outputs.items():
        frame = MAKERS[reference](given)
        write_table(frame, path, estimates(unit_of, spread=False), provenance)


def prior_estimates(given: Given) -> pd.DataFrame:
    """Return the means of the uniform priors as estimates."""
    return _by_the_model(given, prior_means(given.experiment, given.sequences), PRIOR)


def fitted_estimates(given: Given) -> pd.DataFrame:
    """Return each subject's fitted parameters as estimates."""
    values = fitted_values(given.fits, given.trials, given.sequences, given.names)
    return _by_the_model(given, values, MLE)


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


def true_estimates(given: Given) -> pd.DataFrame:
    """Return the true parameters and choice probabilities of synthetic agents."""
    truth, _, _ = pad_columns(given.table, ["p_action_0", *given.names])
    values = np.stack([truth[name] for name in given.names], axis=-1)
    return estimates_frame(given.sequences, given.names, truth["p_action_0"], values, source=ORACLE)


MAKERS: dict[str, Callable[[Given], pd.DataFrame]] = {
    PRIOR: prior_estimates,
    MLE: fitted_estimates,
    ORACLE: true_estimates,
}


def _by_the_model(given: Given, values: Array, source: str) -> pd.DataFrame:
    """Return constant parameters, and the choice probabilities that the model has with them."""
    p_action_0, _ = run_forward(get_model(given.experiment.model), given.sequences, values)
    return estimates_frame(given.sequences, given.names, p_action_0, values, source=source)
