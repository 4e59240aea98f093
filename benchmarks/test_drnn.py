"""Training the d-RNNs of a cohort."""

from typing import NamedTuple

import numpy as np
import pytest

from benchmarks.counts import forward_trial, training_trial
from benchmarks.plain.drnn import Person, PlainDrnn, predict_person, train_network
from benchmarks.problems import experiments, first, worst
from benchmarks.sizes import SIZES
from trnn.config.drnn import Drnn
from trnn.estimators.drnn.cohort import train_all
from trnn.estimators.drnn.folds import make_plan

STAGE = "train_drnn"
EPOCHS = 4
MEMBERS = 2


class Problem(NamedTuple):
    """People, sessions' first trials, and networks."""

    people: int = SIZES.drnn_people
    trials: int = SIZES.drnn_trials
    networks: int = SIZES.drnn_networks


def settings() -> Drnn:
    drnn = experiments()["dezfouli"].estimators.drnn
    changes = {"n_epochs": EPOCHS, "epochs_per_check": EPOCHS}
    return Drnn.model_validate({**drnn.model_dump(), **changes})


def plan_of(problem: Problem):
    folds = max(2, problem.networks // MEMBERS)
    plan = make_plan(problem.people, folds, MEMBERS, np.random.default_rng(0))
    return plan.part(0, problem.networks)


def run(problem: Problem, sequences):
    plan = plan_of(problem)
    return train_all(sequences, plan, list(range(len(plan.fold))), settings())


def facts(problem: Problem, sequences) -> dict:
    """Return what is done: epochs of training on some people, one look at them and the choosers."""
    plan, drnn = plan_of(problem), settings()
    trials = int((plan.train @ sequences.lengths).sum()) * EPOCHS
    looked_at = int(((plan.train | plan.choose | plan.test) @ sequences.lengths).sum())
    one = PlainDrnn(4 if drnn.block_start_input else 3, drnn, 0)
    operations = training_trial(one) * trials + forward_trial(one) * looked_at
    n, k = len(plan.fold), len(sequences.subjects)
    return {
        "stage": STAGE,
        "label": f"{n} networks × {EPOCHS} epochs × {k} people × {problem.trials} trials, "
        f"{drnn.hidden_units} units",
        "work": trials,
        "unit": "trials",
        # A network that treats both actions alike is run on both.
        "operations": operations * (2 if drnn.symmetric else 1),
    }


def sessions(people, problem: Problem):
    return first(people, problem.people, problem.trials)


def test_project(measure, people):
    problem = Problem()
    sequences = sessions(people, problem)
    measure(
        lambda: run(problem, sequences),
        kind="project",
        rounds=2,
        **facts(problem, sequences),
    )


def test_plain(measure, people):
    problem = Problem(people=4, networks=1, trials=SIZES.drnn_trials)
    sequences = sessions(people, problem)
    plan, drnn = plan_of(problem), settings()
    persons = [Person(sequences, i, drnn) for i in range(len(sequences.subjects))]
    network = measure(
        lambda: train_network(persons, plan.train[0], plan.choose[0], drnn, 0),
        kind="plain",
        rounds=2,
        **facts(problem, sequences),
    )
    # The one network predicts the people held out of its fold; nobody predicts the others.
    with np.errstate(invalid="ignore"):
        ours = run(problem, sequences).p_action_0
    held_out = np.flatnonzero(plan.test[0])
    assert len(held_out)
    difference = max(
        worst(ours[i, : len(persons[i].sign)], predict_person(network, persons[i]))
        for i in held_out
    )
    measure.note(difference=difference, difference_in="P(action 0) of the people held out")
    assert difference < 1e-3


SERIES = [("networks", n) for n in SIZES.half_sizes(SIZES.drnn_networks)]
SERIES += [("people", n) for n in SIZES.half_sizes(4 * SIZES.drnn_people)]


@pytest.mark.parametrize(("axis", "size"), SERIES)
def test_scaling(measure, people, axis, size):
    problem = Problem(trials=max(20, SIZES.drnn_trials // 4))._replace(**{axis: size})
    sequences = sessions(people, problem)
    with np.errstate(invalid="ignore"):
        measure(
            lambda: run(problem, sequences),
            kind="scaling",
            axis=axis,
            size=size,
            rounds=2,
            **facts(problem, sequences),
        )
