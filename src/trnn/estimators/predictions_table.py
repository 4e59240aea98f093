"""The schema of predicted choices: the estimates of an estimator that has no parameters."""

from trnn.estimators import words
from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, Column, TableSchema
from trnn.trials.columns import BLOCK, SUBJECT, TRIAL

PREDICTIONS = TableSchema(
    name="estimates",
    path=shown("estimates"),
    row=words.ESTIMATES_ROW,
    columns=(
        SUBJECT,
        BLOCK,
        TRIAL,
        Column("p_action_0", FLOAT, words.P_ACTION_0, "probability", nullable=True, low=0, high=1),
    ),
)
