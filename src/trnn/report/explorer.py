"""The explorer's data: for every person and some simulated agents, every estimator's columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from trnn.estimators import registry
from trnn.figures.labels import dynamics_label, parameter_label
from trnn.figures.palette import TRUTH, estimator_name, is_variant, series_colour
from trnn.report.colours import readable
from trnn.report.encode import Scale, filled, pack, scale_of
from trnn.tables.parquet import read_table
from trnn.theory.meanings import MEANINGS
from trnn.theory.models import get_model
from trnn.theory.quantiles import PROBABILITIES, quantile_names
from trnn.trials.join import KEYS, join_estimates
from trnn.trials.missed import is_choice
from trnn.trials.read import read_trial_table

CHOICE = "p_action_0"
# A band's edges: from the lowest to the highest quantile that tables hold, 5 % to 95 %.
EDGES = (("low", 0), ("high", len(PROBABILITIES) - 1))
GAPS = "gaps"  # of a column that shows nothing where there was no response


@dataclass
class Explorer:
    """What the page carries: `index` (plain data) and the packed columns, by their number."""

    index: dict[str, Any]
    payloads: list[str] = field(default_factory=list)


def build_explorer(experiments: Mapping[str, Mapping[str, Any]], agents: int) -> Explorer:
    """Return the explorer's data.

    Parameters
    ----------
    experiments : name -> mapping
        `settings` (the whole experiment as plain data), `metrics` (path), `trials` (population ->
        path) and `estimates` (population -> estimator -> path).
    agents : int
        Simulated agents of each dynamics that are shown: the first of the table.

    Raises
    ------
    TableError
        If a table is unreadable, or estimates are not of the trials beside them.
    """
    explorer = Explorer({"experiments": [], "estimators": {}})
    for name, tables in experiments.items():
        metrics = read_table(tables["metrics"], columns=["population", "subject", "estimator"])
        metrics = metrics.assign(bce=read_table(tables["metrics"], columns=["bce"])["bce"])
        entry: dict[str, Any] = {
            "name": name,
            "parameters": _parameters(get_model(tables["settings"]["model"]).unit_of),
            "populations": {},
            "groups": [],
        }
        for population in ("human", "test"):
            if population in tables["trials"]:
                scores = metrics[metrics["population"] == population]
                _add_population(explorer, entry, population, tables, scores, agents)
        explorer.index["experiments"].append(entry)
    return explorer


def _add_population(
    explorer: Explorer,
    entry: dict[str, Any],
    population: str,
    tables: Mapping[str, Any],
    scores: pd.DataFrame,
    agents: int,
) -> None:
    trials = read_trial_table(tables["trials"][population])
    trials["group_label"] = _group_labels(trials, population)
    keep = _first_of_each(trials, agents) if population == "test" else trials["subject"].notna()
    names = [parameter["name"] for parameter in entry["parameters"]]
    columns: dict[tuple[str, str, str], pd.Series] = {
        ("", "action", ""): trials["action"],
        ("", "reward", ""): trials["reward"],
    }
    if population == "test":
        columns |= {(TRUTH, name, ""): trials[name] for name in (CHOICE, *names)}
    for estimator, path in tables["estimates"][population].items():
        if estimator not in registry.truths():  # the truth stands in the trials
            columns |= _columns_of(estimator, trials, path, names)
    arrays = [column[keep].to_numpy() for column in columns.values()]
    missed = ~is_choice(trials[keep])
    gaps = [bool((pd.isna(own) & missed).any()) for own in arrays]
    arrays = [filled(own) if gap else own for own, gap in zip(arrays, gaps, strict=True)]
    gaps[0] = bool(missed.any())  # the action
    scales = [scale_of(values) for values in arrays]
    entry["populations"][population] = {
        "reward": "binary" if set(trials["reward"].dropna()) <= {0.0, 1.0} else "points",
        "columns": [
            _describe(key, scale) | ({GAPS: True} if gap else {})
            for key, scale, gap in zip(columns, scales, gaps, strict=True)
        ],
    }
    for estimator in dict.fromkeys(key[0] for key in columns if key[0]):
        explorer.index["estimators"].setdefault(estimator, look(estimator))
    bce = scores.pivot(index="subject", columns="estimator", values="bce")
    kept = trials[keep].reset_index(drop=True)
    for label, group in kept.groupby("group_label", sort=False):
        subjects = []
        for subject, part in group.groupby("subject", sort=False):
            subjects.append(
                {
                    "id": subject,
                    "payload": len(explorer.payloads),
                    "blocks": part.groupby("block", sort=True).size().tolist(),
                    "bce": _scores(bce, str(subject)),
                }
            )
            explorer.payloads.append(pack([values[part.index] for values in arrays], scales))
        entry["groups"].append({"label": label, "population": population, "subjects": subjects})


def look(estimator: str) -> dict[str, Any]:
    """Return an estimator's name, colours and line; a variant has its base's colour, dashed."""
    name = estimator_name(estimator)
    pair = readable(series_colour(name))
    return {
        "name": name,
        "light": pair.light,
        "dark": pair.dark,
        "dash": "dash" if is_variant(name) else "solid",
        # When the page opens; the others are a tick away.
        "shown": estimator == TRUTH or registry.estimator(estimator).shown,
    }


def _columns_of(
    estimator: str, trials: pd.DataFrame, path: str | Path, parameters: Sequence[str]
) -> dict[tuple[str, str, str], pd.Series]:
    """Return an estimator's columns by (estimator, quantity, edge of its band or "")."""
    joined = join_estimates(trials[KEYS], read_table(path), estimates_name=str(path))
    found = {}
    for name in (CHOICE, *parameters):
        quantiles = quantile_names(name)
        edges = {edge: quantiles[at] for edge, at in EDGES}
        for edge, column in {"": name, **edges}.items():
            # An estimator that smooths predicts no choices: its column is null.
            if column in joined and joined.loc[is_choice(trials), column].notna().all():
                found[estimator, name, edge] = joined[column]
    return found


def _group_labels(trials: pd.DataFrame, population: str) -> pd.Series:
    if population == "human":
        return trials["group"].fillna("people").astype(str)
    return trials["dynamics"].map(lambda name: f"simulated agents: {dynamics_label(name)}")


def _first_of_each(trials: pd.DataFrame, agents: int) -> pd.Series:
    """Return whether a trial is of the first `agents` of its dynamics."""
    firsts: set[str] = set()
    for _, part in trials.groupby("dynamics", sort=False):
        firsts |= set(part["subject"].unique()[:agents])
    return trials["subject"].isin(firsts)


def _parameters(unit_of: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"name": name, "symbol": MEANINGS[name].symbol, "label": parameter_label(name, unit_of)}
        for name in unit_of
    ]


def _describe(key: tuple[str, str, str], scale: Scale) -> dict[str, Any]:
    estimator, quantity, edge = key
    described = {
        "estimator": estimator,
        "quantity": quantity,
        "low": scale.low,
        "step": scale.step,
    }
    return described | ({"edge": edge} if edge else {})


def _scores(bce: pd.DataFrame, subject: str) -> dict[str, float]:
    row = bce.loc[subject].dropna().to_dict() if subject in bce.index else {}
    scores = {str(name): round(float(value), 4) for name, value in row.items()}
    return {TRUTH if name in registry.truths() else name: v for name, v in scores.items()}
