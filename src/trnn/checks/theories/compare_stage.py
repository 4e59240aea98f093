"""The workflow's stage: the candidates compared on the people, and one chosen."""

import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from trnn.checks.theories.compare import evidence_of_people, theories_frame
from trnn.checks.theories.random_effects import frequency_rows
from trnn.checks.theories.scored import scored
from trnn.checks.theories.theories_table import EVIDENCE_OF_THEORY, THEORIES, THEORY_EVIDENCE
from trnn.config.experiment import Experiment
from trnn.errors import ConfigError
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import THEORY_COMPARISONS
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.trials.halves import halves
from trnn.trials.read import read_trial_table

log = logging.getLogger(__name__)


def compare_theories(
    trials: str | Path,
    tables: Mapping[str, str | Path],
    theories: str | Path,
    evidence: str | Path,
    comparisons: str | Path,
    experiment: Experiment,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Choose among theories on half of the people; write what all are worth on both halves.

    Parameters
    ----------
    trials : path
        The people's trials, which tell their halves and groups.
    tables : theory -> path
        The people's evidence for each candidate (`theory_evidence`).
    theories, evidence, comparisons : path
        What is written: `theories_table.THEORIES`, `THEORY_EVIDENCE`, and the random-effects
        comparisons.
    experiment : Experiment
        Its view `compare_theories`.

    Raises
    ------
    ConfigError
        If the experiment has no people or no `theories`.
    TableError
        If the tables are not of the same people and hazards.
    """
    dataset, settings = experiment.human, experiment.theories
    if dataset is None or settings is None:
        raise ConfigError(
            f"{experiment.name}: got human {dataset} and theories {settings}; theories are chosen "
            "on people. Set both, or do not ask for this table."
        )
    people = read_trial_table(trials)
    half = halves(people, dataset, seed)
    group = people.drop_duplicates("subject").set_index("subject")["group"]
    read = {name: read_table(tables[name], EVIDENCE_OF_THEORY) for name in settings.candidates}
    found = scored(read, settings.hazards, list(half))
    own = np.array(list(half.values()))
    frame = theories_frame(found, settings, own, dataset, seed, n_resamples)
    of_people = evidence_of_people(found, own, group)
    rows = list(frequency_rows(of_people, experiment.name, seed))
    log.info("%s", _words(frame))
    write_table(frame, theories, THEORIES, provenance)
    write_table(of_people, evidence, THEORY_EVIDENCE, provenance)
    tests = statistics_frame(rows, experiment.name)
    write_table(tests, comparisons, THEORY_COMPARISONS, provenance)


def _words(frame: pd.DataFrame) -> str:
    shown = frame[frame["tied"]]
    return shown[
        ["theory", "hazard", "behind_choosing", "behind_choosing_se", "chosen"]
    ].to_string()
