"""What is read from an experiment's tables, by hand."""

import numpy as np
import pandas as pd
import pytest

from ger2024.published import Comparisons, FindingRows, Mean, StatisticRows
from ger2024.replication.evidence import gather, mean_of, rows_of
from tests.ger2024.replication_frames import (
    TRIALS,
    comparison_row,
    finding_row,
    metrics,
    source,
)
from trnn.statistics.bootstrap import mean_interval


def comparisons(measure: str = "bce", rule: str = "below", **changes: object) -> Comparisons:
    fields = {"table": "statistics", "measure": measure, "first": "trnn", "second": "mle"}
    return Comparisons(**(fields | {"rule": rule} | changes))


def test_means_and_intervals_are_those_of_the_group_and_of_the_summary():
    table = pd.concat([metrics(), metrics("test")], ignore_index=True)
    found = mean_of(
        source(table=table),
        "human",
        Mean(table="metrics", estimator="trnn", measure="bce", group="healthy"),
    )
    people = table[(table["population"] == "human") & (table["estimator"] == "trnn")]
    values = people.loc[people["group"] == "healthy", "bce"].to_numpy()
    assert found.value == pytest.approx(values.mean()) and found.n == len(values) == 2
    expected = mean_interval(values, 100, 1, "dezfouli", "human", "healthy")
    assert (found.value, found.ci_low, found.ci_high) == expected
    assert found.unit == "nats"


def test_agents_are_grouped_by_their_dynamics():
    table = metrics("test")
    table.loc[table["subject"] == "s0", "dynamics"] = "switching"
    mean = Mean(table="metrics", estimator="mle", measure="bce", group="switching")
    assert mean_of(source("artificial", None, table=table), "test", mean).n == 1


def test_intervals_are_those_of_the_summary_whoever_the_people_are():
    mean = Mean(table="metrics", estimator="trnn", measure="bce")
    assert mean_of(source(), "human", mean) == mean_of(source(reported={}), "human", mean)


def test_a_mean_that_no_subject_has_is_none():
    here = source()
    for estimator, measure in (("drnn", "bce"), ("mle", "mse_alpha"), ("mle", "mse_kappa")):
        mean = Mean(table="metrics", estimator=estimator, measure=measure)
        assert mean_of(here, "human", mean) is None


@pytest.mark.parametrize("holds", [True, False, None])
def test_a_finding_says_itself_whether_it_holds(holds):
    rows = [finding_row("x", holds=holds), finding_row("x", "healthy"), finding_row("y")]
    here = source(findings=pd.DataFrame(rows).astype({"holds": "boolean"}))
    found = rows_of(here, "human", FindingRows(table="findings", quantity="x"))
    assert [row.met for row in found] == [holds]
    assert found[0].rule == "the value is above 0"
    assert "findings.parquet: x/all" in found[0].source


@pytest.mark.parametrize(
    ("rule", "value", "p_holm", "met"),
    [
        ("below", -0.1, 0.04, True),
        ("below", 0.1, 0.04, False),
        ("below", -0.1, 0.05, False),
        ("above", 0.1, 0.04, True),
        ("above", -0.1, 0.04, False),
        ("below", np.nan, 0.04, None),
        ("above", 0.1, np.nan, None),
    ],
)
def test_rules_on_rows_without_a_rule_of_their_own(rule, value, p_holm, met):
    rows = pd.DataFrame([finding_row("x", value=value, p_holm=p_holm, holds=None)])
    check = FindingRows(table="findings", quantity="x", rule=rule)
    assert rows_of(source(findings=rows), "human", check)[0].met is met


def test_what_a_difference_is_of_stands_beside_it():
    rows = [
        finding_row("x_beyond_control", "healthy", value=0.2),
        finding_row("x", "healthy", value=0.5),
        finding_row("x_of_control", "healthy", value=0.3),
        finding_row("x", "bipolar", value=0.9),
    ]
    check = FindingRows(table="findings", quantity="x_beyond_control", group="*")
    (found,) = rows_of(source(findings=pd.DataFrame(rows)), "human", check)
    assert found.beside == "people 0.5000, matched agents 0.3000"
    (alone,) = rows_of(source(findings=pd.DataFrame(rows[:2])), "human", check)
    assert alone.beside == ""


def test_why_it_cannot_be_told_is_read_from_the_table():
    rows = [finding_row("x", holds=None, undecided="the interval is wide")]
    here = source(findings=pd.DataFrame(rows).astype({"holds": "boolean"}))
    (found,) = rows_of(here, "human", FindingRows(table="findings", quantity="x"))
    assert found.met is None and found.undecided == "the interval is wide"


def test_stars_stand_for_any_text_and_missing_rows_are_not_judged():
    rows = pd.DataFrame([finding_row("x", f"healthy - {g}") for g in ("a", "b")])
    here = source(findings=rows)
    several = FindingRows(table="findings", quantity="x", group="healthy - *")
    missing = FindingRows(table="findings", quantity="y")
    assert len(gather(here, "human", [several])) == 2
    assert gather(here, "human", [several, missing]) is None
    assert gather(here, "human", []) == []
    assert gather(source(findings=None), "human", [several]) is None


def test_comparisons_are_turned_so_that_the_first_comes_first():
    rows = [
        comparison_row("bce", "mle", "trnn", 0.1),
        comparison_row("bce", "mle", "trnn", 0.5, population="test"),
        comparison_row("bce", "filter", "trnn", 0.5),
        comparison_row("mse_alpha", "mle", "trnn", 0.5, family="another"),
    ]
    found = rows_of(source(statistics=pd.DataFrame(rows)), "human", comparisons())
    assert len(found) == 1 and found[0].met
    assert (found[0].value, found[0].ci_low, found[0].ci_high) == pytest.approx(
        (-0.1, -0.12, -0.09)
    )
    assert found[0].n_tests == 3 and found[0].source.endswith("human/all/bce/mle - trnn")


@pytest.mark.parametrize(
    ("rule", "met", "trials"), [("above", True, "3-9"), ("below", False, "3-9")]
)
def test_of_several_clusters_the_strongest_decides(rule, met, trials):
    rows = [
        comparison_row("beta", None, None, value, p_holm, contrast=f"trials {span}: easy - hard")
        for span, value, p_holm in (("0-1", -0.1, 0.2), ("3-9", 0.2, 0.01), ("8-9", 0.1, np.nan))
    ]
    here = source(statistics=pd.DataFrame(rows))
    check = {"table": "tests", "measure": "beta", "contrast": "trials *: easy - hard"}
    found = rows_of(here, "human", StatisticRows(**check, rule=rule))
    assert [row.met for row in found] == [met] and trials in found[0].quantity
    assert rows_of(here, "human", StatisticRows(**(check | {"measure": "gamma"}), rule=rule)) == []


def test_rows_without_estimators_are_no_comparisons():
    rows = [comparison_row("bce", None, None, 0.1)]
    assert rows_of(source(statistics=pd.DataFrame(rows)), "human", comparisons()) == []


@pytest.mark.parametrize(
    ("differences", "met"),
    [
        ((-0.3, -0.2, -0.1), True),
        ((-0.2, -0.3, -0.1), False),
        ((0.1, 0.2, 0.3), False),
        ((-0.3, np.nan, -0.1), None),
    ],
)
def test_most_at_few_trials_compares_the_first_with_the_others(differences, met):
    rows = [
        comparison_row("recovery_alpha", "trnn", "mle", value, contrast=f"at {n}", trials_seen=n)
        for n, value in zip(TRIALS, differences, strict=True)
    ]
    here = source(statistics=pd.DataFrame(rows[::-1]))  # 1,000 stands before 25
    check = comparisons("recovery_alpha", "lowest_at_first")
    found = rows_of(here, "human", check)
    assert [row.met for row in found] == [met]
    assert found[0].quantity == "recovery_alpha_trnn_minus_mle_after_25_trials"
    assert rows_of(source(statistics=pd.DataFrame(rows[:1])), "human", check) == []
