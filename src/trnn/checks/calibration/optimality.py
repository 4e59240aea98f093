"""How far estimators are from the optimum on agents, and how well they explain people's choices."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.calibration import targets
from trnn.checks.calibration.calibration_table import (
    ABOVE_OPTIMUM,
    BOOTSTRAP,
    EXACT,
    LAST_TRIAL,
    OPTIMALITY,
    PREDICTION,
    THEORY_BETTER,
    THEORY_DIFFERENCE,
)
from trnn.checks.calibration.optima import NETWORKS, REFERENCES
from trnn.checks.calibration.targets import Target
from trnn.estimators import registry
from trnn.estimators.registry import CONSTANT, FIT
from trnn.scores.metric_groups import groups_of, of_reporting_half
from trnn.scores.metrics_table import HAZARD
from trnn.statistics.bootstrap import mean_interval
from trnn.statistics.proportions import clopper_pearson
from trnn.statistics.ratios import ratio_interval
from trnn.trials.halves import REPORTING_HALF

Array = np.ndarray

STATIONARY_FIT = FIT
# People whose parameters are judged to move, as the table calls them as a group.
MOVING_PEOPLE = "judged to move"
MOVING_REPORTING = f"{MOVING_PEOPLE}, {REPORTING_HALF}"


def optimality_frame(
    rows: Sequence[Mapping[str, Any]], asked: Sequence[Target] = ()
) -> pd.DataFrame:
    """Return rows as a frame with the table's columns and types, each judged by its target.

    Parameters
    ----------
    rows : as the makers below make them
    asked : a study's targets, for rows that have none
    """
    judged = [_judged({**_asked_of(row, asked), **row}) for row in rows]
    frame = pd.DataFrame(judged, columns=OPTIMALITY.names())
    return frame.astype({"met": "boolean"})


def _asked_of(row: Mapping[str, Any], asked: Sequence[Target]) -> dict[str, Any]:
    """Return the target and rule that a study has for a row; nothing if it has none."""
    if row["group"] not in (None, "all"):
        return {}
    own = (row["criterion"], row["measure"], row["estimator"])
    for target in asked:
        if own == (target.criterion, target.measure, target.estimator):
            return {"target": target.limit, "rule": target.rule}
    return {}


def _judged(row: dict[str, Any]) -> dict[str, Any]:
    target = row.get("target")
    if target is None:
        return row
    value = row["value"]
    met = value <= target if row["rule"] == "<=" else value >= target
    return {**row, "met": None if np.isnan(value) else bool(met)}


class RowMaker:
    """Makes the rows of one experiment; its name and the seed key the resamples."""

    def __init__(self, experiment: str, seed: int, n_resamples: int) -> None:
        self._seed, self._n_resamples = seed, n_resamples
        self._key = (experiment, "optimality")

    def above_optimum(
        self, metrics: pd.DataFrame, switching: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        """Yield how far each network lies above its optimum, in %.

        By dynamics, for `bce`, every error that both have and, where agents have hazards of their
        own, how well these are known; `switching` agents have targets, but none of hazards.
        """
        agents = metrics[metrics["population"] == "test"]
        names = ["bce", *(name for name in agents.columns if name.startswith(("mse_", HAZARD)))]
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
                    if dynamics in switching and measure != HAZARD:
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
                yield row | {"criterion": LAST_TRIAL, "unit": "1"}

    def people(self, metrics: pd.DataFrame) -> Iterator[dict[str, Any]]:
        """Yield the criteria on people's choices: theory against stationary fit, and prediction.

        Where settings were chosen on half of the people, of the other half first, and of all, of
        whom the targets are asked.
        """
        people = metrics[metrics["population"] == "human"]
        reporting = people[of_reporting_half(people)]
        for group, own in ((REPORTING_HALF, reporting), ("all", people)):
            for estimator in own["estimator"].unique():
                if registry.estimator(estimator).method and estimator != STATIONARY_FIT:
                    judged = estimator == targets.JUDGED and group == "all"
                    asked = _OF_THE_FIT if judged else {}
                    yield from self._theory(own, group, estimator, STATIONARY_FIT, asked)
            for estimator in (REFERENCES[targets.JUDGED], targets.JUDGED):
                yield from self._prediction(own, group, estimator)

    def beside_constant(
        self, metrics: pd.DataFrame, moving: Collection[str] = ()
    ) -> Iterator[dict[str, Any]]:
        """Yield theory against constant parameters that are learned choice by choice, of people.

        Neither has seen what it predicts. By group, the reporting half first; and of those whose
        parameters are judged to move, `moving`, who are named by their subjects.
        """
        people = metrics[metrics["population"] == "human"]
        if not (people["estimator"] == CONSTANT).any():
            return
        groups = {group: part for _, group, part in groups_of(people)}
        for name, part in ((MOVING_REPORTING, groups.get(REPORTING_HALF)), (MOVING_PEOPLE, people)):
            if part is not None:
                groups[name] = part[part["subject"].isin(list(moving))]
        limits = {
            "all": targets.CONSTANT_BETTER_SHARE,
            MOVING_PEOPLE: targets.CONSTANT_BETTER_SHARE_OF_MOVING,
        }
        for group, own in groups.items():
            for estimator in (REFERENCES[targets.JUDGED], targets.JUDGED):
                judged = estimator == targets.JUDGED and group in limits
                asked = {THEORY_BETTER: limits[group]} if judged else {}
                yield from self._theory(own, group, estimator, CONSTANT, asked)

    def _prediction(
        self, people: pd.DataFrame, group: str, estimator: str
    ) -> Iterator[dict[str, Any]]:
        own = people.loc[people["estimator"] == estimator, "bce"].dropna().to_numpy(dtype=float)
        if not len(own):
            return
        row = _row("human", None, group, "bce", estimator, None, own.mean(), np.nan, len(own))
        value, low, high = mean_interval(own, self._n_resamples, self._seed, *self._key, "human")
        what = {"criterion": PREDICTION, "unit": "nats", "interval": BOOTSTRAP}
        yield row | what | {"value": value, "ci_low": low, "ci_high": high}

    def _theory(
        self,
        people: pd.DataFrame,
        group: str,
        estimator: str,
        reference: str,
        asked: Mapping[str, float],
    ) -> Iterator[dict[str, Any]]:
        """Yield difference and share of an estimator beside constant parameters, `reference`.

        `asked`: the targets that it has, by criterion.
        """
        # Constant parameters are a model's own, so their `bce_theory` is their `bce`.
        pair = _pair(people, "bce_theory", (estimator, reference))
        if not len(pair):
            return
        difference = pair[:, 0] - pair[:, 1]
        mean, fit = pair.mean(axis=0)
        n = len(pair)
        common = _row("human", None, group, "bce_theory", estimator, reference, mean, fit, n)
        value, low, high = mean_interval(
            difference, self._n_resamples, self._seed, *self._key, "human"
        )
        ends = {"value": value, "ci_low": low, "ci_high": high}
        what = {"criterion": THEORY_DIFFERENCE, "unit": "nats", "interval": BOOTSTRAP}
        yield common | what | ends | _limit(asked, THEORY_DIFFERENCE, "<=")
        value, low, high = clopper_pearson(int((difference < 0).sum()), len(difference))
        ends = {"value": value, "ci_low": low, "ci_high": high}
        what = {"criterion": THEORY_BETTER, "unit": "1", "interval": EXACT}
        yield common | what | ends | _limit(asked, THEORY_BETTER, ">=")

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
        row = _row("test", dynamics, None, measure, estimator, reference, mean, beside, len(pair))
        return row | {"value": value, "ci_low": low, "ci_high": high, "interval": BOOTSTRAP}


_OF_THE_FIT = {
    THEORY_DIFFERENCE: targets.THEORY_DIFFERENCE,
    THEORY_BETTER: targets.THEORY_BETTER_SHARE,
}


def _limit(asked: Mapping[str, float], criterion: str, rule: str) -> dict[str, Any]:
    return {"target": asked[criterion], "rule": rule} if criterion in asked else {}


def _row(
    population: str,
    dynamics: str | None,
    group: str | None,
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
        "group": group,
        "measure": measure,
        "estimator": estimator,
        "reference": reference,
        "mean": float(mean),
        "reference_mean": float(reference_mean),
        "n": n,
    }


def _pair(table: pd.DataFrame, measure: str, estimators: tuple[str, str]) -> Array:
    """Return (n, 2) values of the subjects that both estimators have; no rows if one is missing."""
    rows = table[table["estimator"].isin(estimators)]
    wide = rows.pivot(index="subject", columns="estimator", values=measure)
    wide = wide.reindex(columns=list(estimators))
    return wide.dropna().to_numpy(dtype=np.float64)
