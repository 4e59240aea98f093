import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trnn.errors import TableError
from trnn.report.encode import LEVELS, pack, scale_of, unpack

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=40))
def test_columns_come_back_to_within_half_a_step(rows):
    columns = list(np.array(rows).T)
    scales = [scale_of(column) for column in columns]
    back = unpack(pack(columns, scales), scales)
    for column, scale, values in zip(columns, scales, back, strict=True):
        assert np.abs(values - column).max() <= scale.step * 0.5001 + 1e-9
        assert scale.step <= max(np.ptp(column) / LEVELS, 1.0) * 1.0001


def test_whole_numbers_come_back_exactly():
    rewards = np.array([-40.0, 3.0, 0.0, 77.0, 77.0])
    scale = scale_of(rewards)
    assert scale.step == 1.0
    assert unpack(pack([rewards], [scale]), [scale])[0].tolist() == rewards.tolist()


def test_the_largest_change_and_a_constant_come_back():
    columns = [np.array([0.0, 1.5, 0.0, 1.5]), np.full(4, 0.123)]
    scales = [scale_of(column) for column in columns]
    back = unpack(pack(columns, scales), scales)
    np.testing.assert_allclose(back[0], columns[0], atol=1e-9)
    np.testing.assert_allclose(back[1], columns[1], atol=1e-12)


def test_a_long_session_of_smooth_estimates_is_short():
    t = np.arange(1300)
    smooth = 0.5 + 0.4 * np.sin(t / 100)
    assert len(pack([smooth], [scale_of(smooth)])) < 1.6 * len(t)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_cannot_be_shown_is_refused(bad):
    with pytest.raises(TableError, match="NaN or infinity"):
        scale_of(np.array([0.1, bad]))
