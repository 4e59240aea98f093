"""Ratios and shares against plain computations, and the targets' verdicts."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ger2024.targets import LAST_TRIAL_RATIO, PEOPLE_BCE
from tests.checks.nonstationarity_made import FACTOR, fake_evidence
from trnn.checks.calibration.calibration_table import OPTIMALITY
from trnn.checks.calibration.last_trial import last_trial_errors
from trnn.checks.calibration.optimality import MOVING_PEOPLE, RowMaker, optimality_frame
from trnn.checks.calibration.optimality_stage import moving_people, optimality_stage
from trnn.checks.nonstationarity.nonstationarity_table import EVIDENCE
from trnn.checks.nonstationarity.rates import rates
from trnn.config.dynamics import Range, Stationary, Switching
from trnn.config.experiment import Experiment
from trnn.errors import TableError
from trnn.report.text.calibration import optimality_sections
from trnn.report.text.targets import judged_targets, target_sections
from trnn.statistics.proportions import clopper_pearson
from trnn.statistics.ratios import ratio_interval
from trnn.tables.parquet import Provenance, read_table, write_table

RANGES = {"alpha": Range(low=0, high=1), "beta": Range(low=0, high=10)}
EXPERIMENT = Experiment.model_construct(
    name="made",
    parameters=RANGES,
    dynamics={
        "switching": Switching(kind="switching", hazard=0.02),
        "stationary": Stationary(kind="stationary"),
    },
)


@pytest.mark.parametrize("k, n", [(0, 7), (7, 7), (3, 10), (1, 101), (81, 101), (36, 44)])
def test_the_exact_interval_is_that_of_the_binomial_test(k, n):
    share, low, high = clopper_pearson(k, n)
    exact = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    assert (share, low, high) == pytest.approx((k / n, exact.low, exact.high))
    if 0 < k < n:  # its definition, by summing the distribution
        assert stats.binom.sf(k - 1, n, low) == pytest.approx(0.025)
        assert stats.binom.cdf(k, n, high) == pytest.approx(0.025)


def test_a_ratio_of_means_has_the_interval_of_the_delta_method():
    rng = np.random.default_rng(1)
    b = rng.gamma(4, 0.1, 400)
    a = 1.05 * b + rng.normal(0, 0.02, 400)
    ratio, low, high = ratio_interval(a, b, 4000, 1, "made")
    assert ratio == pytest.approx(a.mean() / b.mean())
    half = 1.96 * np.std(a - ratio * b, ddof=1) / np.sqrt(400) / b.mean()
    assert (low, high) == pytest.approx((ratio - half, ratio + half), abs=0.15 * half)
    # Unpaired it would be many times as wide.
    assert half < 0.2 * 1.96 * np.sqrt(2) * b.std() / np.sqrt(400) / b.mean()


def test_a_ratio_is_paired_and_undefined_where_it_must_be():
    b = np.array([0.2, 0.5, 0.9])
    assert ratio_interval(1.1 * b, b, 50, 1, "x") == pytest.approx((1.1, 1.1, 1.1))
    assert np.isnan(ratio_interval(b, np.zeros(3), 50, 1, "x")).all()
    ratio, low, high = ratio_interval(b[:1], b[:1], 50, 1, "x")
    assert ratio == 1 and np.isnan(low) and np.isnan(high)


def metrics(n: int = 12, people: int = 10) -> pd.DataFrame:
    """Return metrics in which the t-RNN is 0.5 % (choices) and 20 % (errors) above `bayes`."""
    rng = np.random.default_rng(3)
    rows = []
    for dynamics in ("stationary", "switching"):
        for i in range(n):
            bce, error = rng.uniform(0.2, 0.5), rng.uniform(0.01, 0.05)
            for name, factor in (("bayes", (1, 1)), ("trnn", (1.005, 1.2))):
                rows.append(
                    {
                        "population": "test",
                        "subject": f"{dynamics}-{i}",
                        "dynamics": dynamics,
                        "estimator": name,
                        "bce": factor[0] * bce,
                        "bce_theory": bce,
                        "mse_alpha": factor[1] * error,
                        "mse_beta": error if name == "bayes" else error * 0.9,
                    }
                )
    for i in range(people):
        fit = rng.uniform(0.2, 0.4)
        better = {"mle": 0, "bayes": -0.01, "trnn": -0.02 if i < 9 else 0.03}
        for name, less in better.items():
            row = {"population": "human", "subject": f"p{i}", "estimator": name}
            rows.append(row | {"bce": fit + less, "bce_theory": fit + less})
        rows.append({"population": "human", "subject": f"p{i}", "estimator": "drnn", "bce": 0.2})
    frame = pd.DataFrame(rows)
    for name in ("dynamics", "population", "estimator"):
        frame[name] = frame[name].astype("str")
    return frame


def trials(n: int = 5) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Return agents of sessions of different lengths, and their estimates."""
    rng = np.random.default_rng(4)
    parts = []
    for dynamics in ("switching", "stationary"):
        for i in range(n):
            length = 3 + i
            frame = pd.DataFrame({"trial": np.arange(length)})
            frame = frame.assign(subject=f"{dynamics}-{i}", dynamics=dynamics, block=0)
            parts.append(frame.assign(alpha=rng.random(), beta=10 * rng.random()))
    agents = pd.concat(parts, ignore_index=True)
    estimates = {}
    for name in ("mle", "trnn"):
        own = agents[["subject", "block", "trial"]].copy()
        for parameter in RANGES:
            own[parameter] = rng.random(len(own))
        estimates[name] = own
    return agents, estimates


def _write(frame, path):
    frame.to_parquet(path)
    return path


def stage(tmp_path, asked):
    agents, estimates = trials()
    output = tmp_path / "optimality.parquet"
    optimality_stage(
        _write(metrics(), tmp_path / "metrics.parquet"),
        _write(agents, tmp_path / "trials.parquet"),
        {name: _write(own, tmp_path / f"{name}.parquet") for name, own in estimates.items()},
        output,
        EXPERIMENT,
        1,
        200,
        Provenance({}, 1, "real"),
        asked=asked,
    )
    return read_table(output, OPTIMALITY)


@pytest.fixture()
def table(tmp_path):
    return stage(tmp_path, [LAST_TRIAL_RATIO, PEOPLE_BCE])


def test_only_what_is_handed_in_is_asked_beside_the_librarys_own(tmp_path, table):
    alone = stage(tmp_path, [])
    of_a_study = ["last_trial", "prediction"]
    assert table.loc[table["criterion"].isin(of_a_study), "target"].dropna().tolist() == [2, 0.315]
    assert alone.loc[alone["criterion"].isin(of_a_study), "target"].isna().all()
    assert alone.loc[alone["criterion"].isin(of_a_study), "met"].isna().all()
    # The rows themselves, and the library's own targets, are the same.
    pd.testing.assert_series_equal(alone["value"], table["value"])
    others = ~table["criterion"].isin(of_a_study)
    pd.testing.assert_frame_equal(alone[others], table[others])
    assert alone["target"].notna().sum() == table["target"].notna().sum() - 2 > 0


def test_how_far_above_the_optimum_and_what_is_asked(table):
    rows = table[table["criterion"] == "above_optimum"].set_index(["dynamics", "measure"])
    found = rows.loc[("switching", "bce")]
    # Every agent is as much worse, so that every resample is.
    assert [found[c] for c in ("value", "ci_low", "ci_high")] == pytest.approx([0.5] * 3)
    assert found["target"] == 1 and found["rule"] == "<=" and bool(found["met"])
    found = rows.loc[("switching", "mse_alpha")]
    assert found["value"] == pytest.approx(20) and found["target"] == 5 and not found["met"]
    found = rows.loc[("switching", "mse_beta")]
    assert found["value"] == pytest.approx(-10) and bool(found["met"])
    # `bayes` is the optimum of switching agents alone.
    assert rows.loc["stationary"]["target"].isna().all()
    assert rows.loc["stationary"]["met"].isna().all()


def test_the_last_trial_of_every_constant_agent(table):
    agents, estimates = trials()
    ratio = {}
    for parameter, scale in (("alpha", 1), ("beta", 10)):
        errors = {"mle": [], "trnn": []}
        for _, own in agents[agents["dynamics"] == "stationary"].groupby("subject"):
            last = own.index[-1]
            for name, squared in errors.items():
                wrong = estimates[name][parameter][last] - agents[parameter][last]
                squared.append((wrong / scale) ** 2)
        ratio[parameter] = np.mean(errors["trnn"]) / np.mean(errors["mle"])
        row = table[table["measure"] == f"last_trial_mse_{parameter}"]
        assert row["value"].item() == pytest.approx(ratio[parameter])
        assert row["mean"].item() == pytest.approx(np.mean(errors["trnn"]))
        assert row["n"].item() == 5 and row["dynamics"].item() == "stationary"
    alpha = table[table["measure"] == "last_trial_mse_alpha"]
    assert bool(alpha["met"].item()) == (ratio["alpha"] <= 2)
    assert table[table["measure"] == "last_trial_mse_beta"]["target"].isna().all()


def test_people_against_the_stationary_fit(table):
    people = table[table["population"] == "human"]
    theory = people[people["criterion"] == "theory_difference"].set_index("estimator")
    assert set(theory.index) == {"bayes", "trnn"}  # a d-RNN has no theory
    assert theory.loc["trnn", "value"] == pytest.approx((9 * -0.02 + 0.03) / 10)
    own = theory.loc["trnn"]
    assert own["ci_low"] < own["value"] < own["ci_high"]
    share = people[people["criterion"] == "theory_better"].set_index("estimator")
    exact = stats.binomtest(9, 10).proportion_ci(0.95, method="exact")
    assert [share.loc["trnn", c] for c in ("value", "ci_low", "ci_high")] == pytest.approx(
        [0.9, exact.low, exact.high]
    )
    assert bool(share.loc["trnn", "met"]) and pd.isna(share.loc["bayes", "met"])
    prediction = people[people["criterion"] == "prediction"].set_index("estimator")
    frame = metrics()
    own = frame[(frame["population"] == "human") & (frame["estimator"] == "trnn")]["bce"]
    assert prediction.loc["trnn", "value"] == pytest.approx(own.mean())
    assert bool(prediction.loc["trnn", "met"]) == (own.mean() <= 0.315)


def test_the_half_that_chose_no_settings_comes_before_all_people_and_has_no_target(table):
    frame = metrics()
    people = frame["population"] == "human"
    reporting = sorted(frame.loc[people, "subject"].unique())[:4]
    half = np.where(frame["subject"].isin(reporting), "reporting", "choosing")
    halved = optimality_frame(
        RowMaker("made", 1, 200).people(frame.assign(half=np.where(people, half, None)))
    )
    assert halved["group"].unique().tolist() == ["reporting half", "all"]
    own = halved[halved["group"] == "reporting half"]
    assert own["target"].isna().all() and own["met"].isna().all()
    prediction = own[own["criterion"] == "prediction"].set_index("estimator")
    theirs = frame[people & (frame["estimator"] == "trnn") & frame["subject"].isin(reporting)]
    assert prediction.loc["trnn", "value"] == pytest.approx(theirs["bce"].mean())
    assert prediction.loc["trnn", "n"] == 4
    both = halved[halved["group"] == "all"]["value"].to_numpy()
    np.testing.assert_allclose(both, table[table["population"] == "human"]["value"])
    shown = "\n".join(optimality_sections(halved, "human"))
    assert shown.index("reporting half") < shown.index("| all")
    # Targets are of all people, beside whom stands `bayes` of all people.
    judged = optimality_frame(
        RowMaker("made", 1, 200).people(frame.assign(half=np.where(people, half, None))),
    )
    lines = target_sections(judged_targets(None, None, judged, None))[2]
    assert lines.count("`bce_theory` below") == 1


def test_estimates_of_other_agents_are_refused():
    agents, estimates = trials()
    spoilt = {"trnn": estimates["trnn"].iloc[::-1].reset_index(drop=True)}
    with pytest.raises(TableError, match=r"of trnn: row 0 has .* other trials"):
        last_trial_errors(agents, spoilt, ["stationary"], RANGES)


def test_the_summary_says_of_each_target_whether_it_is_met(table):
    heading, words, lines = target_sections(judged_targets(None, None, table, None))
    assert heading == "## Targets" and "Met; missed" in words
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines.splitlines()]
    shown = pd.DataFrame(cells[2:], columns=cells[0]).set_index("target")
    first = shown.loc["`bce` at most 1 % above `bayes`"]
    assert first["measured"] == "+0.5 [+0.5, +0.5] %" and first["target met"] == "yes"
    second = shown.loc["`mse_alpha` at most 5 % above `bayes`"]
    assert second["measured"] == "+20.0 [+20.0, +20.0] %" and second["target met"] == "**no**"
    people = shown.loc["`bce_theory` below `mle`'s in at least 80 %"]
    assert people["measured"].startswith("90.0 [55.5, 99.7] %")
    assert people["`bayes`"].startswith("100.0 [69.2, 100.0] %")
    met = int(words.split("exact posterior no less: ")[1].split(";")[0])
    assert met == (shown["target met"] == "yes").sum()
    assert "nan" not in lines
    agents = "\n".join(optimality_sections(table, "test"))
    assert "+20.0 [+20.0, +20.0] %" in agents and "times" in agents and "nan" not in agents
    assert target_sections(judged_targets(None, None, None, None)) == []


def test_what_moves_of_agents_that_do_not_is_a_target():
    evidence = fake_evidence(["alpha"], ["stationary", "switching"], ["people"], 40)
    found = rates(evidence, FACTOR)
    _, _, lines = target_sections(judged_targets(None, None, None, found))
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines.splitlines()]
    shown = pd.DataFrame(cells[2:], columns=cells[0])
    # Switching agents that happen not to have moved are not constant agents.
    assert shown["of"].tolist() == ["stationary agents"] * 2
    stationary = found[found["group"] == "stationary"]
    for (_, line), (_, row) in zip(shown.iterrows(), stationary.iterrows(), strict=True):
        assert line["measured"].startswith(f"{100 * row['share_moving']:.1f} [")
        assert (line["target met"] == "yes") == (row["share_moving"] <= 0.05)


def with_constant(frame: pd.DataFrame) -> pd.DataFrame:
    """Return metrics with the constant model too, 0.01 nats above the fit of each person."""
    fit = frame[(frame["population"] == "human") & (frame["estimator"] == "mle")]
    worse = fit.assign(estimator="constant", bce=fit["bce"] + 0.01)
    worse["bce_theory"] = worse["bce"]
    frame = pd.concat([frame, worse], ignore_index=True)
    number = frame["subject"].str.removeprefix("p")
    people = frame["population"] == "human"
    frame["group"] = np.where(people, np.where(number.isin(list("01234")), "a", "b"), None)
    frame["half"] = np.where(people, np.where(number.isin(list("6789")), "reporting", "x"), None)
    return frame


def test_people_beside_constant_parameters_that_are_learned_choice_by_choice():
    moving = ["p0", "p7", "p9"]
    rows = optimality_frame(
        list(RowMaker("made", 1, 200).beside_constant(with_constant(metrics()), moving))
    )
    assert (rows["reference"] == "constant").all()
    own = rows[rows["estimator"] == "trnn"]
    groups = ["reporting half", "all", "a", "b", f"{MOVING_PEOPLE}, reporting half", MOVING_PEOPLE]
    assert own["group"].unique().tolist() == groups
    own = own.set_index(["criterion", "group"])
    # The t-RNN is 0.02 below the fit, but for the last person, who is 0.03 above it.
    assert own.loc[("theory_difference", "all"), "value"] == pytest.approx(-0.03 + 0.05 / 10)
    assert own.loc[("theory_difference", "a"), "value"] == pytest.approx(-0.03)
    share = own.loc["theory_better"]
    assert share["value"].tolist() == pytest.approx([3 / 4, 0.9, 1, 0.8, 1 / 2, 2 / 3])
    exact = stats.binomtest(2, 3).proportion_ci(0.95, method="exact")
    assert share.loc[MOVING_PEOPLE, "ci_low"] == pytest.approx(exact.low)
    assert share["target"].dropna().to_dict() == {"all": 0.8, MOVING_PEOPLE: 0.9}
    assert bool(share.loc["all", "met"]) and not share.loc[MOVING_PEOPLE, "met"]
    shown = "\n".join(optimality_sections(rows, "human"))
    assert "choice by choice" in shown and shown.index("reporting half") < shown.index("| all")
    lines = target_sections(judged_targets(None, None, rows, None))[2]
    assert "`bce_theory` below `constant`'s in at least 90 %" in lines
    assert "people judged to move" in lines


def test_without_the_constant_model_there_is_nothing_beside_it():
    assert not list(RowMaker("made", 1, 200).beside_constant(metrics()))


def test_who_is_judged_to_move_has_the_verdict_on_all_parameters(tmp_path):
    evidence = fake_evidence(["alpha", "beta"], ["switching"], ["a"], 12)
    path, made = tmp_path / "evidence.parquet", Provenance({"x": 1}, 1, "synthetic")
    write_table(
        evidence.reset_index(drop=True).astype({"group": "str", "dynamics": "str"}),
        path,
        EVIDENCE,
        made,
    )
    found = moving_people(path)
    wanted = evidence[(evidence["parameter"] == "all") & (evidence["verdict"] == "moving")]
    wanted = wanted[wanted["population"] == "human"]
    assert found == wanted["subject"].tolist() and moving_people(None) == []
