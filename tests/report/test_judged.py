"""A target's verdict beside what the exact posterior reaches."""

import pytest

from trnn.report.text.judged import MET, MISSED, UNREACHED, Number, verdict

BAND = (0.88, 0.92)


@pytest.mark.parametrize(
    ("own", "best", "expected"),
    [
        (Number(0.90, 0.85, 0.95), Number(0.5, 0.4, 0.6), MET),
        (Number(0.80, 0.75, 0.85), None, MISSED),
        (Number(0.87, 0.86, 0.895), Number(0.89, 0.88, 0.9), MISSED),  # which the best meets
        (Number(0.80, 0.75, 0.85), Number(0.87, 0.86, 0.88), MISSED),  # and is known to be nearer
        (Number(0.80, 0.75, 0.875), Number(0.87, 0.86, 0.88), UNREACHED),
        (Number(0.85, 0.84, 0.86), Number(0.80, 0.79, 0.81), UNREACHED),
        (Number(0.94, 0.86, 0.96), Number(0.87, 0.86, 0.88), MISSED),  # on the other side
        (Number(0.80, float("nan"), float("nan")), Number(0.87, 0.86, 0.88), MISSED),
    ],
)
def test_a_miss_is_excused_where_the_exact_posterior_is_not_known_to_do_better(own, best, expected):
    assert verdict([(own, best)], *BAND) == expected


def test_one_miss_that_could_be_met_decides():
    excused = (Number(0.85, 0.84, 0.86), Number(0.80, 0.79, 0.81))
    met = (Number(0.9, 0.89, 0.91), None)
    assert verdict([excused, met], *BAND) == UNREACHED
    assert verdict([excused, met, (Number(0.93, 0.92, 0.94), None)], *BAND) == MISSED


def test_a_limit_has_one_side():
    assert verdict([(Number(-3.0, -4, -2), None)], float("-inf"), 1.0) == MET
    share = (Number(0.7, 0.6, 0.75), Number(0.6, 0.5, 0.7))
    assert verdict([share], 0.8, float("inf")) == UNREACHED
