"""What the columns of a d-RNN's training mean. Only words: see `trnn.workflow.modules`."""

TRAINING_ROW = "an epoch after which the epoch's choosers were looked at; means over all networks"
TRAINING = {
    "epoch": "passes over the training people's sessions",
    "learning_rate": "learning rate at the epoch's end",
    "train_bce": "mean over people trained on of -log P(choice)",
    "choose_bce": "the same over the people who choose the epoch",
    "n_best": "networks whose best epoch, the one kept, this is",
    "seconds": "wall time since the row before, summed over networks (the only column that varies "
    "between equal runs)",
}
