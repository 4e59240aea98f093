"""Every rule says both things, depending on the numbers."""

from dataclasses import replace

import numpy as np
import pytest

from ger2024.published import FindingRows, Mark, Part
from ger2024.replication.replication_table import (
    ABOVE,
    BELOW,
    CORRECTED,
    FAILS,
    HOLDS,
    INCOMPARABLE,
    UNDECIDED,
    WITHIN,
)
from ger2024.replication.verdicts import (
    Verdict,
    finding_verdict,
    mark_verdict,
    number_verdict,
    part_verdict,
    relation,
    words_of,
)
from tests.ger2024.replication_frames import evidence

NAN = float("nan")
CHECK = FindingRows(table="findings", quantity="x")


def part(**changes: object) -> Part:
    fields = {"id": "x", "datasets": ("dezfouli",), "text": "it is so", "decided_by": (CHECK,)}
    return Part(**(fields | changes))


def mark(**changes: object) -> Mark:
    fields = {
        "id": "x",
        "dataset": "gershman",
        "first": "trnn",
        "second": "mle",
        "text": "it is better",
        "p": 0.046,
        "p_corrected": 0.092,
    }
    return Mark(**(fields | changes))


@pytest.mark.parametrize(
    ("published", "expected"),
    [(0.36, BELOW), (0.35, WITHIN), (0.31, WITHIN), (0.25, WITHIN), (0.24, ABOVE), (NAN, None)],
)
def test_relation_is_where_the_interval_lies(published, expected):
    assert relation(published, evidence(0.3, 0.05)) == expected


def test_relation_needs_a_number_and_its_interval():
    assert relation(0.3, None) is None
    assert relation(0.3, evidence(0.3, NAN)) is None


@pytest.mark.parametrize(
    ("published", "corrected", "incomparable", "verdict", "words"),
    [
        (0.31, NAN, None, HOLDS, "within"),
        (0.40, NAN, None, FAILS, "smaller error"),
        (0.20, NAN, None, FAILS, "larger error"),
        (0.40, 0.31, None, CORRECTED, "0.3100"),
        (0.50, 0.40, None, FAILS, "smaller error"),  # the correction does not lead far enough
        (0.31, 0.40, None, HOLDS, "within"),  # the correction leads away from it
        (0.31, NAN, "other subjects", INCOMPARABLE, "other subjects"),
    ],
)
def test_a_number_is_judged_by_the_interval(published, corrected, incomparable, verdict, words):
    judged = number_verdict(
        published, evidence(0.3, 0.05, quantity="bce_trnn"), incomparable, corrected
    )
    assert judged.verdict == verdict and words in judged.reason


def test_a_number_that_is_missing_or_has_no_interval_is_not_judged():
    assert number_verdict(0.3, None, None, NAN).verdict is None
    assert number_verdict(0.3, None, "other subjects", NAN).verdict is None
    assert number_verdict(0.3, evidence(0.3, NAN), None, NAN).verdict is None


def test_what_is_no_error_is_called_neither_smaller_nor_larger():
    judged = number_verdict(0.64, evidence(0.3, 0.05, quantity="kappa_r"), None, NAN)
    assert judged.verdict == FAILS and "error" not in judged.reason


def test_a_part_fails_with_one_of_its_rows_and_names_it():
    assert part_verdict(part(), [evidence()], []).verdict == HOLDS
    failed = evidence(p_holm=0.3, met=False, quantity="second")
    judged = part_verdict(part(), [evidence(), failed], [])
    assert judged.verdict == FAILS and judged.row is failed
    assert "`second`" in judged.reason and "It would hold if" in judged.reason
    # Also if another row is unknown.
    assert part_verdict(part(), [evidence(met=None), failed], []).verdict == FAILS


def test_a_part_that_cannot_be_judged_has_no_verdict():
    assert part_verdict(part(), None, []).verdict is None
    assert part_verdict(part(), [evidence()], None).verdict is None
    assert part_verdict(part(), [evidence()], [evidence(met=None)]).verdict is None
    # One control that fails is enough to know, whatever another would say.
    controls = [evidence(met=None), evidence(met=False)]
    assert part_verdict(part(), [evidence()], controls).verdict == CORRECTED


def test_a_part_that_cannot_be_told_says_why():
    open_ = replace(evidence(met=None), undecided="the interval is wide")
    judged = part_verdict(part(), [evidence(), open_], [])
    assert judged.verdict == UNDECIDED and "the interval is wide" in judged.reason
    assert judged.row is open_
    # It is no correction that could be made up for, and outweighs none that fails.
    assert part_verdict(part(), [open_], [evidence(met=False)]).verdict == UNDECIDED


@pytest.mark.parametrize(
    ("changes", "published", "control", "words"),
    [
        ({"needed": "windows end at blocks"}, NAN, True, "windows end at blocks"),
        ({"control_failed": "it comes with the method"}, NAN, False, "it comes with the method"),
        ({}, -0.3, True, "-0.3000 lies outside"),
    ],
)
def test_a_part_holds_with_a_correction_that_is_named(changes, published, control, words):
    controls = [evidence(met=control, quantity="control")]
    judged = part_verdict(part(**changes), [evidence(published=published)], controls)
    assert judged.verdict == CORRECTED and words in judged.reason
    assert part_verdict(part(), [evidence()], [evidence()]).verdict == HOLDS


def test_the_row_that_is_shown_is_the_one_furthest_from_holding():
    weak = evidence(p_holm=0.04)
    assert part_verdict(part(), [evidence(), weak, evidence(p_holm=NAN)], []).row is weak


@pytest.mark.parametrize(
    ("value", "p_holm", "p_corrected", "verdict"),
    [
        (-0.1, 0.01, 0.092, CORRECTED),
        (-0.1, 0.01, 0.04, HOLDS),
        (-0.1, 0.05, 0.092, FAILS),
        (0.1, 0.01, 0.092, FAILS),
        (0.1, NAN, 0.092, None),
    ],
)
def test_a_mark_is_judged_by_the_corrected_test(value, p_holm, p_corrected, verdict):
    judged = mark_verdict(mark(p_corrected=p_corrected), evidence(value, p_holm=p_holm))
    assert judged.verdict == verdict
    if verdict is not None:
        assert "0.046" in judged.reason and "6 comparisons" in judged.reason
    assert mark_verdict(mark(), None).verdict is None


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([HOLDS, HOLDS], HOLDS),
        ([HOLDS, CORRECTED, None], CORRECTED),
        ([HOLDS, CORRECTED, FAILS], FAILS),
        ([HOLDS, CORRECTED, UNDECIDED], UNDECIDED),
        ([UNDECIDED, FAILS], FAILS),
        ([None, None], None),
    ],
)
def test_a_finding_is_the_worst_of_its_parts(verdicts, expected):
    judged = finding_verdict([Verdict(verdict, "") for verdict in verdicts])
    assert judged.verdict == expected
    if expected is not None:
        assert ("could not be judged" in judged.reason) == (None in verdicts)


def test_rows_in_words():
    row = evidence(-0.1, 0.05, p_holm=0.03)
    expected = "`bce_trnn_minus_mle` (all) is -0.1000 [-0.1500, -0.0500] nats, p (Holm) = 0.030"
    assert words_of(row) == expected
    assert "p (Holm)" not in words_of(evidence(p_holm=np.nan))
