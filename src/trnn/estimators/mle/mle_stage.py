"""The workflow's stage of maximum likelihood: the fits of a population."""

import logging
from pathlib import Path

from trnn.config.experiment import Experiment
from trnn.estimators.mle.fit import fit
from trnn.estimators.mle.fits_table import mle
from trnn.estimators.mle.identified import identified
from trnn.tables.parquet import Provenance, write_table
from trnn.theory.models import get_model
from trnn.trials.read import read_trials

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
        "test" or "human": the value of the column of that name.
    """
    sequences = read_trials(trials)
    model = get_model(experiment.model)
    frame = fit(
        model,
        sequences,
        experiment.parameters,
        experiment.estimators.mle,
        seed,
        experiment.name,
        "mle",
    )
    known = identified(model, sequences, experiment.parameters, frame)
    frame[known.columns] = known
    frame.insert(0, "population", population)
    frame["population"] = frame["population"].astype("str")
    log.info(
        "%d subjects, mean nll per trial %.4f, %d not converged, %d on a bound, %d with a "
        "parameter that is not identified",
        len(frame),
        (frame["nll"] / frame["n_trials"]).mean(),
        (~frame["converged"]).sum(),
        frame["at_bound"].sum(),
        (~known).any(axis=1).sum(),
    )
    write_table(frame, output, mle(model.unit_of), provenance)
