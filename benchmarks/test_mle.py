"""Maximum likelihood."""

import numpy as np
import pytest

from benchmarks.plain.likelihood import fit_subject
from benchmarks.problems import SEED, changed, experiments, first
from benchmarks.sizes import SIZES
from tests.estimators.plain import of_subject, plain_nll
from trnn.estimators.mle.fit import fit
from trnn.theory.models import get_model

MODEL = "q_learning_perseveration"
KEYS = ("dezfouli", "mle")
RANGES = experiments()["dezfouli"].parameters
N_STARTS = 5


def settings():
    mle = {"n_candidates": SIZES.candidates, "n_starts": N_STARTS}
    return changed(experiments()["dezfouli"], estimators={"mle": mle}).estimators.mle


def run(sequences):
    return fit(get_model(MODEL), sequences, RANGES, settings(), SEED, *KEYS)


def facts(sequences) -> dict:
    n, t = len(sequences.subjects), int(sequences.lengths.sum())
    label = f"{n} people, {t:,} trials, {N_STARTS} starts"
    return {"stage": "mle", "label": label, "work": t, "unit": "trials"}


def test_project(measure, people):
    measure(lambda: run(people), kind="project", **facts(people))


def test_plain(measure, people):
    few = first(people, SIZES.plain_people)
    search = (RANGES, SIZES.candidates, N_STARTS, SEED, *KEYS)

    def plain():
        return [fit_subject(plain_nll, MODEL, few, i, *search) for i in range(len(few.subjects))]

    theirs = np.array(measure(plain, kind="plain", rounds=2, warm_up=False, **facts(few)))
    ours = run(few)
    # The likelihood at the project's estimates must be what the project says, and none that the
    # plain search finds may be better. (Another search may find a better optimum than the plain.)
    for i, row in ours.iterrows():
        expected = plain_nll(MODEL, row[list(RANGES)].tolist(), *of_subject(few, i))
        assert abs(row["nll"] - expected) < 1e-6
    assert (ours["nll"] < theirs + 1e-3).all()
    difference = float(np.max(np.abs(ours["nll"] - theirs)))
    measure.note(difference=difference, difference_in="negative log likelihood found, nats")


SERIES = [("people", n) for n in SIZES.half_sizes(SIZES.people)]
SERIES += [("trials", t) for t in SIZES.half_sizes(SIZES.trials)]


@pytest.mark.parametrize(("axis", "size"), SERIES)
def test_scaling(measure, people, axis, size):
    chosen = first(people, size) if axis == "people" else first(people, len(people.subjects), size)
    measure(lambda: run(chosen), kind="scaling", axis=axis, size=size, **facts(chosen))
