"""The findings on people whose truth is known, and on tables too small for an answer."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ger2024.findings.findings_stage import findings, findings_stage
from ger2024.findings.findings_table import FINDINGS
from ger2024.findings.summaries import Resampling
from tests.ger2024.findings_made import (
    BANDIT,
    HAVING,
    KAPPA,
    MODELS,
    PUBLISHED,
    UNITS,
    N,
    bandit_people,
    row_of,
    run,
    tables,
)
from tests.ger2024.matched_frames import matched
from tests.trials.frames import random_frame
from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment
from trnn.config.task import TaskSettings
from trnn.scores.moving_averages import moving_average, stayed
from trnn.statistics.hypothesis_tests import holm
from trnn.tables.parquet import Provenance, read_table
from trnn.theory.dynamics import StationaryDynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate, to_frame


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
