"""Finding 2: perseveration by diagnosis group, and its course over a block."""

from itertools import combinations

import numpy as np

from trnn.evaluation.bootstrap import Statistic, interval
from trnn.evaluation.findings.quantity import (
    ABOVE,
    BELOW,
    Claim,
    Quantity,
    Resampling,
    mean_quantity,
)
from trnn.evaluation.hypothesis_tests import brown_forsythe, kruskal, mann_whitney
from trnn.evaluation.sessions import Sessions

Array = np.ndarray

STATEMENT = (
    "κ is higher and less spread in the healthy group; it rises within a block in all groups "
    "(order healthy > depression > bipolar)"
)
PER = 100  # slopes are given per this many trials
HEALTHY = "healthy"
ORDER = ("healthy", "depression", "bipolar")


def perseveration(sessions: Sessions, resampling: Resampling) -> list[Quantity]:
    """Return means, spreads, contrasts and slopes of κ; the subject is the unit throughout."""
    kappa = sessions.estimate("kappa")
    means = sessions.mean_by_subject(kappa)
    slopes = PER * slope_within_block(sessions, kappa)
    samples = {group: means[sessions.groups == group] for group in sessions.group_names}
    quantities = []
    for group, sample in samples.items():
        quantities += [
            mean_quantity(
                sample,
                resampling,
                name="kappa_mean",
                description="mean over subjects of a subject's mean κ",
                tested=False,
                group=group,
                unit="value",
            ),
            _spread(sample, resampling, group),
            mean_quantity(
                slopes[sessions.groups == group],
                resampling,
                name="kappa_slope",
                description=f"slope of κ on the trial of the block, blocks centred, per {PER} "
                "trials",
                group=group,
                unit=f"value/({PER} trials)",
                claim=ABOVE,
            ),
        ]
    statistic, p = kruskal(list(samples.values()))
    quantities.append(
        Quantity(
            name="kappa_groups",
            description="Kruskal-Wallis H of subjects' mean κ over the groups",
            group="all",
            unit="1",
            value=statistic,
            n=len(means),
            test="Kruskal-Wallis",
            p=p,
        )
    )
    known = [group for group in ORDER if group in samples]
    for a, b in combinations(known, 2):
        quantities += _contrasts(a, b, samples[a], samples[b], resampling)
    return quantities


def slope_within_block(sessions: Sessions, values: Array) -> Array:
    """Return each subject's least-squares slope on the trial of the block, (n_subjects,).

    Trials and values are centred within each block, so that differences between blocks do not
    count. NaN for a subject without a block of two trials.
    """
    trial = sessions.trial().astype(np.float64)
    count = np.bincount(sessions.block_id)

    def centred(x: Array) -> Array:
        return x - (np.bincount(sessions.block_id, x) / count)[sessions.block_id]

    x = centred(trial)
    n = len(sessions.subjects)
    covariance = np.bincount(sessions.codes, x * centred(values), n)
    variance = np.bincount(sessions.codes, x * x, n)
    return np.divide(covariance, variance, out=np.full(n, np.nan), where=variance > 0)


def _spread(sample: Array, resampling: Resampling, group: str) -> Quantity:
    value, low, high = (
        resampling.statistic(_sd, sample, "kappa_sd", group)
        if len(sample) > 1
        else (np.nan, np.nan, np.nan)
    )
    return Quantity(
        name="kappa_sd",
        description="standard deviation over subjects of a subject's mean κ",
        group=group,
        unit="value",
        value=value,
        n=len(sample),
        ci_low=low,
        ci_high=high,
    )


def _contrasts(a: str, b: str, x: Array, y: Array, resampling: Resampling) -> list[Quantity]:
    involves_healthy = a == HEALTHY
    low, high = _difference_interval(_mean, x, y, resampling, "kappa_mean", a, b)
    mean = Quantity(
        name="kappa_mean_difference",
        description=f"difference in mean κ, {a} - {b}",
        group=f"{a} - {b}",
        unit="value",
        value=float(x.mean() - y.mean()),
        n=len(x) + len(y),
        ci_low=low,
        ci_high=high,
        test="Mann-Whitney",
        p=mann_whitney(x, y)[1],
        # Of the two patient groups the study reports the order alone.
        claim=ABOVE if involves_healthy else Claim(1, None),
    )
    if not involves_healthy or min(len(x), len(y)) < 2:
        return [mean]
    low, high = _difference_interval(_sd, x, y, resampling, "kappa_sd", a, b)
    spread = Quantity(
        name="kappa_sd_difference",
        description=f"difference in the standard deviation of mean κ over subjects, {a} - {b}",
        group=f"{a} - {b}",
        unit="value",
        value=float(_sd(x) - _sd(y)),
        n=len(x) + len(y),
        ci_low=low,
        ci_high=high,
        test="Brown-Forsythe",
        p=brown_forsythe([x, y])[1],
        claim=BELOW,
    )
    return [mean, spread]


def _mean(values: Array) -> Array:
    return np.mean(values, axis=-1)


def _sd(values: Array) -> Array:
    return np.std(values, axis=-1, ddof=1)


def _difference_interval(
    statistic: Statistic, x: Array, y: Array, resampling: Resampling, *keys: str
) -> tuple[float, float]:
    """Return the interval of a difference between two groups, resampled independently."""
    if min(len(x), len(y)) < 2:
        return np.nan, np.nan
    drawn = [
        statistic(sample[resampling.indices(len(sample), *keys, side)])
        for side, sample in enumerate((x, y))
    ]
    low, high = interval(drawn[0] - drawn[1])
    return float(low), float(high)
