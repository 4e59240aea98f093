"""The summary's sections on variants, models, recovery and courses."""

from typing import Any

import pandas as pd

from trnn.report.text.tests import (
    course_sections,
    evidence_sections,
    recovery_sections,
    variant_sections,
)
from trnn.statistics.rows import statistics_frame


def row(kind: str, measure: str, contrast: str, **values: Any) -> dict[str, Any]:
    base = {
        "kind": kind,
        "population": "human",
        "group": "all",
        "measure": measure,
        "contrast": contrast,
        "n": 12,
        "mean_a": 0.4,
        "difference": 0.125,
        "difference_ci_low": 0.1,
        "difference_ci_high": 0.2,
        "unit": "1",
        "test": "a test",
        "p": 0.01,
        "p_holm": 0.02,
        "effect": 0.5,
        "effect_ci_low": 0.25,
        "effect_ci_high": 0.75,
    }
    return base | values


def cluster(span: str, sides: tuple[str, str], **values: Any) -> dict[str, Any]:
    a, b = sides
    return row("course", "kappa", f"{span}: {a} - {b}", side_a=a, side_b=b, **values)


def table_of(section: str) -> list[dict[str, str]]:
    lines = [[c.strip() for c in line.strip("|").split("|")] for line in section.splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def statistics() -> pd.DataFrame:
    test = {"population": "test", "group": "stationary"}
    rows = [
        row("estimators", "bce", "mle - trnn"),
        row("variants", "bce", "trnn - trnn_unlinked", difference=-0.0012),
        row("variants", "bce", "trnn - trnn_unlinked", group="healthy"),
        row("variants", "bce", "trnn - trnn_unlinked", **test),
        row("variants", "bce", "trnn - trnn_unlinked", population="test"),
        row("evidence", "log_evidence", "mle", effect=0.001, p=None, p_holm=None),
        row("evidence", "log_evidence", "bayes", effect=0.999, difference=0.8),
        row("estimators", "recovery_alpha", "mle - trnn after 25 trials", trials_seen=25, **test,
            estimator_a="mle", estimator_b="trnn"),
        row("estimators", "recovery_alpha", "mle - bayes after 25 trials", trials_seen=25, **test,
            estimator_a="mle", estimator_b="bayes", p_holm=0.9),
        row("estimators", "recovery_alpha", "mle - trnn after 100 trials", trials_seen=100, **test,
            estimator_a="mle", estimator_b="trnn"),
        cluster("trials 3-9", ("healthy", "bipolar")),
        cluster("trials 20-22", ("healthy", "bipolar"), p=0.04, p_holm=0.08),
        cluster("trials 30-40", ("healthy", "bipolar"), p=0.012, p_holm=0.03),
        cluster("trials 1-2", ("healthy", "depression"), p=0.5, p_holm=0.5),
        cluster("trials 7-7", ("healthy", "depression"), p=0.7, p_holm=0.7),
        row("course", "kappa_slope", "slope", group="healthy", unit="value per 10 trials"),
    ]  # fmt: skip
    return statistics_frame(rows, "e")


def test_variants_of_people_in_every_group_and_of_agents_over_all():
    words, section = variant_sections(statistics(), "human")
    assert "variants" in words.lower()
    got = table_of(section)
    assert [line["group"] for line in got] == ["all", "healthy"]
    assert got[0]["compared"] == "trnn - trnn_unlinked"
    assert got[0]["mean difference"] == "-0.0012 [+0.1000, +0.2000]"
    assert len(table_of(variant_sections(statistics(), "test")[1])) == 1


def test_models_stand_beside_one_another():
    _, section = evidence_sections(statistics(), "human")
    (line,) = table_of(section)
    assert line["group"] == "all (n = 12)"
    assert line["`bayes`"] == "0.80 [0.10, 0.20], pxp 0.999 [0.250, 0.750]"
    assert evidence_sections(statistics(), "test") == []


def test_recovery_is_told_by_parameter_and_trials():
    _, section = recovery_sections(statistics())
    first, second = table_of(section)
    assert (first["parameter"], first["trials"], second["trials"]) == ("alpha", "25", "100")
    assert first["`trnn`"] == "+0.1250 [+0.1000, +0.2000], p 0.020"
    assert first["`bayes`"].endswith("p 0.900")


def test_clusters_that_say_something_are_told_and_one_of_every_contrast():
    _, clusters, _, slopes = course_sections(statistics())
    assert [line["contrast"] for line in table_of(clusters)] == [
        "trials 3-9: healthy - bipolar",
        "trials 30-40: healthy - bipolar",
        "trials 1-2: healthy - depression",
    ]
    (slope,) = table_of(slopes)
    assert (slope["group"], slope["unit"]) == ("healthy", "value per 10 trials")


def test_nothing_to_tell_is_told_by_nothing():
    empty = statistics().iloc[:0]
    for sections in (
        variant_sections(empty, "human"),
        evidence_sections(empty, "human"),
        recovery_sections(empty),
        course_sections(empty),
    ):
        assert sections == []
