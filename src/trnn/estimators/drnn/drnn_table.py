"""The schema of a d-RNN's training history."""

from trnn.estimators.drnn.words import TRAINING, TRAINING_ROW
from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, Column, TableSchema

DRNN_TRAINING = TableSchema(
    name="drnn_training",
    path=shown("training"),
    row=TRAINING_ROW,
    columns=(
        Column("epoch", INTEGER, TRAINING["epoch"], low=1),
        Column("learning_rate", FLOAT, TRAINING["learning_rate"], low=0),
        Column("train_bce", FLOAT, TRAINING["train_bce"], "nats", low=0),
        Column("choose_bce", FLOAT, TRAINING["choose_bce"], "nats", low=0),
        Column("n_best", INTEGER, TRAINING["n_best"], low=0),
        Column("seconds", FLOAT, TRAINING["seconds"], "s", low=0),
    ),
)
