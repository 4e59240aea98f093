"""The schema of a t-RNN's training history."""

from collections.abc import Sequence

from trnn.estimators.trnn.words import TERMS, TRAINING, TRAINING_ROW
from trnn.tables.layout import shown
from trnn.tables.schema import BOOLEAN, FLOAT, INTEGER, Column, TableSchema
from trnn.theory.meanings import MEANINGS


def training(parameters: Sequence[str], terms: Sequence[str]) -> TableSchema:
    """Return the schema of a t-RNN's training history; `terms` are those of its loss."""
    meaning = {name: (TERMS[name], "nats") for name in ("bce", "score", "ce_hazard")}
    for p in parameters:
        for kind, unit in (("bin", "nats"), ("mse", "unit^2")):
            meaning[f"{kind}_{p}"] = (TERMS[kind].format(words=MEANINGS[p].words), unit)
    losses: list[Column] = []
    for split in ("train", "validation"):
        losses.append(Column(f"{split}_loss", FLOAT, TRAINING["loss"].format(split=split)))
        for term in terms:
            what, unit = meaning[term]
            words = TRAINING["term"].format(split=split, what=what)
            losses.append(Column(f"{split}_{term}", FLOAT, words, unit))
    return TableSchema(
        name="training",
        path=shown("training"),
        row=TRAINING_ROW,
        columns=(
            Column("epoch", INTEGER, TRAINING["epoch"], low=0),
            Column("step", INTEGER, TRAINING["step"], low=1),
            Column("agents", INTEGER, TRAINING["agents"], low=1),
            Column("learning_rate", FLOAT, TRAINING["learning_rate"], low=0),
            *losses,
            Column("best", BOOLEAN, TRAINING["best"]),
            Column("seconds", FLOAT, TRAINING["seconds"], "s", low=0),
        ),
    )
