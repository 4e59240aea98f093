"""What the columns of a t-RNN's own tables mean. Only words: see `trnn.workflow.modules`."""

TRAINING_ROW = "an epoch (a fixed number of optimiser steps)"
TRAINING = {
    "epoch": "epoch, from 0",
    "step": "optimiser steps done",
    "agents": "agents started so far",
    "learning_rate": "learning rate at the epoch's end",
    "loss": "{split}: weighted sum of the terms",
    "term": "{split}: {what}",
    "best": "lowest validation loss so far: the checkpoint was written",
    "seconds": "wall time of the epoch (the only column that varies between equal runs)",
}
# The terms of the loss; words: the parameter's.
TERMS = {
    "bce": "cross-entropy of the choice",
    "score": "-log posterior density of the true values, relative to the prior's: 0 is the prior",
    "ce_hazard": "cross-entropy of the agent's own hazard, one of several",
    "bin": "cross-entropy of the bin of {words}",
    "mse": "squared error of {words}",
}

DRAWS_ROW = "a trial in a draw"
DRAW = "draw of a whole trajectory, from 0"
