"""Maximum likelihood."""

import numpy as np
import pytest

from benchmarks.counts import likelihood_trial
from benchmarks.plain.likelihood import fit_subject, nll_in_numpy
from benchmarks.problems import SEED, changed, experiments, first
from benchmarks.sizes import SIZES
from tests.estimators.plain import of_subject, plain_nll
from trnn.estimators.mle.fit import fit
from trnn.theory.models import get_model

STAGE = "mle"
MODEL = "q_learning_perseveration"
KEYS = ("dezfouli", "mle")
RANGES = experiments()["dezfouli"].parameters
N_STARTS = 5


def settings():
    mle = {"n_candidates": SIZES.candidates, "n_starts": N_STARTS}
    return changed(experiments()["dezfouli"], estimators={"mle": mle}).estimators.mle


def run(sequences):
    model = get_model(MODEL)
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


@pytest.mark.parametrize("in_numpy", [False, True], ids=["numbers", "numpy"])
def test_plain(measure, people, in_numpy):
    few = first(people, SIZES.plain_people)
    if in_numpy:
        few = first(people, 1, SIZES.plain_session)
    nll = nll_in_numpy if in_numpy else plain_nll
    search = (RANGES, SIZES.candidates, N_STARTS, SEED, *KEYS)

    def plain():
        return [fit_subject(nll, MODEL, few, i, *search) for i in range(len(few.subjects))]

    how = facts(few)
    how["label"] += ", in numpy" if in_numpy else ", plain numbers"
    kind = "plain_other" if in_numpy else "plain"
    fits = measure(plain, kind=kind, rounds=2, warm_up=False, **how)
    ours = run(few)
    # The likelihood at the project's estimates must be what the project says, and none that the
    # plain search finds may be better. (Another search may find a better optimum than the plain.)
    names = list(RANGES)
    for i, row in ours.iterrows():
        expected = plain_nll(MODEL, row[names].tolist(), *of_subject(few, i))
        assert abs(row["nll"] - expected) < 1e-6
    theirs = np.array([value for _, value, _ in fits])
    assert (ours["nll"] < theirs + 1e-3).all()
    difference = float(np.max(np.abs(ours["nll"] - theirs)))
    evaluations = np.array([n for _, _, n in fits])
    need = likelihood_trial(MODEL).operations
    measure.note(
        difference=difference,
        difference_in="negative log likelihood at the optimum, nats",
        operations=float((evaluations * few.lengths).sum() * need),
    )


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
