"""Agents and posteriors whose calibration is known, and small tables of the part's results."""

import numpy as np
import pandas as pd

from trnn.checks.calibration.optimality import optimality_frame
from trnn.checks.calibration.rows import calibration_frame, calibration_rows
from trnn.theory.quantiles import PROBABILITIES


def agents(n: int, n_trials: int, hazard: float, seed: int, dynamics: str) -> pd.DataFrame:
    """Return agents whose alpha is uniform on [0, 1], drawn anew at a hazard."""
    rng = np.random.default_rng(seed)
    parts = []
    for i in range(n):
        redrawn = rng.random(n_trials) < hazard
        redrawn[0] = True
        values = rng.random(redrawn.sum())
        frame = pd.DataFrame({"block": 0, "trial": np.arange(n_trials)})
        frame["subject"], frame["dynamics"] = f"{dynamics}-{i:04d}", dynamics
        frame["alpha"] = values[np.cumsum(redrawn) - 1]
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def uniform(truth: np.ndarray | pd.Series, width: float, seed: int) -> np.ndarray:
    """Return the quantiles of a posterior that is exact, uniform and `width` wide.

    The true value lies uniformly in an interval of that width around a centre that is all that is
    known of it, so it falls below the quantile q with probability q.
    """
    truth = np.asarray(truth)
    centre = truth + width * (np.random.default_rng(seed).random(len(truth)) - 0.5)
    return centre[:, None] + width * (np.array(PROBABILITIES) - 0.5)


def calibration_table(trials: pd.DataFrame, quantiles: dict, jumping=("switching",), n=200):
    """Return the calibration table of given quantiles, {estimator: (n_trials, 5)}, of alpha."""

    def standing(name: str, parameter: str) -> tuple[np.ndarray, np.ndarray]:
        return trials[parameter].to_numpy(), quantiles[name]

    rows = calibration_rows(trials, list(quantiles), ["alpha"], standing, jumping, "made", 1, n)
    return calibration_frame(rows)


def fake_calibration(parameters, dynamics, n: int, seed: int = 1) -> pd.DataFrame:
    """Return a table of calibration with made-up shares of every size, all of its cells filled."""
    rng = np.random.default_rng(seed)
    trials = pd.concat([agents(2, 300, 0.02, 1, name) for name in dynamics], ignore_index=True)
    table = calibration_table(
        trials, {name: uniform(trials["alpha"], 0.2, 2) for name in ("bayes", "trnn")}, n=10
    )
    parts = [table.assign(parameter=name) for name in parameters]
    out = pd.concat(parts, ignore_index=True)
    out["share"] = np.clip(out["nominal"] + rng.normal(0, 0.06, len(out)), 0.01, 0.99)
    out["ci_low"] = np.clip(out["share"] - 0.03, 0, 1) if n > 1 else np.nan
    out["ci_high"] = np.clip(out["share"] + 0.03, 0, 1) if n > 1 else np.nan
    return out.assign(n=n, deviation=out["share"] - out["nominal"])


def fake_optimality(parameters, dynamics, n: int, seed: int = 1) -> pd.DataFrame:
    """Return a table of optimality with made-up values of both networks."""
    rng = np.random.default_rng(seed)
    rows = []
    for law in dynamics:
        for estimator, reference in (("trnn", "bayes"), ("trnn_smooth", "bayes_smooth")):
            for measure in ("bce", *(f"mse_{name}" for name in parameters)):
                if (estimator, measure) == ("trnn_smooth", "bce"):
                    continue
                value = rng.normal(3, 4)
                target = 1.0 if measure == "bce" else 5.0
                judged = law == "switching" and estimator == "trnn"
                rows.append(
                    {
                        "criterion": "above_optimum",
                        "population": "test",
                        "dynamics": law,
                        "group": None,
                        "measure": measure,
                        "estimator": estimator,
                        "reference": reference,
                        "mean": 0.3,
                        "reference_mean": 0.29,
                        "value": value,
                        "ci_low": value - 1 if n > 1 else np.nan,
                        "ci_high": value + 2 if n > 1 else np.nan,
                        "unit": "%",
                        "interval": "bootstrap over subjects",
                        "n": n,
                        **({"target": target, "rule": "<="} if judged else {}),
                    }
                )
    return optimality_frame(rows)
