"""The schema of a d-RNN's training history."""

from trnn.tables.layout import shown
from trnn.tables.schema import FLOAT, INTEGER, Column, TableSchema

DRNN_TRAINING = TableSchema(
    name="drnn_training",
    path=shown("training"),
    row="an epoch after which the epoch's choosers were looked at; means over all networks",
    columns=(
        Column("epoch", INTEGER, "passes over the training people's sessions", low=1),
        Column("learning_rate", FLOAT, "learning rate at the epoch's end", low=0),
        Column("train_bce", FLOAT, "mean over people trained on of -log P(choice)", "nats", low=0),
        Column("choose_bce", FLOAT, "the same over the people who choose the epoch", "nats", low=0),
        Column("n_best", INTEGER, "networks whose best epoch, the one kept, this is", low=0),
        Column(
            "seconds",
            FLOAT,
            "wall time since the row before, summed over networks (the only column that varies "
            "between equal runs)",
            "s",
            low=0,
        ),
    ),
)
