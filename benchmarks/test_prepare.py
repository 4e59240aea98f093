"""Preparing the people's file: stand-ins in the study's own format, or real people."""

import pytest

from benchmarks.counts import prepared_bytes
from benchmarks.plain.preparation import read_dezfouli
from benchmarks.problems import DATA, people_file, people_frame, registry_row, source
from benchmarks.sizes import SIZES
from trnn.data.prepare import prepare

STAGE = "prepare"


def facts(path, frame) -> dict:
    return {
        "stage": STAGE,
        "label": f"{frame['subject'].nunique()} {source()} people, {len(frame):,} trials",
        "work": len(frame),
        "unit": "trials",
        "need": prepared_bytes(path.stat().st_size, *frame.shape),
    }


def test_project(measure, folder):
    path = people_file(folder, SIZES.people)
    frame = people_frame(folder, SIZES.people)
    measure(lambda: prepare(path, registry_row(), source()), kind="project", **facts(path, frame))


def test_plain(measure, folder):
    path = people_file(folder, SIZES.people)
    frame = people_frame(folder, SIZES.people)
    plain = measure(lambda: read_dezfouli(path), kind="plain", **facts(path, frame))
    different = sum((frame[name].to_numpy() != values).sum() for name, values in plain.items())
    measure.note(difference=float(different), difference_in="cells of the table that differ")
    assert different == 0


@pytest.mark.skipif(DATA is not None, reason="there is one file of real people, of one size")
@pytest.mark.parametrize("size", [3 * n for n in SIZES.half_sizes(max(8, SIZES.people // 3))])
def test_scaling(measure, folder, size):
    path = people_file(folder, size)
    frame = prepare(path, registry_row(), "simulated")
    measure(
        lambda: prepare(path, registry_row(), "simulated"),
        kind="scaling",
        axis="people",
        size=size,
        **facts(path, frame),
    )
