"""The schema of simulated agents."""

from trnn.config.task import TaskSettings
from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, STRING, Column, TableSchema
from trnn.theory.models import get_model
from trnn.theory.parameters import parameter_columns
from trnn.theory.words import AGENTS, AGENTS_ROW
from trnn.trials.columns import ACTION, BLOCK, REWARD, SUBJECT, TRIAL, of_task

OWN_HAZARD = Column("hazard", FLOAT, AGENTS["hazard"], "probability", nullable=True, low=0, high=1)


def synthetic_trials(
    model_name: str, task: TaskSettings | None = None, own_hazards: bool = False
) -> TableSchema:
    """Return the schema of simulated agents of a model, with what their task adds.

    `own_hazards`: whether some of their dynamics have several hazards.
    """
    model = get_model(model_name)
    latents = tuple(
        Column(state.name, FLOAT, AGENTS["latent"].format(words=state.words), state.unit)
        for state in model.state
    )
    arms = tuple(
        Column(f"arm_mean_{arm}", FLOAT, AGENTS["arm_mean"].format(arm=arm), "reward")
        for arm in (0, 1)
    )
    return TableSchema(
        name="synthetic_trials",
        path=shown("agents"),
        row=AGENTS_ROW,
        columns=(
            SUBJECT,
            Column("dynamics", STRING, AGENTS["dynamics"]),
            BLOCK,
            TRIAL,
            ACTION,
            REWARD,
            *of_task(task),
            *((OWN_HAZARD,) if own_hazards else ()),
            Column("p_action_0", FLOAT, AGENTS["p_action_0"], "probability", low=0, high=1),
            *parameter_columns(model.unit_of, "true"),
            *latents,
            *arms,
        ),
    )
