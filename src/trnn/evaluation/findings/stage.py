"""The table of findings of an experiment with people."""

from pathlib import Path

import pandas as pd

from trnn.errors import ConfigError
from trnn.evaluation.findings import (
    difficulty,
    moving_averages,
    perseveration,
    prediction,
    stretches,
)
from trnn.evaluation.findings.quantity import Resampling, finding_frame
from trnn.evaluation.findings.ungreedy import ungreedy_actions
from trnn.evaluation.published import Published, read_published
from trnn.evaluation.sessions import Sessions, read_sessions
from trnn.schemas import FINDINGS, STATISTICS
from trnn.tables import Provenance, read_table, write_table


def findings_stage(
    trials: str | Path,
    estimates: str | Path,
    agent_trials: str | Path,
    agent_estimates: str | Path,
    statistics: str | Path,
    published: str | Path,
    output: str | Path,
    dataset: str,
    experiment_name: str,
    estimator: str,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Write the findings of a data set.

    Parameters
    ----------
    trials, estimates : paths
        The people's trials, and what `estimator` says of them.
    agent_trials, agent_estimates : paths
        The same of the synthetic test agents: the control of finding 3.
    statistics, published : paths
        The experiment's statistics table; the file of reported numbers.
    dataset : str
        "dezfouli" (findings 1 to 4) or "gershman" (finding 5).
    """
    if dataset not in ("dezfouli", "gershman"):
        raise ConfigError(
            f"no findings are known of data set '{dataset}': expected dezfouli or gershman."
        )
    people = read_sessions(trials, estimates)
    resampling = Resampling(n_resamples, seed, experiment_name)
    if dataset == "dezfouli":
        frame = dezfouli_findings(
            people,
            read_sessions(agent_trials, agent_estimates),
            read_table(statistics, STATISTICS),
            read_published(published),
            estimator,
            resampling,
        )
    else:
        frame = gershman_findings(people, estimator, resampling)
    write_table(frame, output, FINDINGS, provenance)


def dezfouli_findings(
    people: Sessions,
    agents: Sessions | None,
    statistics: pd.DataFrame,
    published: Published,
    estimator: str,
    resampling: Resampling,
) -> pd.DataFrame:
    """Return findings 1 to 4; without `agents`, finding 3 has no control."""
    name = resampling.experiment
    findings = (
        (prediction, prediction.prediction(statistics, published, name, estimator)),
        (perseveration, perseveration.perseveration(people, resampling)),
        (
            moving_averages,
            moving_averages.moving_averages(people, agents, resampling, published),
        ),
        (stretches, stretches.stretches(people, resampling)),
    )
    frames = [
        finding_frame(number, module.STATEMENT, estimator, quantities)
        for number, (module, quantities) in enumerate(findings, start=1)
    ]
    return _tidy(pd.concat([frame for frame in frames if len(frame)], ignore_index=True))


def gershman_findings(people: Sessions, estimator: str, resampling: Resampling) -> pd.DataFrame:
    """Return finding 5."""
    quantities = ungreedy_actions(people, resampling) + difficulty.easy_and_hard(people, resampling)
    return _tidy(finding_frame(5, difficulty.STATEMENT, estimator, quantities))


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Give columns that may hold nothing at all their type."""
    for name in ("test", "claim"):
        frame[name] = frame[name].astype("str")
    frame["holds"] = frame["holds"].astype("boolean")
    return frame
