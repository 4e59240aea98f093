"""The t-RNN: a training step, and inference."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from benchmarks.architectures import with_network
from benchmarks.counts import Need, trnn_forward_trial, trnn_training_trial
from benchmarks.plain.network import PlainTraining, PlainTrnn, Session, apply_to
from benchmarks.problems import SEED, agents, artificial, changed, experiments, first, worst
from benchmarks.sizes import SIZES
from trnn.config.experiment import Experiment
from trnn.estimators.trnn.checkpoint import new_network
from trnn.estimators.trnn.infer import apply_network
from trnn.estimators.trnn.train import Trainer, pool_of
from trnn.theory.models import get_model

TRAIN, INFER = "train_trnn", "infer_trnn"


def with_training(experiment: Experiment, units: int | None = None, **training) -> Experiment:
    """Return an experiment with other settings of its training, and other sizes of its GRUs.

    Its network is the published one, which the plain reference is of.
    """
    # Agents are not simulated anew during the measurement: simulation is measured apart.
    # What the plain training does too: true values, Adam.
    own_way = {"teacher": None, "optimizer": "adam", "schedule": "one_cycle", "plays": 1}
    training = {"fresh_agents": False, "n_steps": 10**6, **own_way, **training}
    network = {} if units is None else {"hidden_units": units, "action_units": units}
    own = with_network(experiment, "trnn_published")
    return changed(own, estimators={"trnn": {"training": training, "network": network}})


def published() -> Experiment:
    return with_network(experiments()["dezfouli"], "trnn_published")


def trainer_on(experiment: Experiment, made) -> Trainer:
    pool = pool_of(experiment, made.sequences, made.parameters)
    return Trainer(experiment, pool, pool, SEED, 0)


def stepper(trainer: Trainer) -> Callable[[], object]:
    return getattr(trainer, "step", None) or trainer._step


def network_need(experiment: Experiment, count) -> Need:
    network = experiment.estimators.trnn.network
    n_inputs = 4 if network.block_start_input else 3
    bins = [head.units for head in network.heads.values()]
    return count(n_inputs, network.hidden_units, network.action_units, bins)


def training_facts(experiment: Experiment, label: str, trials: int) -> dict:
    units = experiment.estimators.trnn.network.hidden_units
    return {
        "stage": TRAIN,
        "label": f"{label}, {units} units",
        "work": trials,
        "unit": "trials",
        "need": network_need(experiment, trnn_training_trial).times(trials),
    }


def lanes_and_window(experiment: Experiment) -> tuple[int, int]:
    training = experiment.estimators.trnn.training
    return training.lanes, training.window


@pytest.fixture(scope="module")
def pool():
    """Agents of `artificial` to train on."""
    return agents(artificial(SIZES.trials), SIZES.pool)


def measure_steps(measure, experiment: Experiment, made, kind: str, **facts) -> None:
    trainer = trainer_on(experiment, made)
    step = stepper(trainer)
    lanes, window = lanes_and_window(experiment)
    trials = SIZES.steps * lanes * window
    measure(
        lambda: [step() for _ in range(SIZES.steps)] and None,
        kind=kind,
        precision="float32",
        **training_facts(
            experiment, f"{SIZES.steps} steps of {lanes} lanes × {window} trials", trials
        ),
        **facts,
    )


def test_training_project(measure, pool):
    experiment = with_training(artificial(SIZES.trials), lanes=SIZES.lanes, window=SIZES.window)
    measure_steps(measure, experiment, pool, "project")


@pytest.mark.parametrize("by_trial", [False, True], ids=["whole", "by_trial"])
def test_training_plain(measure, pool, by_trial):
    experiment = with_training(artificial(SIZES.trials), window=SIZES.window)
    weights = new_network(experiment, SEED, 0).state_dict()
    training = PlainTraining(PlainTrnn(experiment, weights, by_trial), experiment)
    session = Session(experiment, pool.sequences, 0, pool.parameters)
    how = "GRUs called once a trial" if by_trial else "GRUs called once a window"
    measure(
        lambda: training.play(session),
        kind="plain_other" if by_trial else "plain",
        precision="float32",
        **training_facts(experiment, f"one agent of {SIZES.trials:,} trials, {how}", SIZES.trials),
    )
    moved, apart = moved_and_apart(by_trial)
    measure.note(
        difference=apart / moved,
        difference_in="weights after 3 steps, as a share of how far they have moved",
    )
    assert apart < 0.02 * moved


def moved_and_apart(by_trial: bool, n: int = 4, t: int = 60) -> tuple[float, float]:
    """Train both on the same agents; return how far the weights moved, and how far apart they are.

    The agents' whole sessions are one window, and there are as many as lanes: every step is on all
    of them, in whatever order.
    """
    experiment = with_training(artificial(t), lanes=n, window=t, n_steps=10, learning_rate=0.01)
    made = agents(experiment, n)
    trainer = trainer_on(experiment, made)
    start = {k: v.detach().clone() for k, v in trainer.network.state_dict().items()}
    plain = PlainTraining(PlainTrnn(experiment, start, by_trial), experiment)
    sessions = [Session(experiment, made.sequences, i, made.parameters) for i in range(n)]
    step = stepper(trainer)
    for _ in range(3):
        step()
        plain.step_on_all(sessions)
    ours, theirs = trainer.network.state_dict(), plain.network.state_dict()
    moved = sum(float((theirs[k] - start[k]).square().sum()) for k in start)
    apart = sum(float((theirs[k] - ours[k]).square().sum()) for k in start)
    return float(np.sqrt(moved)), float(np.sqrt(apart))


SERIES = [("lanes", n) for n in SIZES.half_sizes(2 * SIZES.lanes)]
SERIES += [("trials of a window", t) for t in SIZES.half_sizes(2 * SIZES.window)]
SERIES += [("units", u) for u in SIZES.half_sizes(128)]


@pytest.mark.parametrize(("axis", "size"), SERIES)
def test_training_scaling(measure, pool, axis, size):
    lanes = size if axis == "lanes" else SIZES.lanes
    window = size if axis == "trials of a window" else SIZES.window
    experiment = with_training(
        artificial(SIZES.trials),
        units=size if axis == "units" else None,
        lanes=lanes,
        window=window,
    )
    measure_steps(measure, experiment, pool, "scaling", axis=axis, size=size)


def inference_facts(experiment: Experiment, label: str, trials: int) -> dict:
    units = experiment.estimators.trnn.network.hidden_units
    return {
        "stage": INFER,
        "label": f"{label}, {units} units",
        "work": trials,
        "unit": "trials",
        "need": network_need(experiment, trnn_forward_trial).times(trials),
    }


def measure_inference(measure, experiment: Experiment, sequences, kind: str, **facts) -> None:
    network = new_network(experiment, SEED, 0)
    trials = int(sequences.lengths.sum())
    label = f"{len(sequences.subjects)} people, {trials:,} trials"
    measure(
        lambda: apply_network(network, sequences, get_model(experiment.model)),
        kind=kind,
        precision="float32",
        **inference_facts(experiment, label, trials),
        **facts,
    )


def test_inference_project(measure, people):
    measure_inference(measure, published(), people, "project")


@pytest.mark.parametrize("by_trial", [True, False], ids=["by_trial", "whole"])
def test_inference_plain(measure, people, by_trial):
    experiment = published()
    network = new_network(experiment, SEED, 0)
    plain = PlainTrnn(experiment, network.state_dict(), by_trial)
    one = first(people, 1)
    session = Session(experiment, one, 0, None)
    trials = int(one.lengths[0])
    how = "GRUs called once a trial" if by_trial else "GRUs called once a session"
    p, values = measure(
        lambda: apply_to(plain, session),
        kind="plain" if not by_trial else "plain_other",
        precision="float32",
        **inference_facts(experiment, f"one person, {trials:,} trials, {how}", trials),
    )
    ours = apply_network(network, one, get_model(experiment.model))
    ours_p, ours_values = torch.sigmoid(ours.action_logit).numpy().T, ours.values.numpy().T
    ranges = experiment.parameters.values()
    width = np.array([r.high - r.low for r in ranges])
    difference = max(worst(ours_p[0], p), worst(ours_values[0] / width, values / width))
    measure.note(difference=difference, difference_in="P(action 0) and parameters / range")
    assert difference < 1e-4
    assert torch.get_num_threads() == 1


INFERENCE_SERIES = [("people", n) for n in SIZES.half_sizes(SIZES.people)]
INFERENCE_SERIES += [("units", u) for u in SIZES.half_sizes(128)]


@pytest.mark.parametrize(("axis", "size"), INFERENCE_SERIES)
def test_inference_scaling(measure, people, axis, size):
    experiment = with_training(experiments()["dezfouli"], units=size if axis == "units" else None)
    chosen = first(people, size if axis == "people" else SIZES.people)
    measure_inference(measure, experiment, chosen, "scaling", axis=axis, size=size)
