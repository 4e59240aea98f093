"""A training step of the t-RNN with torch's own `nn.GRU`, beside the compiled recurrence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import nn

from benchmarks.architectures import with_network
from benchmarks.peers.agents import KEY, SEED, experiment, training_round
from benchmarks.peers.rows import PROJECT, named, rows
from benchmarks.peers.sizes import SIZES
from benchmarks.peers.timing import least
from benchmarks.problems import changed
from trnn.config.experiment import Experiment
from trnn.estimators.recurrent import gru
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.trnn.teacher import teach
from trnn.estimators.trnn.train import Trainer, pool_of

SECTION = "training step"
NETWORKS = {"default network": "trnn", "published network": "trnn_published"}


def measure() -> list[dict[str, Any]]:
    """Return the rows of this comparison."""
    prepare(1)
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for words, name in NETWORKS.items():
        for who, found in ((ours, _step_seconds(name, False)), (theirs, _step_seconds(name, True))):
            who[f"ms, {words}"] = 1000 * found
    for who, layer in ((ours, gru.GRU), (theirs, nn.GRU)):
        who["ms, recurrent layer alone"] = 1000 * _layer_seconds(layer)
    out = rows(SECTION, f"{PROJECT}: compiled recurrence", "project", ours)
    return out + rows(SECTION, f"{named('torch')}: `nn.GRU`", "peer", theirs)


@contextmanager
def stock_gru() -> Iterator[None]:
    """Let the project's networks run torch's own GRU: all else of a step is the same."""
    with patch.object(gru, "_compiled_runs", lambda _: False):
        yield


def _experiment(name: str) -> Experiment:
    own = experiment().estimators.network(name).training.model_dump()
    chosen = with_network(experiment(), name)
    # Agents are not simulated anew during the measurement.
    return changed(chosen, estimators={"trnn": {"training": {**own, "fresh_agents": False}}})


def _step_seconds(name: str, stock: bool) -> float:
    """Return the processor seconds of a step."""
    own, made = _experiment(name), training_round(0, SIZES.pool)
    pair = (own, made.sequences, made.parameters)
    taught = None if own.estimators.trnn.training.teacher is None else teach(*pair, SEED, KEY)
    pool = pool_of(*pair, targets=taught)
    trainer = Trainer(own, pool, pool, SEED, 0)

    def run() -> None:
        for _ in range(SIZES.timed_steps):
            trainer._step()

    return _timed(run, stock) / SIZES.timed_steps


def _timed(run: Callable[[], None], stock: bool) -> float:
    if not stock:
        return least(run, SIZES.rounds)
    with stock_gru():
        return least(run, SIZES.rounds)


def _layer_seconds(layer: type[nn.GRU]) -> float:
    """Return the seconds of a layer forward and back, of the default network's sizes."""
    own = experiment().estimators.trnn
    units, lanes, window = own.network.hidden_units, own.training.lanes, own.training.window
    torch.manual_seed(SEED)
    recurrent = layer(units, units)
    channels_first = layer is gru.GRU
    shape = (units, window, lanes) if channels_first else (window, lanes, units)
    inputs, start = torch.randn(shape), torch.zeros((units, lanes))
    start = start if channels_first else start.mT.unsqueeze(0).contiguous()

    def run() -> None:
        recurrent.zero_grad()
        states, _ = recurrent(inputs, start)
        states.sum().backward()

    return least(run, SIZES.rounds)
