"""The workflow's stage of optimality: the distance of every estimator from the optimum."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from trnn.checks.calibration.calibration_table import OPTIMALITY
from trnn.checks.calibration.dynamics import of_kind
from trnn.checks.calibration.last_trial import last_trial_errors
from trnn.checks.calibration.optimality import RowMaker, optimality_frame
from trnn.checks.calibration.targets import Target
from trnn.checks.nonstationarity.nonstationarity_table import ALL, MOVING
from trnn.config.experiment import Experiment
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.trials.join import KEYS


def optimality_stage(
    metrics: str | Path,
    trials: str | Path,
    estimates: Mapping[str, str | Path],
    output: str | Path,
    experiment: Experiment,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
    asked: Sequence[Target] = (),
    verdicts: str | Path | None = None,
) -> None:
    """Write the table of optimality of an experiment.

    Parameters
    ----------
    metrics : the experiment's metrics, of all its populations
    trials : the synthetic test agents
    estimates : estimator -> its estimates for `trials`
        `mle` and those whose last estimate is compared with its.
    experiment : Experiment
        Its name, its parameters and the dynamics of its test agents are used.
    asked : targets of a study, beside those of `trnn.checks.calibration.targets`
    verdicts : the people's table of evidence for moving parameters, if there is one
    """
    table, names = read_table(metrics), list(experiment.parameters)
    last = last_trial_errors(
        read_table(trials, columns=[*KEYS, "dynamics", *names]),
        {name: read_table(path, columns=[*KEYS, *names]) for name, path in estimates.items()},
        of_kind(experiment, "stationary"),
        experiment.parameters,
    )
    make = RowMaker(experiment.name, seed, n_resamples)
    rows = [
        *make.above_optimum(table, of_kind(experiment, "switching")),
        *make.last_trial(last),
        *make.people(table),
        *make.beside_constant(table, moving_people(verdicts)),
    ]
    write_table(optimality_frame(rows, asked), output, OPTIMALITY, provenance)


def moving_people(verdicts: str | Path | None) -> list[str]:
    """Return the people any of whose parameters is judged to move; nobody without a table."""
    if verdicts is None:
        return []
    table = read_table(verdicts, columns=["population", "subject", "parameter", "verdict"])
    moves = (table["parameter"] == ALL) & (table["verdict"] == MOVING)
    return [str(name) for name in table.loc[moves & (table["population"] == "human"), "subject"]]
