"""Random-effects comparison of the candidates, each under a hazard of each person's own."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.theories.theories_table import MEASURE
from trnn.scores.metric_groups import groups_of
from trnn.scores.model_evidence import random_effects_rows

Array = np.ndarray


def frequency_rows(
    evidence: pd.DataFrame, experiment_name: str, seed: int
) -> Iterator[dict[str, Any]]:
    """Yield two rows of a table of tests for each candidate: its share of people, and its sum.

    They are of the reporting half, of all people, and of each group (`random_effects_rows`).

    Parameters
    ----------
    evidence : DataFrame
        Columns of `theories_table.THEORY_EVIDENCE`.
    """
    names = tuple(str(name) for name in evidence["theory"].unique())
    for population, group, part in groups_of(evidence.assign(population="human")):
        table = part.pivot(index="subject", columns="theory", values="log_evidence")
        errors = part.pivot(index="subject", columns="theory", values="log_evidence_error")
        yield from random_effects_rows(
            names,
            table[list(names)].to_numpy(),
            errors[list(names)].to_numpy(),
            MEASURE,
            (experiment_name, population, group),
            seed,
        )
