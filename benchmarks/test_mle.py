"""Maximum likelihood."""

import numpy as np
import pytest

from benchmarks.counts import likelihood_trial
from benchmarks.plain.likelihood import fit_subject
from benchmarks.problems import SEED, changed, experiments, first
from benchmarks.sizes import SIZES
from trnn.mle import fit
from trnn.models import get_model

STAGE = "mle"
KEYS = ("dezfouli", "mle")
RANGES = experiments()["dezfouli"].parameters
N_STARTS = 5


def settings():
    mle = {"n_candidates": SIZES.candidates, "n_starts": N_STARTS}
    return changed(experiments()["dezfouli"], estimators={"mle": mle}).estimators.mle


def run(sequences):
    model = get_model("q_learning_perseveration")
    return fit(model, sequences, RANGES, settings(), SEED, *KEYS)


def label(sequences):
    n, t = len(sequences.subjects), int(sequences.lengths.sum())
    return f"{n} people, {t:,} trials, {N_STARTS} starts"


def facts(sequences) -> dict:
    return {
        "stage": STAGE,
        "label": label(sequences),
        "work": int(sequences.lengths.sum()),
        "unit": "trials",
    }


def test_project(measure, people):
    measure(lambda: run(people), kind="project", precision="float64", **facts(people))


def test_plain(measure, people):
    few = first(people, SIZES.plain_people)

    def plain():
        return [
            fit_subject(
                "q_learning_perseveration", few, i, RANGES, SIZES.candidates, N_STARTS, SEED, *KEYS
            )
            for i in range(len(few.subjects))
        ]

    fits = measure(plain, kind="plain", rounds=2, warm_up=False, **facts(few))
    ours = run(few)
    nll = np.array([value for _, value, _ in fits])
    # A lower likelihood than the plain search finds would be a fault of either; flat directions
    # leave parameters less certain than the likelihood.
    difference = float(np.max(np.abs(ours["nll"] - nll)))
    evaluations = np.array([n for _, _, n in fits])
    need = likelihood_trial("q_learning_perseveration").operations
    measure.note(
        difference=difference,
        difference_in="negative log likelihood at the optimum, nats",
        operations=float((evaluations * few.lengths).sum() * need),
    )
    assert difference < 1e-3


SERIES = [("people", n) for n in SIZES.half_sizes(SIZES.people)]
SERIES += [("trials", t) for t in SIZES.half_sizes(SIZES.trials)]


@pytest.mark.parametrize(("axis", "size"), SERIES)
def test_scaling(measure, people, axis, size):
    chosen = first(people, size) if axis == "people" else first(people, len(people.subjects), size)
    run(first(people, 1, 20))  # what is compiled at the first call is compiled now
    measure(
        lambda: run(chosen),
        kind="scaling",
        axis=axis,
        size=size,
        rounds=2,
        warm_up=False,
        **facts(chosen),
    )
