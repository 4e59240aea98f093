"""Signs of life of a running job: a file beside its log, lines in the log."""

import json
import logging
import os
import time
from pathlib import Path

import pytest

from trnn import progress
from trnn.errors import NumericalError
from trnn.workflow import heartbeat as module
from trnn.workflow.heartbeat import heartbeat, in_words, look, progress_file
from trnn.workflow.spans import span

LOG = "logs/train/x_seed0.log"


@pytest.fixture(autouse=True)
def often(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "SECONDS", 0.05)
    yield
    progress.forget()


def sign() -> dict:
    return json.loads(progress_file(LOG).read_text())


def wait_for(said) -> None:
    end = time.monotonic() + 20
    while not said():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_job_says_how_far_it_is_in_its_file_and_in_its_log(caplog):
    caplog.set_level(logging.INFO)
    with heartbeat(LOG, "train", {"seed": "0"}):
        first = sign()
        assert first["state"] == "running" and first["pid"] == os.getpid()
        assert first["rule"] == "train" and first["wildcards"] == {"seed": "0"}
        progress.report(1_000, 8_000, "steps")
        progress.report(1_200, 8_000, "steps", loss=0.41324)
        wait_for(lambda: "done" in sign())
        seen = sign()
        assert (seen["done"], seen["total"], seen["unit"]) == (1200, 8000, "steps")
        assert seen["facts"] == {"loss": 0.41324} and seen["seconds_left"] >= 0
        assert seen["now"] > first["now"] and seen["started"] == first["started"]
        wait_for(lambda: "1,200 of 8,000 steps (15%), loss 0.4132, about " in caplog.text)
    assert not list(Path("logs").rglob("*.json"))


def test_a_loop_that_reports_nothing_still_lives(caplog):
    caplog.set_level(logging.INFO)
    with heartbeat(LOG, "metrics", {}):
        first = sign()["now"]
        wait_for(lambda: sign()["now"] > first)
    assert not caplog.text


def test_a_job_that_fails_leaves_the_reason():
    with pytest.raises(NumericalError), heartbeat(LOG, "train", {}):
        raise NumericalError("step 7: the loss is not finite.")
    assert sign()["state"] == "failed" and sign()["reason"] == "step 7: the loss is not finite."
    with pytest.raises(KeyboardInterrupt), heartbeat(LOG, "train", {}):
        assert sign()["state"] == "running"
        raise KeyboardInterrupt
    assert sign()["reason"] == "KeyboardInterrupt"


def test_what_a_job_before_has_reported_is_forgotten():
    progress.report(5, 9, "steps")
    with heartbeat(LOG, "train", {}):
        assert look() == {}


def test_a_file_that_cannot_be_written_stops_nothing():
    Path("logs").write_text("no folder")
    with heartbeat(LOG, "train", {}):
        time.sleep(0.2)
    with pytest.raises(ValueError, match="mine"), heartbeat(LOG, "train", {}):
        raise ValueError("mine")


def test_what_a_killed_job_has_left_half_written_is_removed():
    Path(LOG).parent.mkdir(parents=True)
    left = Path(LOG).with_name(".x_seed0.progress.json.abc")
    left.touch()
    with heartbeat(LOG, "train", {}):
        assert not left.exists()


def test_facts_that_are_no_numbers_yet_are_left_out():
    progress.report(1, 10, "epochs", loss=float("inf"), rate=0.5)
    assert look()["facts"] == {"rate": 0.5}
    assert in_words(look()) == "1 of 10 epochs (10%), rate 0.5"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (-3, "0 s"), (45.4, "45 s"), (429, "7 min 9 s"), (7500, "2 h 5 min")],
)
def test_spans_have_their_two_largest_units(seconds, words):
    assert span(seconds) == words
