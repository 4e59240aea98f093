"""The findings of Ger et al. (2024) on people, computed anew: the stage that writes their table."""

from pathlib import Path
from typing import Literal

import pandas as pd

from ger2024.findings.control import constant_agents
from ger2024.findings.correlations import correlation_rows
from ger2024.findings.exploration import difficulty_rows, event_rows
from ger2024.findings.finding import findings_frame
from ger2024.findings.findings_table import FINDINGS
from ger2024.findings.perseveration import kappa_rows, stretch_rows
from ger2024.findings.prediction import prediction_rows
from ger2024.findings.summaries import Resampling
from ger2024.published import Published
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.trials.join import join_estimates

DataSet = Literal["dezfouli", "gershman"]


def findings_stage(
    trials_path: str | Path,
    estimates_path: str | Path,
    metrics_path: str | Path,
    comparisons_path: str | Path,
    output: str | Path,
    dataset: DataSet,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
    published: Published,
    control: tuple[str | Path, str | Path] | None = None,
) -> None:
    """Write the findings table of an experiment with people.

    Parameters
    ----------
    trials_path, estimates_path : the people's trials, and the t-RNN's estimates for them
    metrics_path, comparisons_path : the experiment's tables of all estimators, and of their pairs
    dataset : which study's findings
    seed, n_resamples : of the bootstrap over subjects
    published : what the study reports, to stand beside
    control : the synthetic test trials and the t-RNN's estimates for them; the agents with
        constant parameters among them go through the same analysis

    Raises
    ------
    TableError
        If a table is unreadable, or trials and estimates are not of the same rows.
    """
    people = join_estimates(read_table(trials_path), read_table(estimates_path))
    agents = None if control is None else constant_agents(*map(read_table, control))
    frame = findings(
        people,
        read_table(metrics_path),
        read_table(comparisons_path),
        agents,
        Resampling(dataset, seed, n_resamples),
        published,
    )
    write_table(frame, output, FINDINGS, provenance)


def findings(
    people: pd.DataFrame,
    metrics: pd.DataFrame,
    comparisons: pd.DataFrame,
    agents: pd.DataFrame | None,
    resampling: Resampling,
    published: Published,
) -> pd.DataFrame:
    """Return the findings table; see `findings_stage`. `people` and `agents` are joined frames."""
    rows = prediction_rows(metrics, comparisons, resampling, published)
    if resampling.dataset == "dezfouli":
        rows += kappa_rows(people, resampling)
        rows += correlation_rows(people, agents, resampling, published)
        rows += stretch_rows(people, resampling)
    else:
        rows += event_rows(people, agents, resampling)
        rows += difficulty_rows(people, resampling)
    return findings_frame(rows)
