"""Small tables of the part's results, made up."""

import numpy as np
import pandas as pd

from trnn.checks.misspecification.features import features_of
from trnn.checks.misspecification.judge import measure, yardstick
from trnn.checks.predictive.choice_statistics import bins_of
from trnn.checks.predictive.predictive_stage import group_rows
from trnn.checks.predictive.predictive_table import SOURCES


def fake_features(groups, n: int, binary: bool, seed: int = 1) -> pd.DataFrame:
    """Return the features of people as normal numbers of wide spread."""
    rng = np.random.default_rng(seed)
    wanted = features_of(binary)

    def frame(rows: int, spread: float) -> pd.DataFrame:
        values = spread * rng.normal(size=(rows, len(wanted)))
        out = pd.DataFrame(values, columns=[feature.name for feature in wanted])
        return out.assign(n_trials=200.0) if not binary else out

    scale = yardstick(wanted, frame(200, 1), frame(50, 1), frame(50, 1))
    people = frame(n * len(groups), 2)
    people.index = pd.Index([f"person-{i}" for i in range(len(people))], name="subject")
    out = measure(people, scale)
    group_of = dict(zip(people.index, np.repeat(np.array(groups, dtype=object), n), strict=True))
    out["group"] = out["subject"].map(group_of)
    who = out.assign(population="human", dynamics=None)
    return who.astype({"population": "str", "group": "str", "dynamics": "str"})


def fake_predictive(groups, n: int, trials: int, seed: int = 1) -> pd.DataFrame:
    """Return the table `predictive` of people and re-simulations that are uniform noise."""
    rng = np.random.default_rng(seed)
    bins = bins_of(trials - 1, trials)
    width = len(bins.columns())
    observed = rng.random((n * len(groups), width))
    named = pd.Series(np.repeat(np.array(groups, dtype=object), n), dtype="str")
    parts = []
    for source in SOURCES:
        simulated = np.clip(observed[:, None] + rng.normal(0, 0.1, (len(observed), 9, width)), 0, 1)
        parts.append(group_rows(observed, simulated, named, bins).assign(source=source))
    return pd.concat(parts, ignore_index=True)
