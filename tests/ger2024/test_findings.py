"""The findings on people whose truth is known, and on tables too small for an answer."""

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ger2024.findings.analyses import Having
from ger2024.findings.events import ungreedy
from ger2024.findings.exploration import beta_change, matched_difference
from ger2024.findings.finding import ABOVE, BELOW, NAN, Row, Rule, corrected, findings_frame
from ger2024.findings.findings_stage import findings, findings_stage
from ger2024.findings.findings_table import FINDINGS
from ger2024.findings.summaries import Resampling, contrast, describe, median, spread
from ger2024.published import read_published
from tests.conftest import ROOT
from tests.trials.frames import random_frame
from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment
from trnn.config.task import TaskSettings
from trnn.scores.moving_averages import moving_average, stayed
from trnn.tables.parquet import Provenance, check_frame, read_table
from trnn.theory.dynamics import StationaryDynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate, to_frame

KAPPA = {"bipolar": (-0.5, -0.2), "depression": (0.0, 0.15), "healthy": (0.4, 0.5)}
N = 8

PUBLISHED = read_published(ROOT / "config/published.yaml")
HAVING = {
    "dezfouli": Having(("alpha", "beta", "kappa"), ("group", "best_action"), tuple(KAPPA)),
    "gershman": Having(("beta", "gamma"), ("mu_0", "mu_1")),
}
MODELS = {"dezfouli": "q_learning_perseveration", "gershman": "hybrid_exploration"}


def agents_with(task: TaskSettings, kappa: tuple[float, float], group: str) -> pd.DataFrame:
    """Return agents of constant parameters, their truth in the place of the estimates."""
    ranges = {"alpha": (0.05, 0.2), "beta": (2.0, 6.0), "kappa": kappa}
    model = get_model("q_learning_perseveration")
    dynamics = StationaryDynamics({k: Range(low=a, high=b) for k, (a, b) in ranges.items()})
    agents = simulate(model, dynamics, task, N, 1, ("test", group), prefix=group)
    return to_frame(agents, model, "stationary").assign(group=group)


@pytest.fixture(scope="module")
def people(tiny_experiments: dict[str, Experiment]) -> pd.DataFrame:
    """Three groups whose κ is known, with blocks of up to 90 trials and more."""
    task = tiny_experiments["dezfouli"].task.model_copy(
        update={"trials_per_block": 90, "n_blocks": 6}
    )
    frames = [agents_with(task, kappa, group) for group, kappa in KAPPA.items()]
    return pd.concat(frames, ignore_index=True)


def tables(people: pd.DataFrame, groups: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return metrics in which the t-RNN is better by 0.1 in all but healthy, and comparisons."""
    subjects = people.drop_duplicates("subject")
    group = subjects["group"].to_numpy() if groups else np.full(len(subjects), None)
    gain = np.where(subjects["group"] == "healthy", 0.0, 0.1)
    base = np.linspace(0.3, 0.4, len(subjects))
    metrics = pd.concat(
        [
            pd.DataFrame(
                {"subject": subjects["subject"].to_numpy(), "group": group, "estimator": name}
            ).assign(bce=bce, population="human")
            for name, bce in (("mle", base), ("trnn", base - gain))
        ]
    )
    comparisons = pd.DataFrame(
        {
            "population": ["human"] * 5 + ["test"],
            "group": ["all", "bipolar", "depression", "healthy", "healthy", "healthy"],
            "measure": ["bce"] * 4 + ["mse_alpha", "bce"],
            "estimator_a": ["mle", "trnn", "mle", "mle", "mle", "mle"],
            "estimator_b": ["trnn", "mle", "trnn", "trnn", "trnn", "trnn"],
            "family": "e/human/bce/all",
            "test": "Wilcoxon signed-rank",
            "statistic": 3.0,
            "effect_name": "rank-biserial correlation",
            "effect": 0.8,
            "effect_ci_low": 0.5,
            "effect_ci_high": 0.9,
            "p": [0.001, 0.001, 0.004, 0.4, 0.001, 0.001],
            "p_holm": [0.002, 0.002, 0.012, 0.8, 0.002, 0.002],
        }
    )
    return metrics, comparisons


def run(dataset: str, people: pd.DataFrame, control: pd.DataFrame | None = None) -> pd.DataFrame:
    own, resampling = HAVING[dataset], Resampling(dataset, 3, 100)
    out = findings(people, *tables(people), control, own, resampling, PUBLISHED)
    check_frame(out, FINDINGS, "findings")
    return out


def row_of(frame: pd.DataFrame, quantity: str, group: str) -> pd.Series:
    found = frame[(frame["quantity"] == quantity) & (frame["group"] == group)]
    assert len(found) == 1, (quantity, group, len(found))
    return found.iloc[0]


def test_prediction_reads_p_from_the_comparisons_and_values_from_the_metrics(
    people: pd.DataFrame,
) -> None:
    out = run("dezfouli", people)
    bipolar = row_of(out, "bce_trnn_minus_mle", "bipolar")
    assert bipolar["value"] == pytest.approx(-0.1) and bipolar["n"] == N
    assert (bipolar["p"], bipolar["p_holm"]) == (0.001, 0.002) and bipolar["holds"]
    # That of mle - trnn is turned, where the table compares them in that order.
    turned = row_of(out, "bce_trnn_minus_mle", "healthy")
    for row, expected in ((bipolar, (0.8, 0.5, 0.9)), (turned, (-0.8, -0.9, -0.5))):
        assert tuple(row[["effect", "effect_ci_low", "effect_ci_high"]]) == expected
    assert bipolar["published"] == pytest.approx(0.3724 - 0.4185)
    # Corrected p of 0.012 is not under 0.01, though p is.
    assert not row_of(out, "bce_trnn_minus_mle", "depression")["holds"]
    # The row of people and bce, not those of other measures and populations.
    healthy = row_of(out, "bce_trnn_minus_mle", "healthy")
    assert healthy["p_holm"] == 0.8 and healthy["holds"]
    assert pd.isna(row_of(out, "bce_trnn_minus_mle", "all")["holds"])


def test_groups_of_known_kappa_are_found_in_their_order(people: pd.DataFrame) -> None:
    out = run("dezfouli", people)
    for group in KAPPA:
        row = row_of(out, "kappa_mean", group)
        truth = people.loc[people["group"] == group].groupby("subject")["kappa"].first()
        assert row["value"] == pytest.approx(truth.mean()) and row["n"] == N
        assert row["ci_low"] < truth.mean() < row["ci_high"]
        sd = row_of(out, "kappa_sd_between_people", group)
        assert sd["value"] == pytest.approx(truth.std(ddof=1))
        assert row_of(out, "kappa_sd_over_trials", group)["value"] == pytest.approx(0, abs=1e-12)
    for lower in ("depression", "bipolar"):
        assert row_of(out, "kappa_mean_difference", f"healthy - {lower}")["holds"]
    assert row_of(out, "kappa_mean_order", "healthy > depression > bipolar")["holds"]
    assert row_of(out, "kappa_groups_differ", "all")["p"] < 0.01
    # Parameters that do not move do not rise, not even by rounding errors.
    still = out[out["quantity"].isin(["kappa_slope", "kappa_late_minus_early"])]
    assert len(still) == 6 and (still["value"] == 0).all() and not still["holds"].any()


def test_the_reverse_order_does_not_hold(people: pd.DataFrame) -> None:
    swapped = people.assign(
        group=people["group"].map({"healthy": "bipolar", "bipolar": "healthy"}).fillna("depression")
    )
    out = run("dezfouli", swapped)
    contrasts = out[out["quantity"].isin(["kappa_mean_difference", "kappa_mean_order"])]
    assert contrasts["holds"].notna().sum() == 3 and not contrasts["holds"].any()


def test_a_rise_within_blocks_is_found_with_its_slope(people: pd.DataFrame) -> None:
    rng = np.random.default_rng(0)
    rising = people.assign(
        kappa=people["kappa"] + 0.002 * people["trial"] + 0.05 * rng.normal(size=len(people))
    )
    out = run("dezfouli", rising)
    for group in KAPPA:
        slope = row_of(out, "kappa_slope", group)
        assert slope["holds"] and slope["value"] == pytest.approx(0.002, rel=0.2)
        late = row_of(out, "kappa_late_minus_early", group)
        # Trials 60-89 against 0-9.
        assert late["holds"] and late["value"] == pytest.approx(0.002 * (74.5 - 4.5), rel=0.2)
    out = run("dezfouli", people.assign(kappa=2 * people["kappa"] - rising["kappa"]))
    falling = out[out["quantity"] == "kappa_slope"]
    assert len(falling) == 3 and not falling["holds"].any()


def following(frame: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """Return estimates that follow the moving averages, mixed with noise."""
    rng = np.random.default_rng(seed)
    frame = frame.copy()
    certainty = moving_average(frame, (frame["p_action_0"] - 0.5).abs()).fillna(0)
    staying = moving_average(frame, stayed(frame)).fillna(0.5) - 0.5
    for name, follow in (("kappa", staying), ("beta", certainty)):
        noise = rng.normal(size=len(frame)) * follow.std()
        frame[name] = share * follow + (1 - share) * noise
    return frame


def test_correlations_beyond_their_control_are_told_from_those_within(people: pd.DataFrame) -> None:
    strong, weak = following(people, 0.8, 0), following(people, 0.1, 1)
    out = run("dezfouli", strong, weak)
    control = "control: stationary agents"
    for quantity in ("kappa_staying_correlation", "beta_certainty_correlation"):
        assert row_of(out, quantity, "all")["holds"]
        assert pd.isna(row_of(out, quantity, control)["holds"])
        gap = row_of(out, f"{quantity}_difference", f"all - {control}")
        assert gap["holds"] and gap["ci_low"] > 0
        assert row_of(out, quantity, control)["value"] < row_of(out, quantity, "all")["value"]
    assert row_of(out, "kappa_staying_correlation", "all")["published"] == 0.64
    same = run("dezfouli", strong, strong)
    gap = row_of(same, "kappa_staying_correlation_difference", f"all - {control}")
    assert gap["value"] == 0 and not gap["holds"]
    assert not row_of(run("dezfouli", weak), "kappa_staying_correlation", "all")["holds"]


def test_kappa_in_stretches_has_the_sign_of_the_behaviour(people: pd.DataFrame) -> None:
    out = run("dezfouli", following(people, 0.9, 0))
    fourth = out[out["finding"] == "4"]
    assert len(fourth) == 4 and fourth["holds"].all()
    assert (fourth.loc[fourth["quantity"].str.contains("alternating"), "value"] < 0).all()
    reversed_ = following(people, 0.9, 0)
    reversed_["kappa"] *= -1
    fourth = run("dezfouli", reversed_).query("finding == '4'")
    assert not fourth["holds"].any()


def bandit_people(n: int = 12, seed: int = 0) -> pd.DataFrame:
    """Return people with random choices in Gaussian blocks and random estimates."""
    return random_frame(seed, {f"p{i}": (10,) * 40 for i in range(n)})


def with_drop(frame: pd.DataFrame, size: float) -> pd.DataFrame:
    """Lower β by `size` in the three trials after every ungreedy action."""
    event = ungreedy(frame).to_numpy()
    after = np.zeros(len(frame), dtype=bool)
    trial = frame["trial"].to_numpy()
    for i in np.flatnonzero(event):
        for step in (1, 2, 3):
            if i + step < len(frame) and trial[i + step] == trial[i] + step:
                after[i + step] = True
    return frame.assign(beta=frame["beta"] * 0.1 - size * after)


def test_a_drop_after_ungreedy_actions_is_found_and_its_absence_too() -> None:
    flat = bandit_people()
    flat["beta"] *= 0.1
    control = bandit_people(seed=5)
    control["beta"] *= 0.1
    out = run("gershman", with_drop(flat, 1.0), control)
    claimed = out[out["quantity"].str.startswith("beta_") & out["holds"].notna()]
    events = claimed[~claimed["quantity"].str.contains("easy")]
    assert len(events) == 4 and events["holds"].all()
    none = run("gershman", flat, control)
    events = none[none["quantity"].isin(events["quantity"]) & none["holds"].notna()]
    assert len(events) == 4 and not events["holds"].any()


def test_change_of_beta_by_hand() -> None:
    # One block, ungreedy (arm 1) at trials 5 and 9, greedy at 4, 6, 7, 8; 9 has no trial after.
    frame = random_frame(0, {"a": (10,)})
    frame["mu_0"], frame["mu_1"] = 10.0, 0.0
    frame["action"] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    frame["beta"] = [0, 0, 0, 0, 3.0, 5.0, 1.0, 2.0, 4.0, 8.0]
    assert beta_change(frame, 1).tolist() == [1 - 5]
    assert beta_change(frame, -1).tolist() == [((3 - 5) + (4 - 8)) / 2]
    # No greedy action at trial 5, so that there is no match ...
    assert np.isnan(matched_difference(frame, 1)).all()
    # ... until another block has one there, whose β goes up by 2.
    other = frame.assign(block=1, action=0, beta=2.0 * frame["trial"])
    both = pd.concat([frame, other], ignore_index=True)
    assert matched_difference(both, 1).tolist() == [(1 - 5) - 2]


@pytest.mark.parametrize("seed", [0, 1])
def test_matched_difference_equals_a_plain_loop(seed: int) -> None:
    frame = bandit_people(3, seed)
    out = matched_difference(frame, 1)
    for subject, got in zip(frame["subject"].unique(), out, strict=True):
        mine = frame[frame["subject"] == subject]
        cells: dict = {}
        for _, block in mine.groupby("block"):
            rows = block.to_dict("records")
            for now, then in pairwise(rows[4:]):
                gap = now["mu_0"] - now["mu_1"]
                if gap != 0:
                    right = now["action"] == (0 if gap > 0 else 1)
                    cell = cells.setdefault(now["trial"], {True: [], False: []})
                    cell[right].append(then["beta"] - now["beta"])
        terms, weights = [], []
        for cell in cells.values():
            if cell[True] and cell[False]:
                terms.append(np.mean(cell[False]) - np.mean(cell[True]))
                weights.append(len(cell[False]))
        assert got == pytest.approx(np.average(terms, weights=weights))


def test_easy_and_hard_blocks_of_known_parameters() -> None:
    frame = bandit_people()
    gap = (frame["mu_0"] - frame["mu_1"]).abs()
    early = frame["trial"] < 2
    # Wrong before the third trial: those trials must not count.
    frame["beta"] = np.where(early, 100.0, 1.0) * np.where(gap >= 19, 2.0, -1.0)
    frame["beta"] *= np.where(early, -1, 1)
    frame["gamma"] = np.where(gap <= 1, 0.7, 0.2)
    better = np.where(frame["mu_0"] > frame["mu_1"], 0, 1)
    frame["action"] = np.where(gap >= 19, better, frame["action"])
    out = run("gershman", frame)
    contrast_ = "easy - hard blocks"
    assert row_of(out, "beta_easy_minus_hard", contrast_)["value"] == pytest.approx(3)
    assert row_of(out, "gamma_easy_minus_hard", contrast_)["value"] == pytest.approx(-0.5)
    assert row_of(out, "accuracy_by_difficulty", "easy blocks")["value"] == 1
    for name in ("accuracy", "beta", "gamma"):
        assert row_of(out, f"{name}_easy_minus_hard", contrast_)["holds"]
    out = run("gershman", frame.assign(gamma=-frame["gamma"], beta=-frame["beta"]))
    for name in ("beta", "gamma"):
        assert not row_of(out, f"{name}_easy_minus_hard", contrast_)["holds"]


@pytest.mark.parametrize("dataset", ["dezfouli", "gershman"])
def test_too_little_data_gives_rows_without_answers(dataset: str) -> None:
    frame = random_frame(0, {"a": (3, 2)})
    out = run(dataset, frame, frame)
    undecided = out[out["finding"] != "1"]
    assert len(undecided) > 5
    assert undecided["ci_low"].isna().all()
    assert run(dataset, frame.iloc[:0])["value"].isna().all()


def test_no_comparison_in_the_comparisons_leaves_prediction_undecided(people: pd.DataFrame) -> None:
    metrics, comparisons = tables(people)
    only = metrics[metrics["estimator"] == "mle"]
    for m, s in ((metrics, comparisons.iloc[:0]), (only, comparisons)):
        own, resampling = HAVING["dezfouli"], Resampling("dezfouli", 0, 10)
        out = findings(people, m, s, None, own, resampling, PUBLISHED)
        rows = out[out["finding"] == "1"]
        assert len(rows) == 4 and rows["holds"].isna().all()


def a_row(**numbers: Any) -> Row:
    return replace(Row("2", "A statement.", "q", "all", "1", NAN, 3), **numbers)


def test_rules_decide_by_side_limit_and_corrected_p() -> None:
    cases = [
        (ABOVE, 1.0, 0.04, True),
        (ABOVE, 1.0, 0.05, False),
        (ABOVE, -1.0, 0.001, False),
        (BELOW, -1.0, 0.001, True),
        (BELOW, 0.0, 0.001, False),
        (Rule(1, 0.5), 0.4, 0.001, False),
        (Rule(1, 0.5), 0.6, 0.001, True),
        (Rule(0), -9.0, 0.05, True),
        (Rule(0), 9.0, 0.049, False),
        (Rule(1, level=None), 1.0, NAN, True),
        (ABOVE, 1.0, NAN, None),
        (ABOVE, NAN, 0.01, None),
    ]
    rows = [a_row(rule=rule, value=value, p_holm=p) for rule, value, p, _ in cases]
    out = findings_frame(rows)
    assert [None if pd.isna(h) else bool(h) for h in out["holds"]] == [c[3] for c in cases]
    assert out["statement"].str.contains("Holds if").all()
    assert "above 0.5 and p_holm < 0.05" in out["statement"][5]


def test_correction_is_holms() -> None:
    rows = corrected([a_row(p=p) for p in (0.01, 0.04, NAN, 0.03)], "a family")
    np.testing.assert_allclose([r.p_holm for r in rows], [0.03, 0.06, np.nan, 0.06])


def test_summaries_of_few_and_missing_values() -> None:
    resampling = Resampling("dezfouli", 0, 50)
    row = describe(a_row(), np.array([1.0, np.nan, 3.0, 8.0]), resampling, median, tested=True)
    assert (row.value, row.n) == (3, 3) and 1 <= row.ci_low <= 3 <= row.ci_high <= 8
    assert row.p == pytest.approx(0.25)  # all three of one sign: 2 / 2^3
    single = describe(a_row(), np.array([2.0]), resampling)
    assert single.value == 2 and math.isnan(single.ci_low)
    none = contrast(a_row(), np.array([]), np.array([np.nan]), resampling)
    assert math.isnan(none.value) and math.isnan(none.p) and none.n == 0
    one = contrast(a_row(), np.array([1.0]), np.array([1.0, 2.0]), resampling, spread)
    assert math.isnan(one.value) and math.isnan(one.p)


@pytest.mark.parametrize("dataset", ["dezfouli", "gershman"])
def test_the_stage_writes_a_valid_table_that_repeats(
    tmp_path: Path, people: pd.DataFrame, dataset: str
) -> None:
    if dataset == "dezfouli":
        trials = people.drop(columns=["dynamics"])
        agents = people.drop(columns=["group"])
    else:
        trials = bandit_people(4)
        agents = bandit_people(4, 9).rename(columns={"mu_0": "arm_mean_0", "mu_1": "arm_mean_1"})
        agents = agents.drop(columns="group").assign(dynamics="stationary")
    keys = ["subject", "block", "trial"]
    given = [n for n in ("alpha", "beta", "gamma", "kappa", "p_action_0") if n in trials]
    metrics, comparisons = tables(trials)
    moving = agents.assign(dynamics="switching", subject="m-" + agents["subject"])
    agents = pd.concat([moving, agents], ignore_index=True)
    for name, frame in (
        ("trials", trials.drop(columns=given)),
        ("estimates", trials[keys + given]),
        ("metrics", metrics),
        ("comparisons", comparisons),
        ("test", agents),
        ("test_estimates", agents[keys + given]),
    ):
        frame.to_parquet(tmp_path / name, index=False)
    provenance = Provenance(settings={}, seed=1, data_source="simulated")
    for out in ("one", "two"):
        findings_stage(
            tmp_path / "trials",
            tmp_path / "estimates",
            tmp_path / "metrics",
            tmp_path / "comparisons",
            (tmp_path / "test", tmp_path / "test_estimates"),
            output=tmp_path / out,
            experiment=(dataset, MODELS[dataset]),
            having=replace(HAVING[dataset], control=("stationary",)),
            resampling=Resampling(dataset, 1, 50),
            published=PUBLISHED,
            provenance=provenance,
        )
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    table = read_table(tmp_path / "one", FINDINGS)
    control = table[table["group"] == "control: stationary agents"]
    # The switching agents of the test table are no control.
    n = people["subject"].nunique() if dataset == "dezfouli" else 4
    assert not control.empty and (control["n"] <= n).all()
