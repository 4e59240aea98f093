"""The t-RNN: a training step of the published and of the default network, and inference."""

import numpy as np
import pytest
import torch

from benchmarks.architectures import with_network
from benchmarks.counts import forward_trial, training_trial
from benchmarks.plain.network import PlainTraining, PlainTrnn, Session, apply_to
from benchmarks.problems import SEED, agents, artificial, changed, experiments, first, worst
from benchmarks.sizes import SIZES
from trnn.config.experiment import Experiment
from trnn.estimators.trnn.checkpoint import new_network
from trnn.estimators.trnn.infer import apply_network
from trnn.estimators.trnn.teacher import lessons
from trnn.estimators.trnn.train import Trainer, pool_of
from trnn.theory.models import get_model

PUBLISHED, DEFAULT = "trnn_published", "trnn"
STAGES = {PUBLISHED: "train_published", DEFAULT: "train_default"}


def with_training(name: str, n_trials: int, units: int | None = None, **training) -> Experiment:
    """Return `artificial` with a network of its own, trained in its own way; with some changes."""
    experiment = artificial(n_trials)
    own = experiment.estimators.network(name).training.model_dump()
    # Agents are not simulated anew during the measurement: simulation is measured apart.
    training = {**own, "fresh_agents": False, **training}
    network = {} if units is None else {"hidden_units": units}
    chosen = with_network(experiment, name)
    return changed(chosen, estimators={"trnn": {"training": training, "network": network}})


@pytest.fixture(scope="module")
def made():
    """Agents of `artificial` to train on."""
    return agents(artificial(SIZES.trials), SIZES.pool)


@pytest.fixture(scope="module")
def pools(made):
    """The agents as each network is taught by them."""
    out = {}
    for name in STAGES:
        experiment = with_training(name, SIZES.trials)
        own = (experiment, made.sequences, made.parameters)
        out[name] = pool_of(*own, targets=lessons(*own, SEED, "benchmark"))
    return out


def training_facts(name: str, network: torch.nn.Module, label: str, trials: int) -> dict:
    return {
        "stage": STAGES[name],
        "label": f"{label}, {network.recurrent.weight_hh_l0.shape[1]} units",
        "work": trials,
        "unit": "trials",
        "operations": trials * training_trial(network),
    }


def measure_steps(measure, name: str, experiment: Experiment, pool, kind: str, **facts) -> None:
    trainer = Trainer(experiment, pool, pool, SEED, 0)
    settings = trainer.settings
    label = f"{SIZES.steps} steps of {settings.lanes} lanes × {settings.window} trials"
    trials = SIZES.steps * settings.lanes * settings.window
    facts |= training_facts(name, trainer.network, label, trials)
    measure(lambda: [trainer._step() for _ in range(SIZES.steps)] and None, kind=kind, **facts)


@pytest.mark.parametrize("name", STAGES)
def test_training_project(measure, pools, name):
    measure_steps(measure, name, with_training(name, SIZES.trials), pools[name], "project")


def test_training_plain(measure, made):
    experiment = with_training(PUBLISHED, SIZES.trials)
    plain = PlainTrnn(experiment, new_network(experiment, SEED, 0).state_dict())
    training = PlainTraining(plain, experiment)
    session = Session(experiment, made.sequences, 0, made.parameters)
    label = f"one agent of {SIZES.trials:,} trials"
    facts = training_facts(PUBLISHED, plain, label, SIZES.trials)
    measure(lambda: training.play(session), kind="plain", **facts)
    moved, apart = moved_and_apart()
    measure.note(difference=apart / moved, difference_in="weights after 3 steps, of their way")
    assert apart < 0.02 * moved


def moved_and_apart(n: int = 4, t: int = 60) -> tuple[float, float]:
    """Train both on the same agents; return how far the weights moved, and how far apart they are.

    The agents' whole sessions are one window, and there are as many as lanes: every step is on all
    of them, in whatever order.
    """
    few = {"lanes": n, "window": t, "n_steps": 10, "learning_rate": 0.01}
    experiment = with_training(PUBLISHED, t, **few)
    made = agents(experiment, n)
    pool = pool_of(experiment, made.sequences, made.parameters)
    trainer = Trainer(experiment, pool, pool, SEED, 0)
    start = {k: v.detach().clone() for k, v in trainer.network.state_dict().items()}
    plain = PlainTraining(PlainTrnn(experiment, start), experiment)
    sessions = [Session(experiment, made.sequences, i, made.parameters) for i in range(n)]
    for _ in range(3):
        trainer._step()
        plain.step_on_all(sessions)
    ours, theirs = trainer.network.state_dict(), plain.network.state_dict()
    moved = sum(float((theirs[k] - start[k]).square().sum()) for k in start)
    apart = sum(float((theirs[k] - ours[k]).square().sum()) for k in start)
    return float(np.sqrt(moved)), float(np.sqrt(apart))


SERIES = [("lanes", n) for n in SIZES.half_sizes(64)]
SERIES += [("units", u) for u in SIZES.half_sizes(192)]


@pytest.mark.parametrize(("axis", "size"), SERIES)
def test_training_scaling(measure, pools, axis, size):
    changes = {axis: size}
    experiment = with_training(DEFAULT, SIZES.trials, **changes)
    measure_steps(measure, DEFAULT, experiment, pools[DEFAULT], "scaling", axis=axis, size=size)


def inference_facts(network: torch.nn.Module, sequences) -> dict:
    trials = int(sequences.lengths.sum())
    return {
        "stage": "infer_trnn",
        "label": f"{len(sequences.subjects)} people, {trials:,} trials, published network",
        "work": trials,
        "unit": "trials",
        "operations": trials * forward_trial(network),
    }


@pytest.fixture(scope="module")
def published() -> Experiment:
    return with_network(experiments()["dezfouli"], PUBLISHED)


def measure_inference(measure, experiment: Experiment, sequences, **facts) -> None:
    network, model = new_network(experiment, SEED, 0), get_model(experiment.model)
    facts |= inference_facts(network, sequences)
    measure(lambda: apply_network(network, sequences, model), **facts)


def test_inference_project(measure, published, people):
    measure_inference(measure, published, people, kind="project")


def test_inference_plain(measure, published, people):
    network = new_network(published, SEED, 0)
    plain = PlainTrnn(published, network.state_dict())
    one = first(people, 1)
    session = Session(published, one, 0, None)
    facts = inference_facts(plain, one)
    p, values = measure(lambda: apply_to(plain, session), kind="plain", **facts)
    ours = apply_network(network, one, get_model(published.model))
    ours_p, ours_values = torch.sigmoid(ours.action_logit).numpy().T, ours.values.numpy().T
    width = np.array([r.high - r.low for r in published.parameters.values()])
    difference = max(worst(ours_p[0], p), worst(ours_values[0] / width, values / width))
    measure.note(difference=difference, difference_in="P(action 0) and parameters / range")
    assert difference < 1e-4
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("size", SIZES.half_sizes(SIZES.people))
def test_inference_scaling(measure, published, people, size):
    chosen = first(people, size)
    measure_inference(measure, published, chosen, kind="scaling", axis="people", size=size)
