"""Sessions laid beside agents: distances, p values, flags, and the reason in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trnn.checks.misspecification.distance import Reference, reference, tail_p
from trnn.checks.misspecification.features import KINDS, Feature

Array = np.ndarray

# A session is outside if at most this share of agents is as far out, in any of three kinds of
# features. So at most three times as many are flagged by chance.
LEVEL = 0.01
# Below this no single feature is called unusual: 95 % of agents lie within.
UNUSUAL = 1.96
EXPECTED = "excess_trnn"  # whose distance from its expectation, 0, is that of the predictions


@dataclass(frozen=True)
class Yardstick:
    """What sessions are laid beside: for each kind the agents, and the distances of others.

    `references` are made of one set of agents and `distances`, (n_agents,), of another that is
    drawn alike, so that the p value of a third is exact. (Of "prediction" there is one set.)
    """

    features: tuple[Feature, ...]
    references: Mapping[str, Reference]
    distances: Mapping[str, Array]

    def names(self, kind: str) -> list[str]:
        """Return the names of the features of a kind."""
        return [feature.name for feature in self.features if feature.kind == kind]


def yardstick(
    features: Sequence[Feature],
    fitted: pd.DataFrame,
    calibrating: pd.DataFrame,
    predicted: pd.DataFrame,
) -> Yardstick:
    """Return what sessions are laid beside.

    Parameters
    ----------
    fitted, calibrating : DataFrame
        Features of sessions and choices of the agents that scores and correlations are made of,
        and of those that distances are compared with. No agent stands in both.
    predicted : DataFrame
        Features of prediction of agents that follow the training dynamics.
    """
    own = tuple(features)
    scale = Yardstick(own, {}, {})
    references: dict[str, Reference] = {}
    distances: dict[str, Array] = {}
    for kind in KINDS:
        names = scale.names(kind)
        source = predicted if kind == "prediction" else fitted
        references[kind] = reference(source[names].to_numpy(dtype=float))
        if kind != "prediction":
            others = calibrating[names].to_numpy(dtype=float)
            distances[kind] = references[kind].distances(others)
    distances["prediction"] = predicted[EXPECTED].abs().to_numpy()
    return Yardstick(own, references, distances)


def measure(features: pd.DataFrame, scale: Yardstick) -> pd.DataFrame:
    """Return a row for each subject and feature: value, percentile, score, beyond.

    `features` has the subjects as index and a column a feature.
    """
    parts = []
    for kind in KINDS:
        names = scale.names(kind)
        values = features[names].to_numpy(dtype=float)
        own = scale.references[kind]
        columns = {
            "value": values,
            "percentile": own.percentiles(values),
            "score": own.scores(values),
            "beyond": own.beyond(values),
        }
        part = pd.DataFrame({name: array.ravel() for name, array in columns.items()})
        part.insert(0, "subject", np.repeat(features.index.to_numpy(), len(names)))
        part.insert(1, "feature", np.tile(np.array(names, dtype=object), len(features)))
        parts.append(part)
    meaning = {feature.name: feature for feature in scale.features}
    out = pd.concat(parts, ignore_index=True)
    for at, column in ((2, "kind"), (3, "words"), (4, "unit")):
        out.insert(at, column, [getattr(meaning[name], column) for name in out["feature"]])
    # A subject's features stand together, in order of display.
    order = {name: i for i, name in enumerate(meaning)}
    places = {subject: i for i, subject in enumerate(features.index)}
    keys = (out["feature"].map(order).to_numpy(), out["subject"].map(places).to_numpy())
    return out.iloc[np.lexsort(keys)].reset_index(drop=True)


def judge(
    features: pd.DataFrame, measured: pd.DataFrame, scale: Yardstick, within: Array
) -> pd.DataFrame:
    """Return each subject's distances, p values, flags, and what is furthest out.

    Parameters
    ----------
    features, measured : DataFrame
        As given to, and returned by, `measure`.
    within : (n_subjects,) of bool
        Which subjects are themselves among the agents whose predictions are compared with: those
        are left out of their own comparison.

    Returns
    -------
    DataFrame with the subjects as index, in order.
    """
    out = pd.DataFrame(index=features.index)
    for kind in ("session", "choices"):
        values = features[scale.names(kind)].to_numpy(dtype=float)
        out[f"distance_{kind}"] = scale.references[kind].distances(values)
        out[f"p_{kind}"] = tail_p(out[f"distance_{kind}"].to_numpy(), scale.distances[kind])
    agents = scale.distances["prediction"]
    n = int(np.isfinite(agents).sum())
    p = tail_p(features[EXPECTED].abs().to_numpy(), agents)
    # One that is among the agents is as far out as itself: it counts once, not twice.
    out["p_prediction"] = np.where(within, (p * (1 + n) - 1) / max(n, 1), p)
    for kind in KINDS:
        out[f"outside_{kind}"] = (out[f"p_{kind}"] <= LEVEL).to_numpy(dtype=bool)
    out["outside"] = out[[f"outside_{kind}" for kind in KINDS]].any(axis=1)
    beyond = measured.groupby("subject", sort=False)["beyond"].sum()
    out["n_beyond"] = beyond.reindex(out.index).to_numpy(dtype=np.int64)
    parts = dict(list(measured.groupby("subject", sort=False)))
    flags = out[[f"outside_{kind}" for kind in KINDS]].to_numpy(dtype=bool)
    found = [_furthest(parts[name], own) for name, own in zip(out.index, flags, strict=True)]
    out["furthest"] = [name for name, _ in found]
    out["reason"] = [words for _, words in found]
    return out


def _furthest(part: pd.DataFrame, flags: Array) -> tuple[str | None, str | None]:
    """Return the name of the feature with the greatest score of a subject, and the reason."""
    flagged = [kind for kind, flag in zip(KINDS, flags, strict=True) if flag]
    asked = part[part["kind"].isin(flagged or KINDS) & part["score"].notna()]
    if asked.empty:
        return None, None
    row = asked.iloc[int(asked["score"].abs().to_numpy().argmax())]
    value = f"{row['words']} {_number(row['value'])}"
    if abs(row["score"]) < UNUSUAL:
        return row["feature"], f"unusual together, none alone; furthest out: {value}"
    way = "higher" if row["score"] > 0 else "lower"
    share = row["percentile"] if row["score"] > 0 else 100.0 - row["percentile"]
    share = min(share, 99.9)  # never rounded to all of them
    than = "any agent's" if row["beyond"] else f"{share:.1f} % of the agents'"
    return row["feature"], f"{value}, {way} than {than}"


def _number(value: float) -> str:
    """Return a value with three significant digits, and never in powers of ten."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
