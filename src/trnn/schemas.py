"""The schemas of simulated agents, estimates, fits and training histories."""

from collections.abc import Sequence
from dataclasses import replace

from trnn.models import get_model
from trnn.parameters import MEANINGS, unit_of
from trnn.quantiles import PROBABILITIES, quantile_names
from trnn.tables import BOOLEAN, FLOAT, INTEGER, STRING, Column, TableSchema

# Every estimator that is known by name, in order of display; a variant follows its base.
ESTIMATORS = (
    "prior",
    "mle",
    "filter",
    "bayes",
    "bayes_smooth",
    "trnn",
    "trnn_smooth",
    "trnn_published",
    "trnn_unlinked",
    "drnn",
    "drnn_pooled",
    "oracle",
)

# Those that have seen later trials too, and so predict nothing.
SMOOTHERS = ("bayes_smooth", "trnn_smooth")

SUBJECT = Column("subject", STRING, "simulated agent or anonymous person")
BLOCK = Column("block", INTEGER, "block of the session, from 0", "block", low=0)
TRIAL = Column("trial", INTEGER, "trial within its block, from 0", "trial", low=0)
ACTION = Column("action", INTEGER, "action taken", allowed=(0, 1))
REWARD = Column("reward", FLOAT, "reward received for the action", "reward")
P_ACTION_0 = Column(
    "p_action_0",
    FLOAT,
    "probability of action 0 predicted before this trial's choice is seen",
    "probability",
    low=0,
    high=1,
)
P_THEORY_0 = Column(
    "p_theory_0",
    FLOAT,
    "probability of action 0 by the model, averaged over draws from the posterior, which has not "
    "seen this trial's choice",
    "probability",
    low=0,
    high=1,
)
POPULATION = Column(
    "population", STRING, "synthetic test agents or people", allowed=("test", "human")
)
GROUP = Column("group", STRING, "diagnosis group, null where the study has none", nullable=True)


def parameter_columns(parameters: Sequence[str], what: str) -> tuple[Column, ...]:
    """Return one column a parameter; `what` says whether it is true or estimated."""
    return tuple(
        Column(
            name,
            FLOAT,
            f"{what} {MEANINGS[name].words} ({MEANINGS[name].symbol})",
            unit_of(name, parameters),
        )
        for name in parameters
    )


def synthetic_trials(model_name: str) -> TableSchema:
    """Return the schema of simulated agents of a model."""
    model = get_model(model_name)
    latents = tuple(
        Column(name, FLOAT, f"the agent's {name.replace('_', ' of arm ')} before the choice", unit)
        for name, unit in zip(model.latent_names, model.latent_units, strict=True)
    )
    arms = tuple(
        Column(f"arm_mean_{arm}", FLOAT, f"expected reward of action {arm} in this block", "reward")
        for arm in (0, 1)
    )
    truth = Column(
        "p_action_0", FLOAT, "true probability of action 0", "probability", low=0, high=1
    )
    return TableSchema(
        name="synthetic_trials",
        path="<e>/synthetic/{train,validation,test}.parquet",
        row="a trial of a simulated agent",
        columns=(
            SUBJECT,
            Column("dynamics", STRING, "law by which the agent's parameters move"),
            BLOCK,
            TRIAL,
            ACTION,
            REWARD,
            truth,
            *parameter_columns(model.parameters, "true"),
            *latents,
            *arms,
        ),
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


def mle(parameters: Sequence[str]) -> TableSchema:
    """Return the schema of the maximum-likelihood fits."""
    return TableSchema(
        name="fits",
        path="<e>/fits/mle.parquet",
        row="a subject",
        columns=(
            POPULATION,
            SUBJECT,
            *parameter_columns(parameters, "maximum-likelihood"),
            Column("nll", FLOAT, "negative log likelihood at the optimum", "nats", low=0),
            Column("n_trials", INTEGER, "trials of the subject", "trial", low=1),
            Column("converged", BOOLEAN, "whether the best start's optimiser converged"),
            Column("at_bound", BOOLEAN, "whether a parameter lies on a bound of its range"),
        ),
    )


def training(parameters: Sequence[str], terms: Sequence[str]) -> TableSchema:
    """Return the schema of a t-RNN's training history; `terms` are those of its loss."""
    words = {name: MEANINGS[name].words for name in parameters}
    meaning = {
        "bce": ("cross-entropy of the choice", "nats"),
        "score": (
            "-log posterior density of the true values, relative to the prior's: 0 is the prior",
            "nats",
        ),
        **{f"bin_{p}": (f"cross-entropy of the bin of {w}", "nats") for p, w in words.items()},
        **{f"mse_{p}": (f"squared error of {w}", "unit^2") for p, w in words.items()},
    }
    losses: list[Column] = []
    for split in ("train", "validation"):
        losses.append(Column(f"{split}_loss", FLOAT, f"{split}: weighted sum of the terms"))
        for term in terms:
            what, unit = meaning[term]
            losses.append(Column(f"{split}_{term}", FLOAT, f"{split}: {what}", unit))
    return TableSchema(
        name="training",
        path="<e>/training/<network>/seed<k>.parquet",
        row="an epoch (a fixed number of optimiser steps)",
        columns=(
            Column("epoch", INTEGER, "epoch, from 0", low=0),
            Column("step", INTEGER, "optimiser steps done", low=1),
            Column("agents", INTEGER, "agents started so far", low=1),
            Column("learning_rate", FLOAT, "learning rate at the epoch's end", low=0),
            *losses,
            Column("best", BOOLEAN, "lowest validation loss so far: the checkpoint was written"),
            Column(
                "seconds",
                FLOAT,
                "wall time of the epoch (the only column that varies between equal runs)",
                "s",
                low=0,
            ),
        ),
    )
