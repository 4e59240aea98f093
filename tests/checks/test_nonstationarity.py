"""Bayes factors, verdicts, rates and the stage, against numbers done by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from tests.checks.nonstationarity_made import fake_evidence, fake_rates
from tests.conftest import ROOT
from trnn.checks.nonstationarity.nonstationarity_stage import moving_dynamics, nonstationarity_stage
from trnn.checks.nonstationarity.nonstationarity_table import EVIDENCE, RATES
from trnn.checks.nonstationarity.rates import nonstationarity_rates_stage, rates
from trnn.checks.nonstationarity.verdicts import Compared, bayes_factor, in_doubt, unclear, verdicts
from trnn.config.load import load_experiments, load_run
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import ConfigError
from trnn.report.text.nonstationarity import nonstationarity_sections
from trnn.tables.parquet import Provenance, check_frame, read_table
from trnn.theory.simulation_stage import simulate_stage


def of(log, error=0.0):
    log = np.atleast_1d(np.asarray(log, dtype=float))
    return log, np.broadcast_to(np.asarray(error, dtype=float), log.shape)


def test_the_bayes_factor_is_that_of_the_mean_of_both_ways_of_moving():
    found = bayes_factor(
        Compared(of(math.log(0.1), 0.03), of(math.log(0.2), 0.01), of(math.log(0.6), 0.02))
    )
    assert found.log[0] == pytest.approx(math.log((0.2 + 0.6) / 2 / 0.1))
    # Small errors count by their shares of the sum, 1/4 and 3/4; each end is two of them away.
    expected = 2 * math.sqrt(0.03**2 + (0.25 * 0.01) ** 2 + (0.75 * 0.02) ** 2)
    assert found.high[0] - found.log[0] == pytest.approx(expected, rel=0.01)
    assert found.log[0] - found.low[0] == pytest.approx(expected, rel=0.01)


def test_an_evidence_that_may_be_much_larger_can_only_raise_the_bayes_factor():
    """Walking seems to be 20 nats below switching, give or take 15."""
    found = bayes_factor(Compared(of(0), of(2), of(-18, 15)))
    assert found.log[0] - found.low[0] < 1e-8
    assert found.high[0] == pytest.approx(12 - math.log(2), abs=1e-3)


def factors(values, error):
    """Log Bayes factors that only the constant's evidence is unsure of."""
    values = np.asarray(values)
    return bayes_factor(Compared(of(-values, error), of(0 * values), of(0 * values)))


def test_verdicts_begin_at_the_limits():
    near = math.log(20)
    found = factors([near + 1e-12, near - 1e-9, 0.0, 1e-9 - near, -near - 1e-12], 0)
    assert verdicts(found, 20.0).tolist() == [
        "moving", "undecided", "undecided", "undecided", "constant"
    ]  # fmt: skip


def test_a_verdict_is_beyond_its_limit_by_two_standard_errors():
    values = math.log(20) + np.array([2.01, 1.99, 0.0, -1.99, -2.01])
    found, other = factors(values, 1), factors(-values, 1)
    assert verdicts(found, 20.0).tolist() == ["moving"] + ["undecided"] * 4
    assert verdicts(other, 20.0).tolist() == ["constant"] + ["undecided"] * 4
    # Of the last it is the Bayes factor that cannot tell, and not its error.
    for own in (found, other):
        assert unclear(own.low, own.high, 20.0).tolist() == [False, True, True, True, False]
        doubt = in_doubt(own, 20.0, 0.5)
        assert doubt[0].tolist() == [False, True, True, True, False] and not doubt[1:].any()
    assert not in_doubt(found, 20.0, 1.01).any()  # within the tolerance


def test_in_doubt_are_the_evidences_that_the_error_is_of():
    """The verdict is 'constant', unless walking is as likely as its error allows."""
    found = bayes_factor(Compared(of(0, 0.4), of(-5, 0.4), of(-8, 6)))
    assert found.high[0] > -math.log(20) > found.log[0]
    assert in_doubt(found, 20.0, 0.5)[:, 0].tolist() == [False, False, True]


def test_under_the_null_hardly_one_in_twenty_reaches_the_limit():
    """Choices from a constant p ~ U(0, 1): Beta-Bernoulli, with a known Bayes factor.

    Moving: the two halves have p of their own. Enumerated over both halves' counts.
    """
    n = 20
    log_beta = np.array(
        [math.lgamma(k + 1) + math.lgamma(n - k + 1) - math.lgamma(n + 2) for k in range(n + 1)]
    )
    both = np.array([[math.lgamma(a + b + 1) + math.lgamma(2 * n - a - b + 1)
                      - math.lgamma(2 * n + 2) for b in range(n + 1)]
                     for a in range(n + 1)])  # fmt: skip
    ways = np.array([math.comb(n, k) for k in range(n + 1)])
    p_null = np.exp(both) * ways[:, None] * ways
    assert p_null.sum() == pytest.approx(1)
    none = np.zeros(p_null.size)
    moving = (log_beta[:, None] + log_beta).ravel()
    found = bayes_factor(Compared((both.ravel(), none), (moving, none), (moving, none)))
    chance = p_null.ravel()[verdicts(found, 20.0) == "moving"].sum()
    assert 0 < chance <= 0.05


def test_rates_count_agents_by_what_is_true_and_people_by_group():
    table = fake_evidence(("alpha",), ("stationary", "switching"), ("healthy", "bipolar"), 30)
    never = (table["dynamics"] == "switching") & (table["subject"] == "switching-0")
    table.loc[never, "moved"] = False
    found = rates(table, 20.0)
    check_frame(found, RATES, "rates")
    assert len(found) == 2 * (1 + 2 + 3)
    for _, row in found.iterrows():
        own = table[(table["population"] == row["population"])]
        own = own[own["parameter"] == row["parameter"]]
        if row["population"] == "test":
            own = own[(own["dynamics"] == row["group"]) & (own["moved"] == row["moved"])]
        elif row["group"] != "all":
            own = own[own["group"] == row["group"]]
        assert row["n"] == len(own)
        assert row["n_moving"] == (own["log_bf_moving"] >= math.log(20)).sum()
        assert row["n_moving"] + row["n_constant"] + row["n_undecided"] == row["n"]
        assert row["share_ci_low"] <= row["share_moving"] <= row["share_ci_high"]
    one = found[(found["group"] == "switching") & ~found["moved"].fillna(True)]
    assert one["n"].tolist() == [1, 1]
    people = found[found["population"] == "human"]
    assert people["moved"].isna().all() and set(people["group"]) == {"all", "healthy", "bipolar"}


def test_rates_of_people_begin_with_the_half_that_chose_no_settings():
    table = fake_evidence(("alpha",), ("stationary",), ("healthy", "bipolar"), 30)
    own = table[table["population"] == "human"]
    reporting = sorted(own["subject"].unique())[::3]
    halved, whole = rates(table, 20.0, reporting), rates(table, 20.0)
    check_frame(halved, RATES, "rates")
    people = halved[halved["population"] == "human"]
    assert people["group"].unique().tolist() == ["reporting half", "all", "healthy", "bipolar"]
    half = people[people["group"] == "reporting half"].set_index("parameter")
    for parameter, part in own[own["subject"].isin(reporting)].groupby("parameter"):
        assert half.loc[parameter, "n"] == len(part) == len(reporting)
        assert half.loc[parameter, "n_moving"] == (part["verdict"] == "moving").sum()
    others = halved[halved["group"] != "reporting half"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, whole)


def test_the_summary_says_the_table_s_numbers():
    found = fake_rates(fake_evidence(("alpha",), ("stationary",), ("healthy",), 30))
    text = "\n".join(nonstationarity_sections(found, " (stand-ins)"))
    assert text.startswith("## Is it moving? (stand-ins)")
    for _, row in found.iterrows():
        share = f"{100 * row['share_moving']:.1f} [{100 * row['share_ci_low']:.1f}"
        assert share in text
    assert nonstationarity_sections(None, "") == [] == nonstationarity_sections(found.iloc[:0], "")


@pytest.fixture(scope="module")
def artificial():
    changes = {
        "task": {"n_blocks": 2, "trials_per_block": 30},
        "test": {"n_agents": 3},
        "nonstationarity": {"n_agents": 2, "n_particles": 32, "max_particles": 64},
    }
    run = load_run({"experiments": ["artificial"], "seed": 3, "overrides": {"artificial": changes}})
    return load_experiments(run, ROOT / "config/experiments")["artificial"]


def test_the_stage_weighs_the_first_agents_of_each_law(artificial, tmp_path):
    trials = tmp_path / "test.parquet"
    provenance = Provenance({}, 3)
    simulate_stage(from_view(view(artificial, "simulate_test")), "test", trials, 3, provenance)
    seen = from_view(view(artificial, "nonstationarity"))
    parts = []
    for k in range(2):
        parts.append(tmp_path / f"part{k}.parquet")
        nonstationarity_stage(trials, parts[k], seen, "test", 3, provenance)
    assert parts[0].read_bytes() == parts[1].read_bytes()
    frame = read_table(parts[0], EVIDENCE)
    assert frame.groupby("parameter").size().to_dict() == {"all": 6, "alpha": 6, "beta": 6}
    truth = read_table(trials).groupby("subject")
    for _, row in frame.iterrows():
        own = truth.get_group(row["subject"])
        names = ["alpha", "beta"] if row["parameter"] == "all" else [row["parameter"]]
        assert row["moved"] == any(own[name].nunique() > 1 for name in names)
        assert row["dynamics"] == own["dynamics"].iloc[0] and row["n_trials"] == len(own)
    joined, found = tmp_path / "moving.parquet", tmp_path / "rates.parquet"
    nonstationarity_rates_stage(parts[:1], joined, found, 20.0, provenance)
    pd.testing.assert_frame_equal(read_table(joined), frame)
    assert read_table(found, RATES)["n"].sum() == len(frame)


def test_the_dynamics_are_those_of_the_filters_without_agents_that_never_change(artificial):
    raw = artificial.model_dump(mode="json")
    raw["dynamics"]["switching"]["stationary_share"] = 0.4
    seen = from_view(view(type(artificial).model_validate(raw), "nonstationarity"))
    switching, walk = moving_dynamics(seen)
    assert switching == artificial.dynamics["switching"]
    assert walk == artificial.dynamics[artificial.estimators.filter.dynamics]
    raw["estimators"]["bayes"]["dynamics"] = "stationary"
    seen = from_view(view(type(artificial).model_validate(raw), "nonstationarity"))
    with pytest.raises(ConfigError, match=r"artificial.*switching dynamics.*stationary"):
        moving_dynamics(seen)


def test_what_the_evidence_does_not_depend_on_does_not_run_it_again(artificial):
    raw = artificial.model_dump(mode="json")
    raw["estimators"]["bayes"]["n_particles"] = 17
    raw["test"]["n_agents"] = 7
    after = type(artificial).model_validate(raw)
    assert view(after, "nonstationarity") == view(artificial, "nonstationarity")
    raw["nonstationarity"]["nodes"] = 8
    after = type(artificial).model_validate(raw)
    assert view(after, "nonstationarity") != view(artificial, "nonstationarity")
    raw["nonstationarity"]["replicates"] = 33
    with pytest.raises(ValueError, match=r"n_particles \(32\) must be at least replicates \(33\)"):
        type(artificial).model_validate(raw)
