"""The joined table, the evidence of models, and the tests of recovery."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ger2024.findings.beyond import compare, one_family
from ger2024.findings.finding import NAN, Row, corrected, findings_frame
from ger2024.findings.findings_table import FINDINGS
from ger2024.findings.findings_tests import finding_tests, with_findings
from ger2024.findings.summaries import Resampling, contrast, describe, differ, spread
from tests.scores.frames import evidence_of
from trnn.errors import TableError
from trnn.scores.comparisons import comparisons_stage
from trnn.scores.model_evidence import evidence_rows, log_evidences
from trnn.scores.recovery_tests import recovery_rows
from trnn.scores.statistics_stage import read_tests, statistics_stage
from trnn.statistics.hypothesis_tests import holm
from trnn.statistics.model_selection import select_models
from trnn.statistics.rows import statistics_frame
from trnn.statistics.statistics_table import RECOVERY, STATISTICS
from trnn.tables.parquet import Provenance, check_frame, read_table, write_table

PROVENANCE = Provenance(settings={}, seed=1, data_source="simulated")


def metrics(estimators: tuple[str, ...] = ("mle", "filter", "bayes", "trnn")) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = [
        {
            "population": "human",
            "subject": f"p{i}",
            "group": "bipolar" if i < 5 else "healthy",
            "dynamics": None,
            "estimator": estimator,
            "n_trials": 100 + i,
            "bce": 0.5 + 0.1 * rng.random() - 0.05 * (estimator == "bayes"),
        }
        for i in range(10)
        for estimator in estimators
    ]
    return pd.DataFrame(rows)


def findings() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    resampling = Resampling("dezfouli", 1, 50)
    a, b, c = rng.normal(1, 1, 9), rng.normal(0, 2, 8), rng.normal(0, 1, 7)

    def row(quantity: str, group: str, finding: str = "2", **more: str) -> Row:
        return Row(finding, "A statement.", quantity, group, "value", NAN, 0, **more)

    tested = [describe(row("rise", g), v, resampling, tested=True) for g, v in (("a", a), ("b", b))]
    test = "Wilcoxon signed-rank"
    pair = {"kind": "estimators", "family": "f", "contrast": "trnn - mle", "test": test}
    compared = Row("1", "S.", "bce", "all", "nats", -0.1, 9, p=0.1, p_holm=0.1, **pair)
    late = row("late", "a", kind="conditions", contrast="late - early")
    sides = {"side_a": "easy", "side_b": "hard"}
    easy = row("easy", "all", kind="conditions", contrast="easy - hard", **sides)
    a_b = {"side_a": "a", "side_b": "b"}
    return findings_frame(
        [
            compared,
            *corrected(tested, "rise"),
            describe(row("untested", "all"), a, resampling),
            *one_family([compare(row("fall", "a"), a, np.ones(9), resampling)], "fall"),
            describe(late, a, resampling, tested=True),
            describe(easy, a, resampling, tested=True),
            contrast(row("level", "a - b", **a_b), a, b, resampling),
            contrast(row("spread", "a - b", **a_b), a, b, resampling, spread),
            differ(row("level_differs", "all"), [a, b, c], resampling),
        ]
    )


def test_findings_with_a_test_become_statistics():
    table = findings()
    check_frame(table, FINDINGS, "findings")
    got = finding_tests(table, "e").set_index("id")
    assert list(got.index) == [
        "e/human/a/rise/against 0",
        "e/human/b/rise/against 0",
        "e/human/a/fall_beyond_control/people - matched agents",
        "e/human/a/late/late - early",
        "e/human/all/easy/easy - hard",
        "e/human/all/level/a - b",
        "e/human/all/spread/a - b",
        "e/human/all/level_differs/between the groups",
    ]
    kinds = ["zero"] * 2 + ["conditions"] * 3 + ["groups"] * 3
    assert got["kind"].tolist() == kinds
    names = ["rank-biserial correlation"] * 6 + ["log ratio of SDs", "epsilon squared"]
    assert got["effect_name"].tolist() == names
    own = table[table["test"].notna() & (table["kind"] != "estimators")]
    for mine, theirs in (("difference", "value"), ("p_holm", "p_holm"), ("statistic", "statistic")):
        np.testing.assert_array_equal(got[mine], own[theirs])
    assert (got["effect_ci_low"] <= got["effect"]).all()
    assert (got["effect"] <= got["effect_ci_high"]).all()
    family = got.loc[["e/human/a/rise/against 0", "e/human/b/rise/against 0"]]
    assert family["family"].unique().tolist() == ["e/human/rise"]
    np.testing.assert_allclose(family["p_holm"], holm(family["p"].to_numpy()))


def joined(tmp_path: Path, others: list[Path]) -> pd.DataFrame:
    table = metrics()
    table.to_parquet(tmp_path / "metrics")
    # Of constant parameters and of the filters: two tables.
    weighed, tables = evidence_of(table), []
    for name, own in weighed.groupby(weighed["estimator"] == "mle"):
        tables.append(tmp_path / f"evidence_{name}")
        own.to_parquet(tables[-1])
    comparisons_stage(
        tmp_path / "metrics",
        tables,
        tmp_path / "comparisons",
        "e",
        {"alpha": "1"},
        1,
        50,
        PROVENANCE,
    )
    write_table(findings(), tmp_path / "findings", FINDINGS, PROVENANCE)
    tests = read_tests([tmp_path / "comparisons", *others])
    parts = with_findings(tests, read_table(tmp_path / "findings"), "e")
    statistics_stage(parts, tmp_path / "all", PROVENANCE)
    return read_table(tmp_path / "all", STATISTICS)


def test_the_stage_joins_everything_once(tmp_path: Path):
    got = joined(tmp_path, [])
    assert got["id"].is_unique
    assert set(got["kind"]) == {"estimators", "evidence", "zero", "conditions", "groups"}
    # Finding 1 is a comparison, and is not there a second time.
    first = got[got["finding"] == "1"]
    assert first["contrast"].unique().tolist() == ["mle - trnn"]
    assert first["group"].tolist() == ["all", "bipolar", "healthy"]
    statistics_stage(read_tests([tmp_path / "comparisons"]), tmp_path / "alone", PROVENANCE)
    alone = read_table(tmp_path / "alone")
    pd.testing.assert_frame_equal(alone, read_table(tmp_path / "comparisons"))


def test_two_tests_of_one_id_are_refused(tmp_path: Path):
    joined(tmp_path, [])
    twice = read_tests([tmp_path / "comparisons", tmp_path / "comparisons"])
    with pytest.raises(TableError, match="ids must be unique"):
        statistics_stage(twice, tmp_path / "out", PROVENANCE)
    with pytest.raises(TableError, match="columns"):
        read_tests([tmp_path / "findings"])
    assert not (tmp_path / "out").exists()


def test_log_evidences_are_those_of_the_population_and_of_subjects_that_all_models_have():
    table = metrics()
    weighed = evidence_of(table)
    agents = weighed.assign(population="test", log_evidence=-1.0)
    short = weighed[~((weighed["subject"] == "p3") & (weighed["estimator"] == "filter"))]
    got, errors = log_evidences(pd.concat([agents, short]), table[table["group"] == "bipolar"])
    assert list(got.columns) == ["mle", "filter", "bayes"]
    assert got.index.tolist() == ["p0", "p1", "p2", "p4"]
    one = table[table["subject"] == "p4"].set_index("estimator")["bce"]
    for name in got.columns:
        assert got.loc["p4", name] == pytest.approx(-one[name] * 104)
    assert errors.shape == (4, 3) and (errors == 0.1).all()


def test_rows_of_evidence():
    table = metrics()
    weighed = evidence_of(table)
    rows = statistics_frame(evidence_rows("human", "all", table, weighed, "e", 1), "e")
    check_frame(rows, STATISTICS, "evidence")
    assert rows["id"].is_unique and rows["p"].isna().all()
    logs, _ = log_evidences(weighed, table)
    found = select_models(logs.to_numpy())
    shares = rows[rows["measure"] == "log_evidence"]
    assert shares["contrast"].tolist() == ["mle", "filter", "bayes"]
    np.testing.assert_array_equal(shares["difference"], found.frequency)
    np.testing.assert_array_equal(shares["statistic"], found.exceedance)
    np.testing.assert_array_equal(shares["effect"], found.protected_exceedance)
    assert shares["difference"].argmax() == 2
    assert (shares["effect_ci_low"] < shares["effect_ci_high"]).all()
    sums = rows[rows["measure"] == "log_evidence_sum"]
    np.testing.assert_allclose(sums["difference"], logs.sum())
    # Ten subjects with an error of 0.1 each.
    width = 2 * 1.96 * 0.1 * np.sqrt(10)
    got = sums["difference_ci_high"] - sums["difference_ci_low"]
    np.testing.assert_allclose(got, width, rtol=1e-3)
    # Without an error nothing varies; a model that is wrong for certain has no share.
    sure = evidence_rows("human", "all", table, evidence_of(table, 0.0), "e", 1)
    assert all(row["effect"] == row["effect_ci_low"] for row in sure if "effect" in row)
    only = metrics(("mle", "trnn"))
    assert evidence_rows("human", "all", only, evidence_of(only), "e", 1) == []


def test_recovery_is_compared_with_the_fits_at_each_number_of_trials():
    rng = np.random.default_rng(0)
    keys = [
        (f"a{i}", parameter, n, estimator)
        for parameter in ("alpha", "beta")
        for n in (25, 100)
        for estimator in ("mle", "trnn", "bayes")
        for i in range(12)
    ]
    errors = pd.DataFrame(keys, columns=["subject", "parameter", "n_trials", "estimator"])
    errors["dynamics"] = "still"
    errors["squared_error"] = rng.random(len(errors))
    early = (errors["n_trials"] == 25) & (errors["estimator"] == "mle")
    errors.loc[early, "squared_error"] += 2.0
    units = {"alpha": "1", "beta": "1/value"}
    rows = recovery_rows(errors, "e", units, 1, 50)
    assert {row["finding"] for row in rows} == {None}  # of anybody's agents
    assert {row["finding"] for row in recovery_rows(errors, "e", units, 1, 50, "6")} == {"6"}
    got = statistics_frame(rows, "e")
    check_frame(got, RECOVERY, "recovery")
    assert got["id"].is_unique and len(got) == 8
    assert got["contrast"][:2].tolist() == [
        "mle - trnn after 25 trials",
        "mle - bayes after 25 trials",
    ]
    for _, family in got.groupby("family"):
        assert len(family) == 4
        np.testing.assert_allclose(family["p_holm"], holm(family["p"].to_numpy()))
    assert set(got["trials_seen"]) == {25, 100}
    few = got["trials_seen"] == 25
    assert (few == got["contrast"].str.contains("25 trials")).all()
    assert (got.loc[few, "p_holm"] < 0.01).all() and (got.loc[few, "effect"] == 1).all()
    assert (got.loc[~few, "p_holm"] > 0.05).all()
