"""The workflow's stages of maximum likelihood: fit, and turn the fits into estimates."""

import logging
from pathlib import Path

import numpy as np

from trnn.config.experiment import Experiment
from trnn.errors import TableError
from trnn.estimates import estimates_frame, read_trials
from trnn.likelihood import run_forward
from trnn.mle import fit
from trnn.models import get_model
from trnn.schemas import estimates, mle
from trnn.tables import Provenance, read_table, write_table

log = logging.getLogger(__name__)


def fit_mle(
    trials: str | Path,
    output: str | Path,
    experiment: Experiment,
    population: str,
    seed: int,
    provenance: Provenance,
) -> None:
    """Fit every subject of a trial table; write the table of fits.

    Parameters
    ----------
    population : str
        "test" or "human": what the column of that name says.
    """
    sequences = read_trials(trials)
    frame = fit(
        get_model(experiment.model),
        sequences,
        experiment.parameters,
        experiment.estimators.mle,
        seed,
        experiment.name,
        "mle",
    )
    frame.insert(0, "population", population)
    frame["population"] = frame["population"].astype("str")
    log.info(
        "%d subjects, mean nll per trial %.4f, %d not converged, %d on a bound",
        len(frame),
        (frame["nll"] / frame["n_trials"]).mean(),
        (~frame["converged"]).sum(),
        frame["at_bound"].sum(),
    )
    write_table(frame, output, mle(tuple(experiment.parameters)), provenance)


def estimate_mle(
    trials: str | Path,
    fits: str | Path,
    output: str | Path,
    experiment: Experiment,
    provenance: Provenance,
) -> None:
    """Write constant parameters and the predictions that they make along each session.

    These are not causal: a fit has seen the whole session, the predicted choices included.

    Raises
    ------
    TableError
        If a subject of `trials` has no fit in `fits`.
    """
    names = tuple(experiment.parameters)
    sequences = read_trials(trials)
    fitted = read_table(fits, mle(names)).set_index("subject")
    missing = [subject for subject in sequences.subjects if subject not in fitted.index]
    if missing:
        raise TableError(
            f"{fits}: no fit of {len(missing)} of the {len(sequences.subjects)} subjects of "
            f"{trials}, the first of them {missing[:3]}. Delete it and build it again."
        )
    values = fitted.loc[list(sequences.subjects), list(names)].to_numpy(dtype=np.float64)
    p_action_0, _ = run_forward(get_model(experiment.model), sequences, values)
    frame = estimates_frame(sequences, names, p_action_0, values)
    write_table(frame, output, estimates(names, spread=False), provenance)
