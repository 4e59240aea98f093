"""Which trials belong together, against a plain loop over trials."""

import numpy as np
import pandas as pd
import pytest

from trnn.checks.calibration.bins import EDGES, Sessions, around_changes, tenths


def _sessions(lengths):
    names = np.repeat([f"agent-{i}" for i in range(len(lengths))], lengths)
    return Sessions.of(pd.Series(names))


def _by_hand(values, kind):
    """Return for one session the trials since the last change, or until the next."""
    out = []
    for t in range(len(values)):
        if kind == "since":
            found = [s for s in range(1, t + 1) if values[s] != values[s - 1]]
            out.append(t - found[-1] if found else None)
        else:
            found = [s for s in range(t + 1, len(values)) if values[s] != values[s - 1]]
            out.append(found[0] - t - 1 if found else None)
    return out


def _bin(trials):
    return -1 if trials is None else sum(trials >= edge for edge in EDGES) - 1


@pytest.mark.parametrize("seed", range(5))
def test_trials_since_and_until_a_change_are_those_of_a_loop(seed):
    rng = np.random.default_rng(seed)
    lengths = [1, 2, 150, 40, 3]
    sessions = _sessions(lengths)
    # Small integers: a redraw may give the value of before, which is no change.
    truth = np.concatenate(
        [rng.integers(0, 3, n)[np.cumsum(rng.random(n) < 0.05) % n] * 1.0 for n in lengths]
    )
    since, just, before = around_changes(truth, sessions)
    start = 0
    for n in lengths:
        own = truth[start : start + n]
        trials_since, trials_before = _by_hand(own, "since"), _by_hand(own, "before")
        assert list(since.codes[start : start + n]) == [_bin(x) for x in trials_since]
        assert list(before.codes[start : start + n]) == [_bin(x) for x in trials_before]
        assert list(just.codes[start : start + n]) == [
            0 if x is not None and x < 20 else -1 for x in trials_since
        ]
        start += n
    assert since.labels == ("0-4", "5-9", "10-19", "20-49", "50-99", "100+")
    assert just.labels == ("0-19",)


def test_a_change_between_two_agents_is_none():
    since, just, before = around_changes(np.array([1.0, 1.0, 2.0, 2.0]), _sessions([2, 2]))
    for binning in (since, just, before):
        assert (binning.codes == -1).all()


def test_tenths_hold_a_tenth_of_each_session():
    sessions = _sessions([100, 20, 7])
    codes = tenths(sessions).codes
    assert (np.bincount(codes[:100]) == 10).all()
    assert (np.bincount(codes[100:120]) == 2).all()
    # Seven trials lie in seven of the tenths, the first in the first.
    assert list(codes[120:]) == [0, 1, 2, 4, 5, 7, 8]
