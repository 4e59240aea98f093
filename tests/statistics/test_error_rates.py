"""Simulated error rates of every test that is printed: unequal spreads, unequal numbers.

Each is at most 5 %, as promised, up to what the number of repetitions can tell: the lower end of
the exact 95 % interval of the rate is at most 0.05. `pytest -s` prints the rates.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.statistics.simulating import LAWS, LEVEL, heavy, normal, rate
from trnn.statistics.clusters import Courses, find_clusters
from trnn.statistics.course_slopes import slope_tests
from trnn.statistics.hypothesis_tests import (
    brown_forsythe,
    brunner_munzel,
    holm,
    welch,
    wilcoxon,
)

# People against agents, as they were compared: fewer people, with 4.5 times the variance.
PEOPLE, AGENTS, RATIO = 39, 238, 4.5
FEW_REPETITIONS, MANY = 500, 1_000


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def groups(law, draws, sizes, variances) -> list[np.ndarray]:
    return [np.sqrt(v) * law(draws, n) for n, v in zip(sizes, variances, strict=True)]


@pytest.mark.parametrize("law", ["normal", "heavy"])
def test_the_signed_rank_test(law: str):
    # People differ in how far their differences spread.
    draws = rng()
    spread = np.exp(draws.standard_normal((MANY, 33)))
    differences = spread * LAWS[law](draws, MANY, 33)
    rate(wilcoxon(own)[1] < LEVEL for own in differences)


@pytest.mark.parametrize("sizes", [(PEOPLE, AGENTS), (AGENTS, PEOPLE), (33, 34), (6, 14)])
@pytest.mark.parametrize("law", ["normal", "heavy"])
def test_two_groups_by_brunner_and_munzel(law: str, sizes: tuple[int, int]):
    draws = rng(1)
    repetitions = MANY if min(sizes) > 14 else FEW_REPETITIONS
    pairs = [groups(LAWS[law], draws, sizes, (RATIO, 1.0)) for _ in range(repetitions)]
    rate(brunner_munzel(a, b)[1] < LEVEL for a, b in pairs)


def test_mann_whitney_would_promise_too_much():
    """The fault that this repairs: its size for people against agents."""
    draws = rng(1)
    pairs = [groups(normal, draws, (PEOPLE, AGENTS), (RATIO, 1.0)) for _ in range(MANY)]
    hits = np.mean([stats.mannwhitneyu(a, b).pvalue < LEVEL for a, b in pairs])
    print(f"Mann-Whitney {hits:.3f}")
    assert hits > 0.08


@pytest.mark.parametrize("sizes", [(20, 33, 80), (80, 33, 20), (33, 34, 34)])
@pytest.mark.parametrize("law", ["normal", "heavy"])
def test_several_groups_by_welchs_test(law: str, sizes: tuple[int, ...]):
    draws = rng(2)
    own = [groups(LAWS[law], draws, sizes, (RATIO, 2.0, 1.0)) for _ in range(MANY)]
    rate(welch(samples)[1] < LEVEL for samples in own)


@pytest.mark.parametrize("sizes", [(33, 34), (PEOPLE, AGENTS)])
@pytest.mark.parametrize("law", LAWS)
def test_spreads_by_brown_and_forsythe(law: str, sizes: tuple[int, int]):
    # The spreads are equal here, which is what is tested; the groups lie apart.
    draws = rng(3)
    own = [groups(LAWS[law], draws, sizes, (1.0, 1.0)) for _ in range(MANY)]
    rate(brown_forsythe([a + 3, b])[1] < LEVEL for a, b in own)


@pytest.mark.parametrize("sizes", [(12, 40), (33, 34)])
def test_slopes_of_groups(sizes: tuple[int, int]):
    draws, time = rng(4), np.arange(8.0)
    names = pd.Series(np.repeat(["a", "b"], sizes))
    falls: list[list[bool]] = []
    for _ in range(FEW_REPETITIONS):
        slopes = np.concatenate(groups(heavy, draws, sizes, (9.0, 1.0)))
        courses = slopes[:, None] * time + 0.3 * draws.standard_normal((len(names), 8))
        found = slope_tests(pd.DataFrame(courses), names, ["a", "b"])
        falls.append([c.p < LEVEL for c in found])
    for own in np.array(falls).T:
        rate(own)


@pytest.mark.parametrize("law", ["normal", "heavy"])
def test_a_family_of_groups_by_holm(law: str):
    """Three groups of unequal spread and size, every pair: any fall is an error."""
    draws = rng(5)
    any_falls = []
    for _ in range(MANY):
        a, b, c = groups(LAWS[law], draws, (20, 33, 80), (RATIO, 2.0, 1.0))
        p = holm([brunner_munzel(*pair)[1] for pair in ((a, b), (a, c), (b, c))])
        any_falls.append(bool((p < LEVEL).any()))
    rate(any_falls)


def smooth(draws: np.random.Generator, n: int, points: int, memory: float) -> np.ndarray:
    """Return courses whose neighbouring points are alike (autoregressive), of variance 1."""
    out = np.empty((n, points))
    out[:, 0] = draws.standard_normal(n)
    for t in range(1, points):
        new = np.sqrt(1 - memory**2) * draws.standard_normal(n)
        out[:, t] = memory * out[:, t - 1] + new
    return out


def cluster_error(sizes, variances, memories, repetitions: int) -> list[bool]:
    """Return whether any cluster is found where courses of two groups do not differ."""
    draws, falls = rng(6), []
    for i in range(repetitions):
        a, b = (
            np.sqrt(v) * smooth(draws, n, 11, memory)
            for n, v, memory in zip(sizes, variances, memories, strict=True)
        )
        found = find_clusters(Courses("a - b", a, b, paired=False), 99, rng(i))
        falls.append(any(cluster.p < LEVEL for cluster in found))
    return falls


@pytest.mark.parametrize(
    ("sizes", "memories"),
    [((PEOPLE, AGENTS), (0.8, 0.8)), ((AGENTS, PEOPLE), (0.8, 0.8)), ((33, 34), (0.8, 0.8))],
)
def test_courses_of_two_groups_by_clusters(sizes, memories):
    rate(cluster_error(sizes, (RATIO, 1.0), memories, 500))


def test_courses_within_people_by_clusters():
    draws, falls = rng(7), []
    for i in range(500):
        spread = np.exp(0.7 * draws.standard_normal((33, 1)))
        difference = spread * smooth(draws, 33, 11, 0.8)
        courses = Courses("a - b", difference, np.zeros_like(difference), paired=True)
        falls.append(any(c.p < LEVEL for c in find_clusters(courses, 99, rng(i))))
    rate(falls)
