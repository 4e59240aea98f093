"""Rows of the statistics table from cluster tests of courses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trnn.seeds import generator
from trnn.statistics.bootstrap import interval, resamples
from trnn.statistics.clusters import Cluster, Courses, find_clusters, holm_of_contrasts
from trnn.statistics.hypothesis_tests import RANK_BISERIAL, cliffs_delta
from trnn.statistics.paired import paired_row

Array = np.ndarray

CHOSEN = "difference and effect: over the trials that the test chose"
WHOLE = "no trial beyond its limits; difference and effect: over all trials"
TOO_FEW = "not tested: fewer than two subjects"


@dataclass(frozen=True)
class CourseSettings:
    """The names that key random numbers and families, and the numbers of draws."""

    experiment: str
    seed: int
    n_resamples: int
    n_permutations: int


@dataclass(frozen=True)
class Measured:
    """Courses of a measure that are compared, its unit, and what the measure is called."""

    measure: str
    unit: str
    courses: Courses


def cluster_rows(
    contrasts: Sequence[Measured],
    family: str,
    finding: str | None,
    span: str,
    origin: int,
    settings: CourseSettings,
) -> list[dict[str, Any]]:
    """Return a row for each cluster of each contrast; all contrasts are one family.

    A contrast without a cluster gets a row of the whole course with p 1, one with too few subjects
    a row without p. Holm's correction runs over the contrasts.

    Parameters
    ----------
    family : what is asked, as the family's name has it
    span : the name of a cluster, with places for its first and last trial: "trials {}-{}"
    origin : number of the courses' first trial
    """
    found = [_clusters(own.measure, own.courses, settings) for own in contrasts]
    corrected = holm_of_contrasts([[cluster.p for cluster in clusters] for clusters in found])
    keys = {
        "kind": "course",
        "family": f"{settings.experiment}/human/{family} (the cluster test corrects over the "
        "trials)",
        "finding": finding,
        "population": "human",
        "group": "all",
    }
    return [
        keys
        | {"measure": own.measure, "unit": own.unit}
        | _names(own.courses, origin + cluster.start, origin + cluster.stop - 1, span)
        | {"p_holm": p_holm}
        | _row(own.measure, own.courses, cluster, settings)
        for own, clusters, p_values in zip(contrasts, found, corrected, strict=True)
        for cluster, p_holm in zip(clusters, p_values, strict=True)
    ]


def _names(courses: Courses, first: int, last: int, span: str) -> dict[str, Any]:
    """Return what is compared, and from which trial to which: as a text, and as columns."""
    side_a, side_b = courses.sides
    contrast = f"{span.format(first, last)}: {courses.name}"
    return {"contrast": contrast, "side_a": side_a, "side_b": side_b, "first": first, "last": last}


def _clusters(measure: str, courses: Courses, settings: CourseSettings) -> list[Cluster]:
    """Return the clusters; if there is none, the whole course as one with p 1 (or NaN)."""
    length = courses.first.shape[1]
    if not courses.can_be_tested():
        return [Cluster(0, length, np.nan, np.nan)]
    rng = generator(settings.seed, settings.experiment, "clusters", measure, courses.name)
    clusters = find_clusters(courses, settings.n_permutations, rng)
    return clusters or [Cluster(0, length, 0.0, 1.0)]


def _row(
    measure: str, courses: Courses, cluster: Cluster, settings: CourseSettings
) -> dict[str, Any]:
    a, b = (part[:, cluster.start : cluster.stop].mean(axis=1) for part in _parts(courses))
    n = len(a) if courses.paired else len(a) + len(b)
    if not courses.can_be_tested():
        return {"n": n, "test": f"cluster permutation ({TOO_FEW})"}
    key = (settings.seed, settings.experiment, "courses", measure, courses.name)
    if courses.paired:
        row = paired_row(a, b, resamples(n, settings.n_resamples, *key))
        permuted = "signs within subjects"
    else:
        row = _independent_row(a, b, settings.n_resamples, key)
        permuted = "labels of subjects"
    note = CHOSEN if cluster.p < 1.0 or cluster.mass else WHOLE
    test = f"cluster permutation ({permuted}, at most {settings.n_permutations:,}); {note}"
    return row | {"n": n, "test": test, "statistic": cluster.mass, "p": cluster.p}


def _independent_row(a: Array, b: Array, n_resamples: int, key: tuple) -> dict[str, Any]:
    """Return means, difference and effect of two groups, each group resampled by itself."""
    drawn_a = a[resamples(len(a), n_resamples, *key, "first")]
    drawn_b = b[resamples(len(b), n_resamples, *key, "second")]
    low, high = interval(drawn_a.mean(axis=1) - drawn_b.mean(axis=1))
    effect_low, effect_high = interval(cliffs_delta(drawn_a, drawn_b))
    return {
        "mean_a": a.mean(),
        "mean_b": b.mean(),
        "difference": a.mean() - b.mean(),
        "difference_ci_low": float(low),
        "difference_ci_high": float(high),
        "effect_name": RANK_BISERIAL,
        "effect": float(cliffs_delta(a, b)),
        "effect_ci_low": float(effect_low),
        "effect_ci_high": float(effect_high),
    }


def _parts(courses: Courses) -> tuple[Array, Array]:
    return courses.first, courses.second
