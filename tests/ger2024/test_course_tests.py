"""Tests of time courses: planted differences, none, plain loops, and too little data."""

from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ger2024.findings.course_rows import CourseSettings, Measured, cluster_rows
from ger2024.findings.course_tests import action_rows, difficulty_course_rows, group_rows
from ger2024.findings.events import ungreedy
from tests.ger2024.matched_frames import matched
from tests.trials.frames import random_frame
from trnn.statistics.clusters import Courses, find_clusters, holm_of_contrasts
from trnn.statistics.course_slopes import slope_tests
from trnn.statistics.hypothesis_tests import holm
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import COURSES
from trnn.tables.parquet import check_frame
from trnn.trials.block_courses import last_trial, subject_courses, who_get_to

SETTINGS = CourseSettings("e", seed=1, n_resamples=50, n_permutations=200)
PARAMETERS = {"alpha": "1", "beta": "1/value", "kappa": "value"}
BANDIT = {"beta": "1", "gamma": "1/points"}
ORDER = ("bipolar", "depression", "healthy")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def framed(rows: list[dict]) -> pd.DataFrame:
    frame = statistics_frame(rows, "e")
    check_frame(frame, COURSES, "courses")
    assert frame["id"].is_unique
    return frame


def test_a_paired_cluster_has_the_exact_p_of_all_sign_flips() -> None:
    first = rng().normal(size=(7, 12))
    first[:, 4:8] += 2.0
    courses = Courses("a - b", first, np.zeros((7, 12)), paired=True)
    got = find_clusters(courses, 1000, rng())
    found = max(got, key=lambda cluster: abs(cluster.mass))
    limit = stats.t.ppf(0.975, 6)

    def largest(values: np.ndarray) -> tuple[float, list[int]]:
        t = stats.ttest_1samp(values, 0).statistic
        runs: list[list[int]] = []
        for i in range(len(t)):
            if abs(t[i]) > limit:
                joins = runs and runs[-1][-1] == i - 1 and t[i] * t[i - 1] > 0
                runs[-1].append(i) if joins else runs.append([i])
        best = max(runs, key=lambda run: abs(t[run].sum()), default=[])
        return (float(t[best].sum()) if best else 0.0), best

    mass, members = largest(first)
    assert (found.start, found.stop - 1) == (members[0], members[-1])
    assert found.mass == pytest.approx(mass)
    flips = [np.array(signs)[:, None] for signs in product([1.0, -1.0], repeat=7)]
    share = np.mean([abs(largest(first * flip)[0]) >= abs(mass) - 1e-9 for flip in flips])
    assert found.p == pytest.approx(share, abs=1e-9)


def test_a_planted_difference_of_groups_is_found_where_it_is() -> None:
    a, b = rng(1).normal(size=(25, 60)), rng(2).normal(size=(30, 60))
    a[:, 20:40] += 1.5
    found = find_clusters(Courses("a - b", a, b, paired=False), 500, rng())
    best = min(found, key=lambda cluster: cluster.p)
    assert best.p < 0.01
    squares = stats.ttest_ind(a, b, equal_var=False).statistic ** 2
    assert best.mass == pytest.approx(squares[best.start : best.stop].sum())
    assert best.start in range(18, 23) and best.stop in range(38, 43)
    turned = find_clusters(Courses("b - a", b, a, paired=False), 500, rng())
    assert min(turned, key=lambda cluster: cluster.p).mass == pytest.approx(best.mass)


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize("paired", [True, False])
def test_no_difference_is_found_as_rarely_as_it_says(paired: bool, alike: bool) -> None:
    found = 0
    for i in range(200):
        values = rng(i).normal(size=(24, 30))
        if alike:  # neighbouring points, as those of estimates are
            values = np.cumsum(values, axis=1)
        half = values[12:] if not paired else 0 * values[:12]
        clusters = find_clusters(Courses("a - b", values[:12], half, paired), 199, rng(i))
        found += any(cluster.p <= 0.05 for cluster in clusters)
    # 200 draws of 5 % have an SD of 1.5 %.
    assert 0.005 <= found / 200 <= 0.09


def test_p_of_groups_is_that_of_a_plain_permutation_test() -> None:
    a, b = rng(3).normal(size=(14, 25)), rng(4).normal(size=(11, 25))
    b[:, 8:12] += 0.8
    limit = stats.f.ppf(0.95, 1, 23)

    def largest(a: np.ndarray, b: np.ndarray) -> float:
        best = total = 0.0
        for f in stats.ttest_ind(a, b, equal_var=False).statistic ** 2:
            total = total + f if f > limit else 0.0
            best = max(best, total)
        return best

    both, draws = np.concatenate([a, b]), rng(5)
    orders = [draws.permutation(25) for _ in range(2000)]
    share = np.mean([largest(both[o[:14]], both[o[14:]]) >= largest(a, b) for o in orders])
    found = find_clusters(Courses("a - b", a, b, paired=False), 2000, rng(6))
    best = max(found, key=lambda cluster: cluster.mass)
    assert best.mass == pytest.approx(largest(a, b))
    # Both shares have an SD of at most 1.1 %.
    assert best.p == pytest.approx(share, abs=0.04)


def test_courses_that_do_not_vary_have_no_cluster() -> None:
    level = np.full((6, 5), 0.1 + 0.2)
    assert find_clusters(Courses("a - b", level, level, paired=True), 100, rng()) == []
    assert find_clusters(Courses("a - b", level, level, paired=False), 100, rng()) == []


def test_holm_runs_over_contrasts_and_takes_their_clusters_along() -> None:
    assert holm_of_contrasts([[0.01], [0.04], [0.03]]) == [[0.03], [0.06], [0.06]]
    got = holm_of_contrasts([[0.5, 0.01, 0.02], [0.2], [float("nan")]])
    # Two contrasts are tested: factors 2 and 1; no cluster gets under its contrast's best.
    np.testing.assert_allclose(got[0], [1.0, 0.02, 0.04])
    np.testing.assert_allclose(got[1], [0.2])
    assert np.isnan(got[2]).all()
    rows = holm_of_contrasts([[p] for p in (0.2, 0.01, 0.01, 0.6)])
    np.testing.assert_allclose(np.ravel(rows), holm([0.2, 0.01, 0.01, 0.6]))


def test_rows_of_a_cluster_of_none_and_of_too_few_subjects() -> None:
    first = rng().normal(size=(10, 8))
    first[:, 2:5] += 3.0
    contrasts = [
        Courses("clear", first, 0.1 * rng(1).normal(size=(10, 8)), True, sides=("a", "b")),
        Courses("none", first, first, paired=True),
        Courses("few", first[:1], first[:1], paired=True),
    ]
    measured = [Measured("beta", "1", courses) for courses in contrasts]
    rows = cluster_rows(measured, "beta: contrasts", "5", "trials {}-{}", 0, SETTINGS)
    frame = framed(rows)
    clear = frame[frame["contrast"].str.endswith("clear")].sort_values("p").iloc[0]
    assert clear["contrast"] == "trials 2-4: clear" and clear["p_holm"] == 2 * clear["p"]
    assert clear[["side_a", "side_b", "first", "last"]].tolist() == ["a", "b", 2, 4]
    values = first[:, 2:5].mean(axis=1)
    assert clear["mean_a"] == pytest.approx(values.mean()) and clear["effect"] == 1
    assert clear["difference_ci_low"] < clear["difference"] < clear["difference_ci_high"]
    none = frame[frame["contrast"].str.endswith("none")].iloc[0]
    assert none["contrast"] == "trials 0-7: none" and (none["p"], none["p_holm"]) == (1, 1)
    assert (none["first"], none["last"]) == (0, 7) and none[["side_a", "side_b"]].isna().all()
    few = frame[frame["contrast"].str.endswith("few")].iloc[0]
    assert np.isnan(few["p"]) and few["n"] == 1 and "not tested" in few["test"]


def with_groups(slopes: dict[str, float], n: int = 12, seed: int = 0) -> pd.DataFrame:
    """Return people whose κ rises by a slope of their group (per 10 trials), α and β do not."""
    draws = rng(seed)
    frames = []
    for group, slope in slopes.items():
        frame = random_frame(seed, {f"{group}{i}": (30, 28, 33) for i in range(n)})
        own = dict(zip(frame["subject"].unique(), draws.normal(slope, 0.05, n), strict=True))
        level = dict(zip(frame["subject"].unique(), draws.normal(0, 0.3, n), strict=True))
        rise = frame["subject"].map(own).astype(float) * frame["trial"] / 10
        noise = 0.1 * draws.normal(size=len(frame))
        frame["kappa"] = frame["subject"].map(level).astype(float) + rise + noise
        frame["alpha"] = draws.normal(size=len(frame))
        frames.append(frame.assign(group=group))
    return pd.concat(frames, ignore_index=True)


def test_slopes_of_groups_agree_with_those_of_each_subject() -> None:
    frame = with_groups({"healthy": 0.3, "depression": 0.1, "bipolar": 0.1})
    courses = subject_courses(frame, "kappa")
    groups = frame.drop_duplicates("subject").set_index("subject")["group"]
    order = ["healthy", "depression", "bipolar"]
    coefficients = slope_tests(courses, groups.reindex(courses.index), order)
    assert len(coefficients) == 6 and all(c.problem is None for c in coefficients)
    time = courses.columns.to_numpy(dtype=float) / 10
    slopes = pd.Series(
        [np.polyfit(time, row, 1)[0] for row in courses.to_numpy()], index=courses.index
    )
    level = {g: slopes[groups.reindex(courses.index) == g] for g in order}
    for got in coefficients[:3]:
        own = level[got.first]
        assert got.value == pytest.approx(own.mean(), rel=1e-6)
        error = own.std(ddof=1) / np.sqrt(12)
        half = stats.t.ppf(0.975, 11) * error
        assert (got.high - got.low) / 2 == pytest.approx(half)
        assert got.t == pytest.approx(own.mean() / error)
        assert got.p == pytest.approx(2 * stats.t.sf(abs(got.t), 11))
        assert got.sd_of_slopes == pytest.approx(own.std(ddof=1))
    for got in coefficients[3:]:
        assert got.second is not None
        a, b = level[got.first], level[got.second]
        assert got.value == pytest.approx(a.mean() - b.mean())
        assert got.t == pytest.approx(got.value / np.sqrt((a.var() + b.var()) / 12))
        assert got.low < got.value < got.high
    p = {(c.first, c.second): c.p for c in coefficients}
    assert p["healthy", "bipolar"] < 0.001 < p["depression", "bipolar"]


def test_slopes_that_cannot_be_tested_say_so_in_their_rows() -> None:
    frame = with_groups({"healthy": 0.3, "bipolar": 0.1}).assign(beta=2.0)
    few = frame[~frame["subject"].isin([f"healthy{i}" for i in range(1, 12)])]
    slopes = framed(group_rows(frame, None, PARAMETERS, ORDER, SETTINGS))
    slopes = slopes[slopes["measure"] == "beta_slope"]
    assert len(slopes) == 3 and slopes["p"].isna().all() and slopes["p_holm"].isna().all()
    assert slopes["test"].str.contains("all subjects have the same slope").all()
    slopes = framed(group_rows(few, None, PARAMETERS, ORDER, SETTINGS))
    slopes = slopes[slopes["measure"] == "kappa_slope"].set_index(["contrast", "group"])
    # The group of one cannot be tested, nor compared; the other one can be tested.
    assert slopes.loc[("slope", "bipolar"), "p_holm"] < 0.05
    others = slopes.drop(("slope", "bipolar"))
    assert len(others) == 2 and others["p"].isna().all()
    assert others["test"].str.contains("fewer than two subjects").all()


def test_rows_of_groups() -> None:
    frame = with_groups({"healthy": 0.4, "depression": 0.1, "bipolar": 0.1}).assign(beta=1.0)
    got = framed(group_rows(frame, None, PARAMETERS, ORDER, SETTINGS))
    assert set(got["measure"]) == {p + s for p in PARAMETERS for s in ("", "_slope")}
    kappa = got[got["measure"] == "kappa_slope"]
    assert kappa["contrast"].tolist() == ["slope"] * 3 + [
        "slope: healthy - depression",
        "slope: healthy - bipolar",
        "slope: depression - bipolar",
    ]
    assert (kappa["finding"] == "2").all()
    np.testing.assert_allclose(kappa["p_holm"], holm(kappa["p"].to_numpy()))
    clusters = got[(got["measure"] == "kappa") & (got["p"] < 0.05)]
    assert ((clusters["side_a"] == "healthy") & (clusters["side_b"] == "bipolar")).any()
    said = clusters["contrast"].str.extract(r"trials (\d+)-(\d+): (.*) - (.*)")
    columns = clusters[["first", "last", "side_a", "side_b"]].astype(str)
    assert (said.to_numpy() == columns.to_numpy()).all()
    # Parameters that are constant, or noise, have no cluster to show.
    assert (got.loc[got["measure"] == "beta", "p"] == 1).all()
    pd.testing.assert_frame_equal(got, framed(group_rows(frame, None, PARAMETERS, ORDER, SETTINGS)))


def test_courses_are_of_the_trials_and_people_of_a_plain_loop() -> None:
    frame = random_frame(0)
    last = last_trial(frame)
    ends = sorted(len(b) - 1 for _, b in frame.groupby(["subject", "block"]))
    assert sum(end >= last for end in ends) >= 0.75 * len(ends)
    got = subject_courses(frame, "beta")
    assert got.columns.tolist() == list(range(last + 1))
    for subject, own in frame.groupby("subject"):
        stays = own["trial"].max() >= last
        assert (subject in got.index) == stays == who_get_to(frame, last)[own.index].all()
        for trial in range(last + 1):
            if stays:
                mean = own.loc[own["trial"] == trial, "beta"].mean()
                assert got.loc[subject, trial] == pytest.approx(mean)


def bandit_people(n: int, seed: int) -> pd.DataFrame:
    return random_frame(seed, {f"p{i}": (10,) * 60 for i in range(n)})


def test_easy_blocks_differ_from_hard_ones_where_they_were_made_to() -> None:
    frame = bandit_people(12, 0)
    easy = (frame["mu_0"] - frame["mu_1"]).abs() >= 19
    frame["beta"] += 3.0 * (easy & (frame["trial"] >= 4))
    got = framed(difficulty_course_rows(frame, None, BANDIT, SETTINGS))
    assert set(got["measure"]) == {"accuracy", "beta", "gamma"}
    best = got[got["measure"] == "beta"].sort_values("p").iloc[0]
    assert best["contrast"] == "trials 4-9: easy - hard" and best["p"] < 0.02
    assert best["difference"] == pytest.approx(3, abs=0.3)
    assert (got.loc[got["measure"] != "beta", "p_holm"] > 0.05).all()


def test_what_agents_show_in_easy_and_hard_blocks_as_well_is_taken_from_the_people() -> None:
    frame = bandit_people(12, 0)
    easy = (frame["mu_0"] - frame["mu_1"]).abs() >= 19
    moved = frame.assign(beta=frame["beta"] + 3.0 * (easy & (frame["trial"] >= 4)))
    noise = rng(3).normal(size=len(frame))
    for agents, beyond in ((frame, True), (moved, False)):
        control = matched(agents.assign(beta=agents["beta"] + noise))
        got = framed(difficulty_course_rows(moved, control, BANDIT, SETTINGS))
        best = got[got["measure"] == "beta"].sort_values("p").iloc[0]
        assert best[["side_a", "side_b"]].tolist() == ["people", "matched agents"]
        assert (best["p_holm"] < 0.05) == beyond
        if beyond:
            assert best["contrast"] == "trials 4-9: people - matched agents (easy - hard)"
            assert best["mean_a"] - best["mean_b"] == pytest.approx(best["difference"])
        # Accuracy is counted, and all three are one family.
        assert (got.loc[got["measure"] == "accuracy", "side_a"] == "easy").all()
        assert got["family"].nunique() == 1


def dropping(frame: pd.DataFrame, size: float) -> pd.DataFrame:
    """Return people whose β is lower by `size` on the trial after an ungreedy action."""
    event, trial = ungreedy(frame).to_numpy(), frame["trial"].to_numpy()
    after = np.zeros(len(frame), dtype=bool)
    for i, j in pairwise(range(len(frame))):
        after[j] = event[i] and trial[j] == trial[i] + 1
    return frame.assign(beta=0.2 * frame["beta"] - size * after)


def test_a_drop_after_actions_is_found_in_people_and_beyond_their_agents() -> None:
    people, agents = dropping(bandit_people(10, 1), 2.0), matched(bandit_people(10, 2))
    agents["beta"] *= 0.2
    got = framed(action_rows(people, agents, BANDIT, SETTINGS)).sort_values("p")
    assert got["measure"].unique().tolist() == ["beta_around_actions"]
    assert got["contrast"].str.contains("people - matched agents").all()
    best = got.iloc[0]
    assert best["contrast"].startswith(f"offsets {best['first']} to {best['last']}: ")
    assert best["first"] == 1 and best["p_holm"] < 0.05 and best["difference"] < 0
    # Pairs, and not people and agents: ten people with two agents each.
    assert best["n"] == 10 and "signs within subjects" in best["test"]
    # Agents that show the same take it away.
    same = framed(action_rows(people, dropping(agents, 2.0), BANDIT, SETTINGS))
    assert (same["p_holm"] > 0.05).all()
    alone = framed(action_rows(people, None, BANDIT, SETTINGS)).sort_values("p")
    assert alone.iloc[0]["side_a"] == "ungreedy" and alone.iloc[0]["p_holm"] < 0.05
    assert not alone["contrast"].str.contains("agents").any()


def test_slopes_of_groups_are_those_beyond_their_agents() -> None:
    people = with_groups({"healthy": 0.4, "depression": 0.1, "bipolar": 0.1})
    agents = matched(with_groups({"healthy": 0.4, "depression": 0.0, "bipolar": 0.0}, seed=4))
    people, agents = (frame.assign(beta=1.0) for frame in (people, agents))
    got = framed(group_rows(people, agents, PARAMETERS, ORDER, SETTINGS))
    kappa = got[got["measure"] == "kappa_slope"]
    sides = ["people", "matched agents", "people - matched agents"]
    assert kappa["contrast"].tolist() == [
        *(f"slope: {side}" for side in sides for _ in range(3)),
        *(f"slope: {sides[2]}: {a} - {b}" for a, b in (
            ("healthy", "depression"), ("healthy", "bipolar"), ("depression", "bipolar"))),
    ]  # fmt: skip
    value = kappa.set_index(["contrast", "group"])["difference"]
    p = kappa.set_index(["contrast", "group"])["p_holm"]
    for group, own, theirs in (("healthy", 0.4, 0.4), ("depression", 0.1, 0.0)):
        assert value["slope: people", group] == pytest.approx(own, abs=0.05)
        assert value["slope: matched agents", group] == pytest.approx(theirs, abs=0.05)
        beyond = f"slope: {sides[2]}"
        assert (p[beyond, group] < 0.05) == (own != theirs)
    # People and agents are shown; what is tested is their difference, in one family.
    tested = kappa[kappa["p"].notna()]
    assert len(tested) == 6 and tested["contrast"].str.contains(sides[2]).all()
    np.testing.assert_allclose(tested["p_holm"], holm(tested["p"].to_numpy()))


def test_no_people_and_too_few_give_rows_without_answers() -> None:
    frame = random_frame(0, {"a": (10, 10)})
    rows = difficulty_course_rows(frame, matched(frame), BANDIT, SETTINGS)
    rows += action_rows(frame, matched(frame), BANDIT, SETTINGS)
    got = framed(rows)
    assert len(got) == 4 and got["p"].isna().all() and got["test"].str.contains("not tested").all()
    empty = framed(action_rows(frame.iloc[:0], None, BANDIT, SETTINGS))
    assert empty["n"].tolist() == [0]
    nobody = matched(frame).iloc[:0]
    assert framed(action_rows(frame, nobody, BANDIT, SETTINGS))["n"].tolist() == [0]
