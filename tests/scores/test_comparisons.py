"""Comparisons against scipy, a plain loop, and cases with a known answer."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trnn.scores.comparisons import pair_rows
from trnn.statistics.bootstrap import curve_interval, mean_interval, resamples, weights_of
from trnn.statistics.hypothesis_tests import holm, rank_biserial, wilcoxon
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import COMPARISONS
from trnn.tables.parquet import check_frame


def metrics(n: int = 12, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for population, column, groups in (
        ("human", "group", ("bipolar", "healthy")),
        ("test", "dynamics", ("stationary", "switching")),
    ):
        for group in groups:
            for i in range(n):
                ability = rng.random()
                for k, estimator in enumerate(("prior", "mle", "trnn", "oracle")):
                    if population == "human" and estimator == "oracle":
                        continue
                    rows.append(
                        {
                            "population": population,
                            "subject": f"{group}-{i}",
                            "group": group if column == "group" else None,
                            "dynamics": group if column == "dynamics" else None,
                            "estimator": estimator,
                            "bce": ability - 0.1 * k + 0.1 * rng.random(),
                            "mse_alpha": np.nan if population == "human" else rng.random(),
                        }
                    )
    return pd.DataFrame(rows)


def compare(table: pd.DataFrame, experiment: str, seed: int, n_resamples: int) -> pd.DataFrame:
    rows = pair_rows(table, experiment, {"alpha": "1"}, seed, n_resamples)
    return statistics_frame(rows, experiment)


def test_a_row_agrees_with_scipy():
    table = metrics()
    got = compare(table, "e", seed=1, n_resamples=50)
    row = got[(got["population"] == "human") & (got["group"] == "bipolar")].iloc[0]
    wide = table[table["group"] == "bipolar"].pivot(
        index="subject", columns="estimator", values="bce"
    )
    expected = stats.wilcoxon(wide["mle"], wide["trnn"])
    assert (row["estimator_a"], row["estimator_b"], row["n"]) == ("mle", "trnn", 12)
    assert (row["statistic"], row["p"]) == (expected.statistic, expected.pvalue)
    difference = (wide["mle"] - wide["trnn"]).to_numpy()
    assert row["difference"] == pytest.approx(difference.mean())
    assert row["effect"] == pytest.approx(_rank_biserial_loop(difference))
    assert row["difference_ci_low"] <= row["difference"] <= row["difference_ci_high"]


def test_families_pairs_and_groups():
    got = compare(metrics(), "e", seed=1, n_resamples=20)
    check_frame(got, COMPARISONS, "comparisons")
    used = set(got["estimator_a"]) | set(got["estimator_b"])
    assert used == {"mle", "trnn", "oracle"}  # the prior is no contender
    errors = got[got["measure"] == "mse_alpha"]
    assert set(errors["population"]) == {"test"}
    assert not errors[["estimator_a", "estimator_b"]].isin(["oracle"]).any(axis=None)
    assert set(got.loc[got["population"] == "human", "group"]) == {"all", "bipolar", "healthy"}
    assert set(got["family"]) == {
        f"e/{p}/{m}/{g}"
        for p, m, groups in (
            ("human", "bce", ("all", "bipolar", "healthy")),
            ("test", "bce", ("all", "stationary", "switching")),
            ("test", "mse_alpha", ("all", "stationary", "switching")),
        )
        for g in groups
    }
    for _, family in got.groupby("family"):
        np.testing.assert_allclose(family["p_holm"], _holm_loop(family["p"].to_numpy()))


def with_variants(theory: bool = True) -> pd.DataFrame:
    """Return metrics with variants; a d-RNN, of people alone, has neither parameters nor truth."""
    table = metrics()
    table["bce_theory"] = table["bce"] + 0.1 * (table["estimator"] == "trnn") if theory else np.nan
    extra = []
    for name, source in (("trnn_unlinked", "trnn"), ("drnn", "trnn"), ("drnn_pooled", "mle")):
        part = table[table["estimator"] == source].assign(estimator=name)
        part["bce"] += 0.02 * np.random.default_rng(len(name)).standard_normal(len(part))
        if name.startswith("drnn"):
            part = part[part["population"] == "human"].assign(bce_theory=np.nan, mse_alpha=np.nan)
        extra.append(part)
    return pd.concat([table, *extra], ignore_index=True)


def test_variants_are_compared_with_their_base_and_people_with_mle_in_families_of_their_own():
    got = compare(with_variants(), "e", seed=1, n_resamples=20)
    check_frame(got, COMPARISONS, "comparisons")
    assert got["id"].is_unique
    main = got[got["kind"] == "estimators"]
    named = set(main["estimator_a"]) | set(main["estimator_b"])
    assert named == {"mle", "trnn", "drnn", "oracle"}
    variants = got[got["kind"] == "variants"]

    def pairs(population: str, measure: str) -> set[str]:
        here = (variants["population"] == population) & (variants["measure"] == measure)
        return set(variants.loc[here & (variants["group"] == "all"), "contrast"])

    assert pairs("human", "bce") == {
        "trnn - trnn_unlinked",
        "mle - trnn_unlinked",
        "drnn - drnn_pooled",
        "mle - drnn_pooled",
    }
    assert pairs("human", "bce_theory") == {"trnn - trnn_unlinked"}
    assert pairs("test", "bce") == pairs("test", "mse_alpha") == {"trnn - trnn_unlinked"}
    assert variants["family"].str.endswith("/variants").all()
    for _, family in got.groupby("family"):
        np.testing.assert_allclose(family["p_holm"], _holm_loop(family["p"].to_numpy()))


def test_variants_change_nothing_of_the_main_pairs():
    table = with_variants()
    table = table[table["estimator"] != "drnn"]
    plain = table[~table["estimator"].isin(["trnn_unlinked", "drnn_pooled"])]
    got = compare(table, "e", seed=1, n_resamples=20)
    got = got[got["kind"] == "estimators"].reset_index(drop=True)
    pd.testing.assert_frame_equal(got, compare(plain, "e", seed=1, n_resamples=20))


def test_errors_under_the_theory_are_compared_where_they_are_no_copy_of_the_bce():
    got = compare(with_variants(), "e", seed=1, n_resamples=20)
    theory = got[(got["measure"] == "bce_theory") & (got["kind"] == "estimators")]
    assert set(theory["contrast"]) == {"mle - trnn", "trnn - oracle"}
    assert set(theory["unit"]) == {"nats"}
    people = theory[(theory["population"] == "human") & (theory["group"] == "all")].iloc[0]
    bce = got[(got["measure"] == "bce") & (got["group"] == "all")]
    bce = bce[(bce["population"] == "human") & (bce["contrast"] == "mle - trnn")].iloc[0]
    assert people["difference"] == pytest.approx(bce["difference"] - 0.1)
    none = compare(with_variants(theory=False), "e", seed=1, n_resamples=20)
    assert "bce_theory" not in set(none["measure"])


def test_holm_known_values_and_gaps():
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06])
    np.testing.assert_allclose(holm([0.01, np.nan, 0.03]), [0.02, np.nan, 0.03])
    assert np.isnan(holm([np.nan])).all()


def test_effect_at_its_limits_and_with_zeros():
    assert rank_biserial(np.array([1.0, 2.0, 3.0])) == 1
    assert rank_biserial(np.array([-1.0, -2.0, 0.0])) == -1
    assert rank_biserial(np.zeros(4)) == 0
    rng = np.random.default_rng(0)
    values = np.round(rng.standard_normal((40, 15)), 1)  # ties and zeros
    got = rank_biserial(values)
    np.testing.assert_allclose(got, [_rank_biserial_loop(row) for row in values], atol=1e-14)


def test_degenerate_samples_have_answers():
    assert wilcoxon(np.zeros(5)) == (0.0, 1.0)
    assert np.isnan(wilcoxon(np.array([]))).all()
    table = metrics(n=1)
    table.loc[table["estimator"] == "trnn", "bce"] = table.loc[
        table["estimator"] == "mle", "bce"
    ].to_numpy()
    got = compare(table, "e", seed=1, n_resamples=20)
    check_frame(got, COMPARISONS, "comparisons")
    row = got[(got["group"] == "bipolar")].iloc[0]
    assert (row["p"], row["p_holm"], row["effect"], row["n"]) == (1, 1, 0, 1)
    assert np.isnan(row["effect_ci_low"])


def test_subjects_that_an_estimator_lacks_are_left_out():
    table = metrics()
    gone = (table["subject"] == "bipolar-0") & (table["estimator"] == "trnn")
    got = compare(table[~gone], "e", seed=1, n_resamples=20)
    assert got.loc[got["group"] == "bipolar", "n"].tolist() == [11]


def test_results_depend_on_the_seed_alone():
    first = compare(metrics(), "e", seed=1, n_resamples=50)
    pd.testing.assert_frame_equal(first, compare(metrics(), "e", seed=1, n_resamples=50))
    other = compare(metrics(), "e", seed=2, n_resamples=50)
    assert (first["difference_ci_low"] != other["difference_ci_low"]).any()
    pd.testing.assert_series_equal(first["p"], other["p"])


def test_the_interval_of_a_mean_covers_it_as_often_as_it_says():
    rng = np.random.default_rng(3)
    covered = 0
    for i in range(300):
        _, low, high = mean_interval(rng.standard_normal(40), 400, 1, "coverage", i)
        covered += low <= 0 <= high
    # Percentile intervals are a little narrow at n = 40; 300 draws have an SD of 1.3 %.
    assert 0.89 <= covered / 300 <= 0.98


def test_curves_with_gaps():
    curves = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan], [5.0, 7.0, np.nan]])
    mean, low, high = curve_interval(curves, 200, 1, "k")
    np.testing.assert_allclose(mean, [3.0, 6.0, np.nan])
    assert low[0] >= 1 and high[0] <= 5 and low[1] >= 5 and high[1] <= 7
    assert np.isnan([low[2], high[2]]).all()
    _, low, high = curve_interval(curves[:1], 200, 1, "k")
    assert np.isnan(low).all() and np.isnan(high).all()


def test_weights_count_the_draws():
    indices = resamples(5, 30, 1, "k")
    weights = weights_of(indices)
    np.testing.assert_array_equal(weights.sum(axis=1), 5)
    values = np.arange(5.0)
    np.testing.assert_allclose(weights @ values / 5, values[indices].mean(axis=1))


def _holm_loop(p: np.ndarray) -> np.ndarray:
    out, running = np.empty(len(p)), 0.0
    for rank, i in enumerate(np.argsort(p)):
        running = max(running, min(1.0, p[i] * (len(p) - rank)))
        out[i] = running
    return out


def _rank_biserial_loop(difference: np.ndarray) -> float:
    kept = difference[difference != 0]
    if len(kept) == 0:
        return 0.0
    ranks = stats.rankdata(np.abs(kept))
    return float((ranks[kept > 0].sum() - ranks[kept < 0].sum()) / ranks.sum())
