"""The schema of the agents that are matched to people."""

from trnn.config.task import TaskSettings
from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, STRING, Column, TableSchema
from trnn.theory.models import get_model
from trnn.theory.parameters import parameter_columns
from trnn.theory.words import AGENTS
from trnn.trials.columns import ACTION, BLOCK, REWARD, SUBJECT, TRIAL, of_task


def matched_trials(model_name: str, task: TaskSettings | None = None) -> TableSchema:
    """Return the schema of agents of a model that are matched to people; with what a task adds."""
    arms = tuple(
        Column(f"arm_mean_{arm}", FLOAT, AGENTS["arm_mean"].format(arm=arm), "reward")
        for arm in (0, 1)
    )
    return TableSchema(
        name="matched_trials",
        path=shown("matched"),
        row="a trial of an agent that has a person's constant fit, on that person's schedule",
        columns=(
            SUBJECT,
            Column("person", STRING, "the person whose fit and schedule the agent has"),
            BLOCK,
            TRIAL,
            ACTION,
            REWARD,
            *of_task(task),
            Column("p_action_0", FLOAT, AGENTS["p_action_0"], "probability", low=0, high=1),
            *parameter_columns(get_model(model_name).unit_of, "true"),
            *arms,
        ),
    )
