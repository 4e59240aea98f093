"""The schema of estimates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trnn.estimators import words
from trnn.estimators.predictions_table import PREDICTIONS
from trnn.tables.schema import FLOAT, Column, TableSchema
from trnn.theory.meanings import MEANINGS
from trnn.theory.parameters import parameter_columns
from trnn.theory.quantiles import PROBABILITIES, quantile_names


def estimates(
    unit_of: Mapping[str, str],
    spread: bool,
    smooth: bool = False,
    network: bool = False,
    particles: bool = False,
    hazards: Sequence[float] = (),
) -> TableSchema:
    """Return the schema of an estimator's trial-by-trial estimates.

    Parameters
    ----------
    unit_of : parameter -> unit
        In the model's order: `trnn.theory.model.Model.unit_of`.
    spread, smooth, network, particles : bool
        Whether it has a posterior; has seen later trials too; is a network with a posterior; rests
        on particles.
    hazards : sequence of float
        Of which a person has one of its own, by an estimator that estimates it.
    """
    columns = (*PREDICTIONS.columns, *parameter_columns(unit_of, "estimated"))
    for name, unit in unit_of.items() if spread else ():
        what = words.SD.format(words=MEANINGS[name].words)
        columns += (Column(f"{name}_sd", FLOAT, what, unit, low=0),)
    for name, unit in unit_of.items() if spread else ():
        for column, p in zip(quantile_names(name), PROBABILITIES, strict=True):
            what = words.QUANTILE.format(percent=100 * p, words=MEANINGS[name].words)
            columns += (Column(column, FLOAT, what, unit),)
    for name, unit in unit_of.items() if particles else ():
        what = words.MC_ERROR.format(words=MEANINGS[name].words)
        columns += (Column(f"{name}_mc_error", FLOAT, what, unit, low=0),)
    columns += _of_hazards(hazards, particles)
    for name, unit in unit_of.items() if network else ():
        what = words.DISAGREEMENT.format(words=MEANINGS[name].words)
        columns += (Column(f"{name}_disagreement", FLOAT, what, unit, low=0),)
    if network and not smooth:
        columns += (
            Column(
                "p_theory_0", FLOAT, words.P_THEORY_0, "probability", nullable=True, low=0, high=1
            ),
        )
    return replace(PREDICTIONS, columns=columns)


def _of_hazards(hazards: Sequence[float], particles: bool) -> tuple[Column, ...]:
    if not hazards:
        return ()
    error = Column("log_hazard_mc_error", FLOAT, words.LOG_HAZARD_ERROR, "log probability", low=0)
    return (
        Column("log_hazard", FLOAT, words.LOG_HAZARD, "log probability"),
        Column("log_hazard_sd", FLOAT, words.LOG_HAZARD_SD, "log probability", low=0),
        *((error,) if particles else ()),
        *(
            Column(f"p_hazard_{i}", FLOAT, words.P_HAZARD.format(hazard=own), "probability", low=0)
            for i, own in enumerate(hazards, start=1)
        ),
    )
