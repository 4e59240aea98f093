"""Preparing the people's file: stand-ins in the study's own format, or real people."""

import pytest

from benchmarks.plain.preparation import read_dezfouli
from benchmarks.problems import (
    GROUPS,
    people_file,
    people_frame,
    registry_row,
    source,
    stand_ins_file,
)
from benchmarks.sizes import SIZES
from trnn.data.prepare import prepare

STAGE = "prepare"


def facts(frame, whose) -> dict:
    return {
        "stage": STAGE,
        "label": f"{frame['subject'].nunique()} {whose} people, {len(frame):,} trials",
        "work": len(frame),
        "unit": "trials",
    }


def test_project(measure, folder):
    path = people_file(folder, SIZES.people)
    frame = people_frame(folder, SIZES.people)
    measure(
        lambda: prepare(path, registry_row(), source()),
        kind="project",
        **facts(frame, source()),
    )


def test_plain(measure, folder):
    path = people_file(folder, SIZES.people)
    frame = people_frame(folder, SIZES.people)
    plain = measure(lambda: read_dezfouli(path), kind="plain", **facts(frame, source()))
    different = sum((frame[name].to_numpy() != values).sum() for name, values in plain.items())
    measure.note(difference=float(different), difference_in="cells of the table that differ")
    assert different == 0


@pytest.mark.parametrize("size", [GROUPS * n for n in SIZES.half_sizes(-(-SIZES.people // GROUPS))])
def test_scaling(measure, folder, size):
    # Of real people there is one file, of one size.
    path = stand_ins_file(folder, size)
    frame = prepare(path, registry_row(), "simulated")
    measure(
        lambda: prepare(path, registry_row(), "simulated"),
        kind="scaling",
        axis="people",
        size=size,
        **facts(frame, "simulated"),
    )
