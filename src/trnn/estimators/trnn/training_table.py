"""The schema of a t-RNN's training history."""

from collections.abc import Sequence

from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, Column, TableSchema
from trnn.theory.parameters import MEANINGS


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
        path=shown("training"),
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
