"""How far estimators are from the optimum on agents, and what they explain of people."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trnn.analysis.join import KEYS, join_estimates
from trnn.calibration import targets
from trnn.calibration.intervals import clopper_pearson, ratio_interval
from trnn.calibration.references import NETWORKS, REFERENCES
from trnn.calibration.schemas import (
    ABOVE_OPTIMUM,
    BOOTSTRAP,
    EXACT,
    LAST_TRIAL,
    OPTIMALITY,
    PREDICTION,
    THEORY_BETTER,
    THEORY_DIFFERENCE,
)
from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment
from trnn.evaluation.bootstrap import mean_interval
from trnn.parameters import error_scale
from trnn.tables import Provenance, read_table, write_table

Array = np.ndarray

STATIONARY_FIT = "mle"
NOT_COMPARED = frozenset({"prior", STATIONARY_FIT})  # by what they explain of people


def optimality_stage(
    metrics: str | Path,
    trials: str | Path,
    estimates: Mapping[str, str | Path],
    output: str | Path,
    experiment: Experiment,
    seed: int,
    n_resamples: int,
    provenance: Provenance,
) -> None:
    """Write the table of optimality of an experiment.

    Parameters
    ----------
    metrics : the experiment's metrics, of all its populations
    trials : the synthetic test agents
    estimates : estimator -> its estimates for `trials`
        `mle` and those whose last estimate is compared with its.
    experiment : Experiment
        Its name, its parameters and the laws of its test agents are used.
    """
    table, names = read_table(metrics), list(experiment.parameters)
    laws = {name: law.kind for name, law in experiment.dynamics.items()}
    constant = [name for name, kind in laws.items() if kind == "stationary"]
    last = last_trial_errors(
        read_table(trials, columns=["subject", "dynamics", "block", "trial", *names]),
        {
            name: read_table(path, columns=["subject", "block", "trial", *names])
            for name, path in estimates.items()
        },
        constant,
        experiment.parameters,
    )
    make = _Maker(experiment.name, seed, n_resamples)
    rows = [
        *make.above_optimum(table, [name for name, kind in laws.items() if kind == "switching"]),
        *make.last_trial(last),
        *make.people(table),
    ]
    write_table(optimality_frame(rows), output, OPTIMALITY, provenance)


def last_trial_errors(
    agents: pd.DataFrame,
    estimates: Mapping[str, pd.DataFrame],
    constant: Sequence[str],
    ranges: Mapping[str, Range],
) -> pd.DataFrame:
    """Return the squared errors at each constant agent's last trial.

    Parameters
    ----------
    agents : subject, dynamics, block, trial and the true parameters
    estimates : estimator -> subject, block, trial and its estimates of the same trials
    constant : the dynamics under which parameters never change
    ranges : parameter -> Range
        Errors are those of parameter / 10 where the range is [0, 10], as in the metrics.

    Returns
    -------
    DataFrame with columns subject, dynamics, parameter, estimator, squared_error.
    """
    kept = ~agents["subject"].duplicated(keep="last") & agents["dynamics"].isin(list(constant))
    own = agents[kept]
    parts = []
    for name, table in estimates.items():
        join_estimates(agents[KEYS], table[KEYS])  # refuses other rows
        found = table[kept.to_numpy()]
        for parameter, range_ in ranges.items():
            scale = error_scale(range_.low, range_.high)
            error = ((found[parameter].to_numpy() - own[parameter].to_numpy()) / scale) ** 2
            part = own[["subject", "dynamics"]].assign(parameter=parameter, estimator=name)
            parts.append(part.assign(squared_error=error))
    return pd.concat(parts, ignore_index=True)


def optimality_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows as a frame with the table's columns and types, each judged by its target."""
    frame = pd.DataFrame([_judged(row) for row in rows], columns=OPTIMALITY.names())
    return frame.astype({"met": "boolean"})


def _judged(row: Mapping[str, Any]) -> dict[str, Any]:
    target = row.get("target")
    if target is None:
        return dict(row)
    value = row["value"]
    met = value <= target if row["rule"] == "<=" else value >= target
    return {**row, "met": None if np.isnan(value) else bool(met)}


class _Maker:
    """Makes the rows of one experiment; its name and the seed key the resamples."""

    def __init__(self, experiment: str, seed: int, n_resamples: int) -> None:
        self._seed, self._n_resamples = seed, n_resamples
        self._key = (experiment, "optimality")

    def above_optimum(
        self, metrics: pd.DataFrame, switching: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        """Yield how far each network lies above its optimum, in %.

        By dynamics, for `bce` and every error that both have; `switching` agents have targets.
        """
        agents = metrics[metrics["population"] == "test"]
        names = ["bce", *(name for name in agents.columns if name.startswith("mse_"))]
        for dynamics, part in agents.groupby("dynamics", sort=False):
            for estimator in NETWORKS:
                reference = REFERENCES[estimator]
                for measure in names:
                    pair = _pair(part, measure, (estimator, reference))
                    if not len(pair):
                        continue
                    row = self._ratio(pair, str(dynamics), measure, estimator, reference)
                    for name in ("value", "ci_low", "ci_high"):
                        row[name] = 100.0 * (row[name] - 1.0)
                    row |= {"criterion": ABOVE_OPTIMUM, "unit": "%"}
                    if dynamics in switching and estimator == targets.JUDGED:
                        limit = (
                            targets.BCE_ABOVE_OPTIMUM
                            if measure == "bce"
                            else targets.ERROR_ABOVE_OPTIMUM
                        )
                        row |= {"target": limit, "rule": "<="}
                    yield row

    def last_trial(self, errors: pd.DataFrame) -> Iterator[dict[str, Any]]:
        """Yield the ratio of errors at the last trial to those of the stationary fit."""
        for (dynamics, parameter), part in errors.groupby(["dynamics", "parameter"], sort=False):
            for estimator in part["estimator"].unique():
                if estimator == STATIONARY_FIT:
                    continue
                pair = _pair(part, "squared_error", (estimator, STATIONARY_FIT))
                measure = f"last_trial_mse_{parameter}"
                row = self._ratio(pair, str(dynamics), measure, estimator, STATIONARY_FIT)
                row |= {"criterion": LAST_TRIAL, "unit": "1"}
                if (estimator, parameter) == (targets.JUDGED, targets.LAST_TRIAL_PARAMETER):
                    row |= {"target": targets.LAST_TRIAL_RATIO, "rule": "<="}
                yield row

    def people(self, metrics: pd.DataFrame) -> Iterator[dict[str, Any]]:
        """Yield what is asked of people: theory against the stationary fit, and prediction."""
        people = metrics[metrics["population"] == "human"]
        for estimator in people["estimator"].unique():
            if estimator not in NOT_COMPARED:
                yield from self._theory(people, estimator)
        for estimator in (REFERENCES[targets.JUDGED], targets.JUDGED):
            yield from self._prediction(people, estimator)

    def _prediction(self, people: pd.DataFrame, estimator: str) -> Iterator[dict[str, Any]]:
        own = people.loc[people["estimator"] == estimator, "bce"].dropna().to_numpy(dtype=float)
        if not len(own):
            return
        row = _row("human", None, "bce", estimator, None, own.mean(), np.nan, len(own))
        value, low, high = mean_interval(own, self._n_resamples, self._seed, *self._key, "human")
        what = {"criterion": PREDICTION, "unit": "nats", "interval": BOOTSTRAP}
        judged = estimator == targets.JUDGED
        limit = {"target": targets.PEOPLE_BCE, "rule": "<="} if judged else {}
        yield row | what | {"value": value, "ci_low": low, "ci_high": high} | limit

    def _theory(self, people: pd.DataFrame, estimator: str) -> Iterator[dict[str, Any]]:
        # Of the stationary fit, a model, `bce_theory` is its `bce`.
        pair = _pair(people, "bce_theory", (estimator, STATIONARY_FIT))
        if not len(pair):
            return
        difference = pair[:, 0] - pair[:, 1]
        mean, fit = pair.mean(axis=0)
        n = len(pair)
        common = _row("human", None, "bce_theory", estimator, STATIONARY_FIT, mean, fit, n)
        value, low, high = mean_interval(
            difference, self._n_resamples, self._seed, *self._key, "human"
        )
        ends = {"value": value, "ci_low": low, "ci_high": high}
        what = {"criterion": THEORY_DIFFERENCE, "unit": "nats", "interval": BOOTSTRAP}
        yield common | what | ends
        value, low, high = clopper_pearson(int((difference < 0).sum()), len(difference))
        ends = {"value": value, "ci_low": low, "ci_high": high}
        what = {"criterion": THEORY_BETTER, "unit": "1", "interval": EXACT}
        judged = estimator == targets.JUDGED
        limit = {"target": targets.THEORY_BETTER_SHARE, "rule": ">="} if judged else {}
        yield common | what | ends | limit

    def _ratio(
        self,
        pair: Array,
        dynamics: str,
        measure: str,
        estimator: str,
        reference: str,
    ) -> dict[str, Any]:
        value, low, high = ratio_interval(
            pair[:, 0], pair[:, 1], self._n_resamples, self._seed, *self._key, "test", dynamics
        )
        mean, beside = pair.mean(axis=0)
        row = _row("test", dynamics, measure, estimator, reference, mean, beside, len(pair))
        return row | {"value": value, "ci_low": low, "ci_high": high, "interval": BOOTSTRAP}


def _row(
    population: str,
    dynamics: str | None,
    measure: str,
    estimator: str,
    reference: str | None,
    mean: float,
    reference_mean: float,
    n: int,
) -> dict[str, Any]:
    return {
        "population": population,
        "dynamics": dynamics,
        "measure": measure,
        "estimator": estimator,
        "reference": reference,
        "mean": float(mean),
        "reference_mean": float(reference_mean),
        "n": n,
    }


def _pair(table: pd.DataFrame, measure: str, estimators: tuple[str, str]) -> Array:
    """Return (n, 2) values of the subjects that both estimators have; none if one is not there."""
    rows = table[table["estimator"].isin(estimators)]
    wide = rows.pivot(index="subject", columns="estimator", values=measure)
    wide = wide.reindex(columns=list(estimators))
    return wide.dropna().to_numpy(dtype=np.float64)
