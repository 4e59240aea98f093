"""Linear mixed models of courses: how fast a value changes over the block, by group.

value ~ group + group : trial, with a random intercept and a random slope for each subject, fitted
by REML to each subject's mean course. Every subject has every trial, so that a group's slope is
the mean of its subjects' slopes and its error comes from their spread: neighbouring trials, whose
estimates are alike, do not make the error small. A coefficient is tested by t with as many degrees
of freedom as there are subjects less groups, as the mean of a group's slopes would be.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM

Array = np.ndarray

TRIALS = 10  # a slope is the change over this many trials
LEVEL = 0.95
# Tried in this order. Where subjects' slopes hardly vary, the maximum of the likelihood lies on the
# bound of their variance, and gradient methods stop far below it, some of them reporting success.
OPTIMISERS = ["powell", "nm", "lbfgs"]
# Slopes whose SD is under this share of the error of one subject's slope do not vary measurably.
MEASURABLE = 0.1


@dataclass(frozen=True)
class Coefficient:
    """A slope, or the difference of two (per 10 trials), with its Wald interval and test.

    `sd_of_slopes` is that of the subjects' own slopes within their groups, NaN if they do not vary
    measurably. Everything is NaN if the fit failed.
    """

    first: str
    second: str | None
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    t: float = np.nan
    p: float = np.nan
    sd_of_slopes: float = np.nan


@dataclass(frozen=True)
class SlopeModel:
    """The coefficients; if they are missing, the reason."""

    coefficients: list[Coefficient]
    problem: str | None


def slope_model(courses: pd.DataFrame, groups: pd.Series, order: Sequence[str]) -> SlopeModel:
    """Return each group's slope over the block and the differences of every two.

    Parameters
    ----------
    courses : DataFrame (subjects x trials)
        Without NaN; columns are trials of the block.
    groups : Series
        Each subject's group, by the subjects of `courses`.
    order : sequence of str
        The groups; differences are of the earlier less the later one.
    """
    names: list[tuple[str, str | None]] = [(group, None) for group in order]
    names += combinations(order, 2)
    sizes = [int((groups == group).sum()) for group in order]
    if not order or min(sizes) < 2 or courses.shape[1] < 3:
        return _failed(names, "fewer than two subjects in a group, or than three trials")
    scale = float(courses.to_numpy().std())
    if scale == 0:
        return _failed(names, "the value never changes")
    fit, problem = _fit(courses / scale, groups, order)
    if fit is None:
        return _failed(names, str(problem))
    k = len(order)
    weights = np.zeros((len(names), 2 * k))
    for row, (first, second) in enumerate(names):
        weights[row, k + order.index(first)] = 1.0
        if second is not None:
            weights[row, k + order.index(second)] = -1.0
    fixed = np.asarray(fit.fe_params)
    covariance = np.asarray(fit.cov_params())[: 2 * k, : 2 * k]
    value = scale * weights @ fixed
    error = scale * np.sqrt(np.einsum("ij,jk,ik->i", weights, covariance, weights))
    freedom = len(courses) - len(order)
    half = stats.t.ppf(0.5 + LEVEL / 2, freedom) * error
    t = value / error
    sd = scale * _sd_of_slopes(fit, courses.columns.to_numpy(dtype=float) / TRIALS)
    p = 2 * stats.t.sf(np.abs(t), freedom)
    numbers = np.stack([value, value - half, value + half, t, p, np.full(len(t), sd)], axis=1)
    coefficients = [
        Coefficient(first, second, *row)
        for (first, second), row in zip(names, numbers.tolist(), strict=True)
    ]
    return SlopeModel(coefficients, None)


def _fit(courses: pd.DataFrame, groups: pd.Series, order: Sequence[str]) -> tuple[Any, str | None]:
    """Return statsmodels' results and None, or None and what went wrong."""
    trial = courses.columns.to_numpy(dtype=float) / TRIALS
    # Slopes do not depend on where trials are counted from; the fit is steadier around 0.
    trial = trial - trial.mean()
    n, t = courses.shape
    member = np.repeat(np.stack([groups == g for g in order], axis=1).astype(float), t, axis=0)
    time = np.tile(trial, n)[:, None]
    model = MixedLM(
        courses.to_numpy().ravel(),
        np.concatenate([member, member * time], axis=1),
        groups=np.repeat(np.arange(n), t),
        exog_re=np.concatenate([np.ones_like(time), time], axis=1),
    )
    with warnings.catch_warnings():
        # The results are checked below for what the warnings are about.
        warnings.simplefilter("ignore")
        try:
            fit = model.fit(reml=True, method=OPTIMISERS)
        except (np.linalg.LinAlgError, ValueError) as error:
            return None, f"the fit failed ({error})"
    if not fit.converged:
        return None, "the fit did not converge"
    if not np.isfinite(np.asarray(fit.bse_fe)).all() or (np.asarray(fit.bse_fe) <= 0).any():
        return None, "the fit has no standard errors"
    return fit, None


def _sd_of_slopes(fit: Any, time: Array) -> float:
    """Return the SD of the random slopes of the fit, NaN if they do not vary measurably."""
    variance = float(np.asarray(fit.cov_re)[1, 1])
    of_one = float(fit.scale) / ((time - time.mean()) ** 2).sum()
    return float(np.sqrt(variance)) if variance > MEASURABLE**2 * of_one else np.nan


def _failed(names: Sequence[tuple[str, str | None]], problem: str) -> SlopeModel:
    return SlopeModel([Coefficient(*name) for name in names], problem)
