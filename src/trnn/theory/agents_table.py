"""The schema of simulated agents, and the columns of a model's parameters."""

from collections.abc import Sequence

from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, STRING, Column, TableSchema
from trnn.theory.models import get_model
from trnn.theory.parameters import MEANINGS, unit_of
from trnn.trials.columns import ACTION, BLOCK, REWARD, SUBJECT, TRIAL

P_ACTION_0 = Column(
    "p_action_0",
    FLOAT,
    "probability of action 0 predicted before this trial's choice is seen",
    "probability",
    low=0,
    high=1,
)


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
        path=shown("agents"),
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
