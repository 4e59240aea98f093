"""The schemas of simulated agents, estimates, fits and training histories."""

from collections.abc import Sequence
from dataclasses import replace

from trnn.tables.schema import FLOAT, INTEGER, Column, TableSchema
from trnn.theory.agents_table import P_ACTION_0, parameter_columns
from trnn.theory.parameters import MEANINGS, unit_of
from trnn.theory.quantiles import PROBABILITIES, quantile_names
from trnn.trials.columns import BLOCK, SUBJECT, TRIAL

P_THEORY_0 = Column(
    "p_theory_0",
    FLOAT,
    "probability of action 0 by the model, averaged over draws from the posterior, which has not "
    "seen this trial's choice",
    "probability",
    low=0,
    high=1,
)


def estimates(
    parameters: Sequence[str], spread: bool, smooth: bool = False, network: bool = False
) -> TableSchema:
    """Return the schema of an estimator's trial-by-trial estimates.

    Parameters
    ----------
    spread, smooth, network : bool
        Whether it has a posterior; has seen later trials too; is a network with a posterior.
    """
    p_action_0 = replace(P_ACTION_0, nullable=True) if smooth else P_ACTION_0
    columns = (SUBJECT, BLOCK, TRIAL, p_action_0, *parameter_columns(parameters, "estimated"))
    for name in parameters if spread else ():
        words, unit = MEANINGS[name].words, unit_of(name, parameters)
        columns += (
            Column(f"{name}_sd", FLOAT, f"posterior standard deviation of {words}", unit, low=0),
        )
    for name in parameters if spread else ():
        words, unit = MEANINGS[name].words, unit_of(name, parameters)
        columns += tuple(
            Column(column, FLOAT, f"posterior {100 * p:.0f} % quantile of {words}", unit)
            for column, p in zip(quantile_names(name), PROBABILITIES, strict=True)
        )
    for name in parameters if network else ():
        words, unit = MEANINGS[name].words, unit_of(name, parameters)
        what = f"standard deviation over networks of the posterior mean of {words}: part of its SD"
        columns += (Column(f"{name}_disagreement", FLOAT, what, unit, low=0),)
    if network and not smooth:
        columns += (P_THEORY_0,)
    return TableSchema(
        name="estimates",
        path="<e>/estimates/<estimator>/{test,human}.parquet",
        row="a trial",
        columns=columns,
    )


def draws(parameters: Sequence[str]) -> TableSchema:
    """Return the schema of draws from a network's posterior."""
    return TableSchema(
        name="draws",
        path="<e>/draws/<network>/human.parquet",
        row="a trial in a draw",
        columns=(
            SUBJECT,
            Column("draw", INTEGER, "draw of a whole trajectory, from 0", low=0),
            BLOCK,
            TRIAL,
            *parameter_columns(parameters, "drawn"),
        ),
    )
