"""The findings on people whose truth is known, and on tables too small for an answer."""

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ger2024.findings.analyses import Having
from ger2024.findings.events import ungreedy
from ger2024.findings.exploration import beta_change, matched_difference
from ger2024.findings.finding import (
    ABOVE,
    BELOW,
    NAN,
    NoDifference,
    Row,
    Rule,
    corrected,
    findings_frame,
)
from ger2024.findings.findings_stage import findings, findings_stage
from ger2024.findings.findings_table import FINDINGS
from ger2024.findings.prediction import equivalence_interval
from ger2024.findings.summaries import Resampling, contrast, describe, median, spread
from ger2024.published import read_published
from tests.conftest import ROOT
from tests.ger2024.matched_frames import matched
from tests.trials.frames import random_frame
from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment
from trnn.config.task import TaskSettings
from trnn.scores.moving_averages import moving_average, stayed
from trnn.statistics.hypothesis_tests import holm
from trnn.tables.parquet import Provenance, check_frame, read_table
from trnn.theory.dynamics import StationaryDynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate, to_frame

KAPPA = {"bipolar": (-0.5, -0.2), "depression": (0.0, 0.15), "healthy": (0.4, 0.5)}
N = 8
BANDIT = ("beta", "gamma")

PUBLISHED = read_published(ROOT / "config/published.yaml")
HAVING = {
    "dezfouli": Having(("alpha", "beta", "kappa"), ("group", "best_action"), tuple(KAPPA)),
    "gershman": Having(("beta", "gamma"), ("mu_0", "mu_1")),
}
MODELS = {"dezfouli": "q_learning_perseveration", "gershman": "hybrid_exploration"}
UNITS = {dataset: get_model(model).unit_of for dataset, model in MODELS.items()}


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


def run(
    dataset: str,
    people: pd.DataFrame,
    control: pd.DataFrame | None = None,
    unit_of: dict[str, str] | None = None,
) -> pd.DataFrame:
    """Return the findings; `control` is a joined frame of matched agents (`matched`)."""
    own, resampling = HAVING[dataset], Resampling(dataset, 3, 100)
    units = unit_of or UNITS[dataset]
    out = findings(people, *tables(people), control, own, units, resampling, PUBLISHED)
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
    out = run("dezfouli", people, matched(people))
    rise = out[out["quantity"].str.contains("kappa_slope|kappa_late_minus_early")]
    assert len(rise) == 18 and (rise["value"] == 0).all()
    claims = rise[rise["quantity"].str.endswith("_beyond_control")]
    assert claims["holds"].notna().sum() == 6 and not claims["holds"].any()


def test_the_reverse_order_does_not_hold(people: pd.DataFrame) -> None:
    swapped = people.assign(
        group=people["group"].map({"healthy": "bipolar", "bipolar": "healthy"}).fillna("depression")
    )
    out = run("dezfouli", swapped)
    contrasts = out[out["quantity"].isin(["kappa_mean_difference", "kappa_mean_order"])]
    assert contrasts["holds"].notna().sum() == 3 and not contrasts["holds"].any()


def rising(frame: pd.DataFrame, slope: float, seed: int) -> pd.DataFrame:
    noise = 0.05 * np.random.default_rng(seed).normal(size=len(frame))
    return frame.assign(kappa=frame["kappa"] + slope * frame["trial"] + noise)


def test_a_rise_within_blocks_is_found_beyond_that_of_the_agents(people: pd.DataFrame) -> None:
    people_, agents = rising(people, 0.002, 0), rising(matched(people), 0.0005, 1)
    out = run("dezfouli", people_, agents)
    for group in KAPPA:
        for suffix, slope in (("", 0.002), ("_of_control", 0.0005), ("_beyond_control", 0.0015)):
            row = row_of(out, f"kappa_slope{suffix}", group)
            assert row["value"] == pytest.approx(slope, rel=0.2) and row["n"] == N
            late = row_of(out, f"kappa_late_minus_early{suffix}", group)
            # Trials 60-89 against 0-9.
            assert late["value"] == pytest.approx(slope * (74.5 - 4.5), rel=0.2)
            assert pd.isna(row["p"]) == (suffix != "_beyond_control") == pd.isna(row["holds"])
        assert row_of(out, "kappa_slope_beyond_control", group)["holds"]
    claims = out[out["quantity"].str.contains("kappa.*_beyond_control") & (out["finding"] == "2")]
    assert len(claims) == 6 and claims["family"].nunique() == 1
    np.testing.assert_allclose(claims["p_holm"], holm(claims["p"].to_numpy()))


def test_a_rise_that_the_agents_show_as_well_is_not_the_peoples(people: pd.DataFrame) -> None:
    """All that is claimed of people falls, however clear it is in them."""
    people_ = rising(people, 0.002, 0)
    alone = run("dezfouli", people_)
    assert (alone.loc[alone["quantity"] == "kappa_slope", "p_holm"] < 0.05).all()
    # Without a control nothing is claimed.
    assert alone.loc[alone["quantity"].str.startswith("kappa_slope"), "holds"].isna().all()
    out = run("dezfouli", people_, rising(matched(people), 0.002, 1))
    for quantity in ("kappa_slope_beyond_control", "kappa_late_minus_early_beyond_control"):
        claims = out[out["quantity"] == quantity]
        assert len(claims) == 3 and claims["holds"].notna().all() and not claims["holds"].any()
    falling = run("dezfouli", rising(people, -0.002, 0), matched(people))
    claims = falling[falling["quantity"] == "kappa_slope_beyond_control"]
    assert len(claims) == 3 and not claims["holds"].any() and (claims["p_holm"] < 0.05).all()


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
    strong, weak = following(people, 0.8, 0), following(matched(people), 0.1, 1)
    out = run("dezfouli", strong, weak)
    for quantity in ("kappa_staying_correlation", "beta_certainty_correlation"):
        own, control = (row_of(out, f"{quantity}{s}", "all") for s in ("", "_of_control"))
        gap = row_of(out, f"{quantity}_beyond_control", "all")
        assert gap["holds"] and gap["ci_low"] > 0
        assert pd.isna(own["holds"]) and pd.isna(control["holds"])
        assert control["value"] < own["value"]
        assert gap[["side_a", "side_b"]].tolist() == ["people", "matched agents"]
    assert row_of(out, "kappa_staying_correlation", "all")["published"] == 0.64
    # However strong the correlation: agents that show the like take the claim away.
    same = run("dezfouli", strong, following(matched(people), 0.8, 1))
    for quantity in ("kappa_staying_correlation", "beta_certainty_correlation"):
        assert row_of(same, quantity, "all")["value"] > 0.5
        assert row_of(same, f"{quantity}_beyond_control", "all")["holds"] == False  # noqa: E712


def test_kappa_in_stretches_has_the_sign_of_the_behaviour(people: pd.DataFrame) -> None:
    still, moving = matched(people), following(people, 0.9, 0)
    fourth = run("dezfouli", moving, still).query("finding == '4'")
    claims = fourth[fourth["holds"].notna()]
    assert len(claims) == 4 and claims["holds"].all()
    low = claims.loc[claims["quantity"].str.contains("alternating"), "value"]
    assert (low < 0).all()
    reversed_ = moving.assign(kappa=-moving["kappa"])
    fourth = run("dezfouli", reversed_, still).query("finding == '4'")
    assert fourth["holds"].notna().sum() == 4 and not fourth["holds"].any()
    # Agents whose estimates follow their choices as much leave nothing to the people.
    fourth = run("dezfouli", moving, following(still, 0.9, 1)).query("finding == '4'")
    claims = fourth[fourth["quantity"].str.endswith("_beyond_control")]
    assert len(claims) == 2 and claims["holds"].notna().all() and not claims["holds"].any()


def test_a_level_that_the_agents_miss_is_no_change_while_alternating(people: pd.DataFrame) -> None:
    """κ of the agents is a fit: an error of its level must not count as people's movement."""
    shifted = matched(people).assign(kappa=lambda frame: frame["kappa"] + 1.0)
    out = run("dezfouli", people, shifted)
    for name in ("alternating", "repeating"):
        gap = row_of(out, f"kappa_change_while_{name}_beyond_control", "all")
        assert gap["value"] == pytest.approx(0, abs=1e-9) and not gap["holds"]


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


def events_of(out: pd.DataFrame) -> pd.DataFrame:
    """Return the claims about β around actions."""
    own = out["quantity"].str.contains(r"^beta_(?:change|drop).*_beyond_control$")
    return out[own & out["holds"].notna()]


def test_a_drop_after_ungreedy_actions_is_found_and_its_absence_too() -> None:
    flat, control = bandit_people(), matched(bandit_people(seed=5))
    flat["beta"] *= 0.1
    control["beta"] *= 0.1
    out = run("gershman", with_drop(flat, 1.0), control)
    events = events_of(out)
    assert len(events) == 3 and events["holds"].all()
    tested = out[out["family"] == "beta around actions"]
    assert len(tested) == 7  # all offsets and the drop against that after greedy actions
    np.testing.assert_allclose(tested["p_holm"], holm(tested["p"].to_numpy()))
    events = events_of(run("gershman", flat, control))
    assert len(events) == 3 and not events["holds"].any()


def test_a_drop_that_the_agents_show_as_well_is_not_the_peoples() -> None:
    dropped = with_drop(bandit_people(), 1.0)
    agents = with_drop(matched(bandit_people(seed=5)), 1.0)
    out = run("gershman", dropped, agents)
    assert row_of(out, "beta_change_at_+1", "all")["value"] < -0.3
    assert row_of(out, "beta_change_at_+1_of_control", "all")["value"] < -0.3
    events = events_of(out)
    assert len(events) == 3 and not events["holds"].any()


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
    still = matched(frame).assign(beta=1.0, gamma=0.3)
    out = run("gershman", frame, still)
    claims = ("accuracy_easy_minus_hard", *(f"{n}_easy_minus_hard_beyond_control" for n in BANDIT))
    assert row_of(out, "beta_easy_minus_hard", "all")["value"] == pytest.approx(3)
    assert row_of(out, "gamma_easy_minus_hard", "all")["value"] == pytest.approx(-0.5)
    assert row_of(out, "accuracy_by_difficulty", "easy blocks")["value"] == 1
    rows = [row_of(out, name, "all") for name in claims]
    assert all(row["holds"] for row in rows) and len({row["family"] for row in rows}) == 1
    np.testing.assert_allclose([r["p_holm"] for r in rows], holm([r["p"] for r in rows]))
    # The agents show it as well: what is estimated falls, what is counted stays.
    out = run("gershman", frame, matched(frame))
    assert [bool(row_of(out, name, "all")["holds"]) for name in claims] == [True, False, False]
    turned = frame.assign(gamma=-frame["gamma"], beta=-frame["beta"])
    out = run("gershman", turned, still)
    assert not any(row_of(out, name, "all")["holds"] for name in claims[1:])


def test_units_are_those_of_the_model() -> None:
    frame = random_frame(0, {"healthy": (3, 20), "bipolar": (3, 20)})
    out = run("gershman", frame, matched(frame))
    of_beta, of_gamma = (out.loc[out["quantity"].str.startswith(n), "unit"] for n in BANDIT)
    # β of this model weighs a difference in units of its own uncertainty: it has none.
    assert len(of_beta) > 10 and set(of_beta) == {"1"}
    assert set(of_gamma) == {"1/points"}
    others = {"alpha": "1", "beta": "u", "gamma": "v", "kappa": "w"}
    out = pd.concat([run(dataset, frame, matched(frame), others) for dataset in HAVING])
    for name, plain in (("beta", "u"), ("gamma", "v"), ("kappa", "w")):
        own = out[out["quantity"].str.startswith(name)]
        found = set(own.loc[~own["quantity"].isin(["kappa_groups_differ"]), "unit"])
        # Correlations have no unit; a slope has the parameter's a trial.
        assert plain in found and found <= {plain, f"{plain}/trial", "1"}, name
        values = own[own["quantity"].str.contains("mean|change|drop|easy|while|stretch|_sd_")]
        assert set(values["unit"]) == {plain}


@pytest.mark.parametrize("dataset", ["dezfouli", "gershman"])
def test_too_little_data_gives_rows_without_answers(dataset: str) -> None:
    frame = random_frame(0, {"a": (3, 2)})
    out = run(dataset, frame, matched(frame))
    undecided = out[out["finding"] != "1"]
    assert len(undecided) > 5
    assert undecided["ci_low"].isna().all()
    # What bears a rule and has no value says that it cannot be told.
    claims = out[out["rule"].notna() & out["value"].isna()]
    assert len(claims) and claims["undecided"].notna().all() and claims["holds"].isna().all()
    assert run(dataset, frame.iloc[:0])["value"].isna().all()


def test_no_comparison_in_the_comparisons_leaves_prediction_undecided(people: pd.DataFrame) -> None:
    metrics, comparisons = tables(people)
    only = metrics[metrics["estimator"] == "mle"]
    for m, s in ((metrics, comparisons.iloc[:0]), (only, comparisons)):
        own, resampling = HAVING["dezfouli"], Resampling("dezfouli", 0, 10)
        out = findings(people, m, s, None, own, UNITS["dezfouli"], resampling, PUBLISHED)
        rows = out[out["finding"] == "1"]
        # That there is no difference needs the values alone.
        told = rows.loc[rows["holds"].notna(), "group"].tolist()
        assert len(rows) == 4 and told == (["healthy"] if m is metrics else [])


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


@pytest.mark.parametrize(
    ("differences", "p_holm", "holds"),
    [
        (np.linspace(-0.01, 0.01, 20), 0.9, True),
        # A small difference that is sure is small all the same.
        (np.linspace(-0.008, -0.002, 20), 0.001, True),
        # No difference is found, for want of people: that is no evidence that there is none.
        (np.linspace(-0.1, 0.06, 6), 0.6, None),
        (np.linspace(-0.1, -0.0, 12), 0.01, False),
        (np.array([0.001]), np.nan, None),
    ],
)
def test_no_difference_is_shown_by_an_interval_and_not_by_a_large_p(
    differences: np.ndarray, p_holm: float, holds: bool | None
) -> None:
    rule = NoDifference(limit=0.02)
    within = equivalence_interval(differences)
    row = a_row(rule=rule, value=differences.mean(), p_holm=p_holm, within=within)
    if len(differences) > 1:
        # The two one-sided tests themselves.
        p = [
            stats.ttest_1samp(differences, bound, alternative=side).pvalue
            for bound, side in ((-0.02, "greater"), (0.02, "less"))
        ]
        assert (max(p) < 0.05) == (holds is True)
    out = findings_frame([row]).iloc[0]
    assert (None if pd.isna(out["holds"]) else bool(out["holds"])) is holds
    assert pd.isna(out["undecided"]) == (holds is not None)


def test_the_margin_is_half_of_the_least_reported_effect(people: pd.DataFrame) -> None:
    row = row_of(run("dezfouli", people), "bce_trnn_minus_mle", "healthy")
    assert "0.0231" in row["rule"] and "0.0231 nats" in row["statement"]
    metrics, comparisons = tables(people)
    spread_ = metrics["estimator"].eq("trnn") & metrics["group"].eq("healthy")
    metrics.loc[spread_, "bce"] += np.linspace(-0.2, 0.2, int(spread_.sum()))
    own, resampling = HAVING["dezfouli"], Resampling("dezfouli", 3, 100)
    out = findings(
        people, metrics, comparisons, None, own, UNITS["dezfouli"], resampling, PUBLISHED
    )
    row = row_of(out, "bce_trnn_minus_mle", "healthy")
    assert pd.isna(row["holds"]) and "no difference is found, but" in row["undecided"]


@pytest.mark.parametrize("dataset", ["dezfouli", "gershman"])
def test_the_stage_writes_a_valid_table_that_repeats(
    tmp_path: Path, people: pd.DataFrame, dataset: str
) -> None:
    trials = people.drop(columns=["dynamics"]) if dataset == "dezfouli" else bandit_people(4)
    keys = ["subject", "block", "trial"]
    given = [n for n in ("alpha", "beta", "gamma", "kappa", "p_action_0") if n in trials]
    metrics, comparisons = tables(trials)
    agents = matched(trials)
    for name, frame in (
        ("trials", trials.drop(columns=given)),
        ("estimates", trials[keys + given]),
        ("metrics", metrics),
        ("comparisons", comparisons),
        # Agents have their truth in their table, and none of the person's columns.
        ("matched", agents.drop(columns=["group", "mu_0", "mu_1"], errors="ignore")),
        ("matched_estimates", agents[keys + given]),
    ):
        frame.to_parquet(tmp_path / name, index=False)
    provenance = Provenance(settings={}, seed=1, data_source="simulated")
    for out in ("one", "two"):
        findings_stage(
            tmp_path / "trials",
            tmp_path / "estimates",
            tmp_path / "metrics",
            tmp_path / "comparisons",
            (tmp_path / "matched", tmp_path / "matched_estimates"),
            output=tmp_path / out,
            experiment=(dataset, MODELS[dataset]),
            having=replace(HAVING[dataset], control=True),
            unit_of=UNITS[dataset],
            resampling=Resampling(dataset, 1, 50),
            published=PUBLISHED,
            provenance=provenance,
        )
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    table = read_table(tmp_path / "one", FINDINGS)
    control = table[table["quantity"].str.endswith("_of_control")]
    # A value a person, not one an agent.
    n = people["subject"].nunique() if dataset == "dezfouli" else 4
    assert not control.empty and (control["n"] <= n).all()
    claims = table[table["quantity"].str.endswith("_beyond_control")]
    assert len(claims) == len(control)
    # The estimates of the agents are those of the people here: nothing is beyond them.
    assert np.allclose(claims["value"].dropna(), 0)
