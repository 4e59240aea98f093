"""What a long loop says of itself."""

import pytest

from trnn import progress


@pytest.fixture
def clock(monkeypatch):
    """Return a function that sets the time, in seconds."""
    progress.forget()
    at = {"now": 0.0}
    monkeypatch.setattr(progress.time, "monotonic", lambda: at["now"])
    yield lambda seconds: at.update(now=seconds)
    progress.forget()


def test_nothing_is_known_before_a_report():
    progress.forget()
    assert progress.latest() is None


def test_the_pace_since_the_first_report_gives_the_time_left(clock):
    progress.report(0, 100, "steps")
    assert progress.latest().seconds_left is None
    clock(10.0)
    progress.report(20, 100, "steps", loss=0.5)
    latest = progress.latest()
    assert latest.facts == {"loss": 0.5} and latest.seconds_left == pytest.approx(40.0)
    clock(50.0)
    progress.report(100, 100, "steps")
    assert progress.latest().seconds_left == 0.0


def test_what_an_interrupted_work_did_before_is_not_counted_as_fast(clock):
    progress.report(90, 100, "steps")
    clock(10.0)
    progress.report(92, 100, "steps")
    assert progress.latest().seconds_left == pytest.approx(40.0)


@pytest.mark.parametrize("other", [(1, 50, "steps"), (1, 100, "agents"), (0, 100, "steps")])
def test_another_count_starts_a_new_pace(clock, other):
    progress.report(0, 100, "steps")
    clock(10.0)
    progress.report(60, 100, "steps")
    clock(11.0)
    progress.report(*other)
    assert progress.latest().seconds_left is None and progress.latest().since == 11.0


def test_an_inner_loop_is_told_beside_its_count_until_that_goes_on(clock):
    progress.report(0, 100, "steps")
    clock(50.0)
    progress.within(3, 8, "agents that teach")
    assert progress.latest().within == "3 of 8 agents that teach"
    assert (progress.latest().done, progress.latest().unit) == (0, "steps")
    progress.report(0, 100, "steps")
    assert progress.latest().within == ""


def test_an_inner_loop_alone_is_the_count():
    progress.forget()
    progress.within(3, 8, "agents that teach")
    assert (progress.latest().done, progress.latest().total) == (3, 8)
