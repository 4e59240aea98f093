"""Training a t-RNN on simulated agents."""

import logging
import math
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from trnn import progress
from trnn.config.estimators import Training
from trnn.config.experiment import Experiment
from trnn.errors import NumericalError
from trnn.estimators.recurrent.compute import CPU
from trnn.estimators.trnn.batch import AGENTS_AT_ONCE, Batch, Pool, make_pool, true_values
from trnn.estimators.trnn.checkpoint import new_network, write_checkpoint
from trnn.estimators.trnn.diagnosis import (
    LOWER_RATE,
    MEND_AGENTS,
    Cause,
    find_cause,
    find_cause_in_pool,
)
from trnn.estimators.trnn.hazards import as_probabilities, estimated_hazards
from trnn.estimators.trnn.lanes import Lanes
from trnn.estimators.trnn.loss import loss_terms, weighted
from trnn.estimators.trnn.network import Hidden, Output
from trnn.estimators.trnn.optimizer import optimizers, schedule_of
from trnn.estimators.trnn.posterior_network import AnyNetwork
from trnn.estimators.trnn.teacher import Targets, lessons
from trnn.estimators.trnn.training_state import read_state, write_state
from trnn.theory.agents import experiment_agents
from trnn.theory.models import get_model
from trnn.trials.sequences import Sequences

log = logging.getLogger(__name__)


def pool_of(
    experiment: Experiment,
    sequences: Sequences,
    parameters: np.ndarray,
    device: torch.device = CPU,
    targets: Targets | Iterable[Targets] | None = None,
    hazard: np.ndarray | None = None,
) -> Pool:
    """Return agents with their true parameters (n, t, n_parameters) as the trainer wants them.

    `targets` are what they teach, of all or of some after others; None: their choices and true
    values, as for validation, and the true `hazard` (n,) of each, where agents have one of several.
    """
    trnn, hazards = experiment.estimators.trnn, estimated_hazards(experiment)
    if targets is None:
        likely = as_probabilities(hazard, hazards) if hazards else None
        targets = true_values(sequences, parameters, likely)
    return make_pool(
        sequences,
        parameters,
        experiment.parameters,
        get_model(experiment.model),
        trnn.network,
        trnn.training.window,
        device,
        [targets] if isinstance(targets, Targets) else targets,
    )


class Trainer:
    """One network's training: state, step, validation.

    Parameters
    ----------
    train : Pool
        The training table's agents: the first round; further rounds are simulated afresh, or the
        same again, as configured.
    validation : Pool
        Agents that choose the checkpoint.
    run_seed, training_seed : int
        The run's seed, and the number of this network. The network is trained where `train` is.
    """

    def __init__(
        self,
        experiment: Experiment,
        train: Pool,
        validation: Pool,
        run_seed: int,
        training_seed: int,
    ) -> None:
        self.experiment = experiment
        self.settings = experiment.estimators.trnn.training
        self.parameters = tuple(experiment.parameters)
        self.validation = validation
        self._last_round = _rounds(train, self.settings) - 1
        self._run_seed = run_seed
        self._training_seed = training_seed
        self._device = train.channels.device
        self.network = new_network(experiment, run_seed, training_seed).to(self._device)
        self.optimizers = optimizers(self.network, self.settings)
        self.schedules = [schedule_of(own, self.settings) for own in self.optimizers]
        self._drawn: tuple[int, Pool | None] = (0, train)
        self.lanes = Lanes(self._play_round, self.settings.lanes, self.settings.window)
        self.hidden = self.network.start(self.settings.lanes)
        self.step_number = 0
        self.history: list[dict[str, Any]] = []

    @property
    def finished(self) -> bool:
        """Whether all steps are done."""
        return self.step_number >= self.settings.n_steps

    @property
    def best_loss(self) -> float:
        """The lowest validation loss so far."""
        return min((row["validation_loss"] for row in self.history), default=float("inf"))

    def epoch(self) -> bool:
        """Train for an epoch and validate; return whether the validation loss is the best yet.

        Raises
        ------
        NumericalError
            If a loss or a gradient is not finite, with the step, and the agent and the trial if
            the cause lies in one.
        """
        started = time.perf_counter()
        steps = min(self.settings.steps_per_epoch, self.settings.n_steps - self.step_number)
        sums: dict[str, torch.Tensor] = {}
        self.network.train()
        for _ in range(steps):
            terms = self._step()
            for name, value in terms.items():
                sums[name] = sums[name] + value if name in sums else value
            progress.report(self.step_number, self.settings.n_steps, "steps", loss=terms["loss"])
        train = {name: float(value) / steps for name, value in sums.items()}
        validation = validate(self.network, self.validation, self.parameters)
        if not math.isfinite(validation["loss"]):
            raise self._broken_validation()
        best = validation["loss"] < self.best_loss
        self.history.append(
            {
                "epoch": len(self.history),
                "step": self.step_number,
                "agents": self.lanes.agents_started,
                "learning_rate": self.schedules[0].get_last_lr()[0],
                **{f"train_{name}": value for name, value in train.items()},
                **{f"validation_{name}": value for name, value in validation.items()},
                "best": best,
                "seconds": time.perf_counter() - started,
            }
        )
        return best

    def state(self) -> dict[str, Any]:
        """Return everything that is needed to go on from here."""
        return {
            "network": self.network.state_dict(),
            "optimizers": [own.state_dict() for own in self.optimizers],
            "schedules": [own.state_dict() for own in self.schedules],
            "hidden": list(self.hidden),
            "lanes": self.lanes.state(),
            "step_number": self.step_number,
            "history": self.history,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state, to the same weights as an uninterrupted training."""
        self.network.load_state_dict(state["network"])
        for name in ("optimizers", "schedules"):
            for own, saved in zip(getattr(self, name), state[name], strict=True):
                own.load_state_dict(saved)
        self.hidden = Hidden(*(h.to(self._device) for h in state["hidden"]))
        self.lanes.restore(state["lanes"])
        self.step_number = state["step_number"]
        self.history = list(state["history"])

    def _step(self) -> dict[str, torch.Tensor]:
        batch, fresh = self.lanes.next()
        keep = (1.0 - fresh).to(self._device)
        hidden = Hidden(*(h * keep for h in self.hidden))
        output, hidden = self.network(batch.inputs, hidden, batch.valid)
        self.hidden = Hidden(*(h.detach() for h in hidden))
        terms = loss_terms(output, batch, self.parameters)
        loss = weighted(terms, self.network.settings)
        self.network.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(
            self.network.parameters(), self.settings.gradient_clip, foreach=True
        )
        # A squared error may overflow while its gradient does not: so both, in one number.
        if not math.isfinite(norm + loss.detach()):
            raise self._broken_step(batch, output, norm)
        for optimizer, schedule in zip(self.optimizers, self.schedules, strict=True):
            optimizer.step()
            schedule.step()
        self.step_number += 1
        return {"loss": loss.detach(), **{name: term.detach() for name, term in terms.items()}}

    def _play_round(self, number: int) -> Pool:
        agents, pool = self._agents_of(number), self._drawn[1]
        if self._drawn[0] != agents or pool is None:
            self._drawn, pool = (agents, None), None  # two rounds would take twice the memory
            pool = self._draw_agents(agents)
            self._drawn = (agents, pool)
        return pool

    def _agents_of(self, number: int) -> int:
        """Return which round of agents the lanes' round `number` plays.

        The last one that is needed is played on by the lanes that are ahead at the end.
        """
        if not self.settings.fresh_agents:
            return 0
        return min(number // self.settings.plays, self._last_round)

    def _draw_agents(self, number: int) -> Pool:
        # Networks of different training seeds see different fresh agents.
        part = number + 1_000_000 * self._training_seed
        agents = experiment_agents(
            self.experiment,
            "train",
            self.experiment.train.dynamics,
            self.experiment.train.n_agents,
            self._run_seed,
            part=part,
            detail=False,
        )
        own = (self.experiment, agents.sequences, agents.parameters)
        targets = lessons(*own, self._run_seed, "train", part)
        return pool_of(*own, self._device, targets, agents.hazard)

    def _broken_step(self, batch: Batch, output: Output, norm: torch.Tensor) -> NumericalError:
        cause = find_cause(self.network, batch, output, self.parameters)
        cause = cause or Cause(
            "all trials' losses are finite, but not their mean or the norm of its gradient, "
            f"{float(norm)}",
            f"{LOWER_RATE} {MEND_AGENTS}",
        )
        whose = f"{self._trial(cause.column, cause.t)}: " if cause.is_a_trial else ""
        return NumericalError(
            f"{self._name()}, step {self.step_number + 1}: {whose}{cause.what}. {cause.advice}"
        )

    def _trial(self, lane: int, t: int) -> str:
        number, agent, trial = self.lanes.played(lane, t)
        number = self._agents_of(number)
        source = f"round {number} of fresh agents" if number else "the training table"
        return f"agent '{agent}' of {source}, trial {trial} of the session"

    def _broken_validation(self) -> NumericalError:
        cause, agent = find_cause_in_pool(self.network, self.validation, self.parameters)
        whose = f"agent '{agent}', trial {cause.t} of the session: " if agent else ""
        return NumericalError(
            f"{self._name()}, validation after step {self.step_number}: {whose}{cause.what}. "
            f"{cause.advice}"
        )

    def _name(self) -> str:
        return f"{self.experiment.name}, training seed {self._training_seed}"


def _rounds(pool: Pool, settings: Training) -> int:
    """Return how many rounds of agents like those of `pool` a training takes."""
    windows = settings.n_steps * settings.lanes
    of_round = int((-(-pool.lengths // settings.window)).sum()) * settings.plays
    return max(1, math.ceil(windows / of_round))


@torch.no_grad()
def validate(network: AnyNetwork, pool: Pool, parameters: tuple[str, ...]) -> dict[str, float]:
    """Return the loss and its terms over whole sessions of `pool`."""
    network.eval()
    sums: dict[str, float] = {}
    for batch in pool.batches(AGENTS_AT_ONCE):
        output, _ = network(batch.inputs, network.start(batch.valid.shape[1]), batch.valid)
        terms = loss_terms(output, batch, parameters)
        for name, term in {"loss": weighted(terms, network.settings), **terms}.items():
            sums[name] = sums.get(name, 0.0) + float(term) * float(batch.valid.sum())
    n_trials = float(pool.lengths.sum())
    return {name: total / n_trials for name, total in sums.items()}


def train(
    experiment: Experiment,
    train_pool: Pool,
    validation_pool: Pool,
    run_seed: int,
    training_seed: int,
    checkpoint: Path,
    state_file: Path,
    digest: str,
    code: str = "",
) -> pd.DataFrame:
    """Train one network; write the checkpoint of the best validation loss; return the history.

    The state is saved at every epoch in `state_file`, from which an interrupted training resumes;
    one of other settings (another `digest`), seeds or `code` is ignored. It is removed at the end.
    """
    made_by = f"{digest} {run_seed} {training_seed} {code}"
    trainer = Trainer(experiment, train_pool, validation_pool, run_seed, training_seed)
    del train_pool  # it takes most of the memory, and is forgotten when all have played it
    saved = read_state(state_file, made_by)
    best_weights: dict[str, torch.Tensor] = {}
    if saved is not None:
        trainer.restore(saved["trainer"])
        best_weights = saved["best_weights"]
        log.info("resuming from step %d", trainer.step_number)
    progress.forget()  # the pace of steps is not that of what came before them
    progress.report(trainer.step_number, trainer.settings.n_steps, "steps")
    while not trainer.finished:
        if trainer.epoch():
            best_weights = {k: v.clone() for k, v in trainer.network.state_dict().items()}
        write_state(state_file, made_by, trainer.state(), best_weights)
        row = trainer.history[-1]
        log.info(
            "step %d: validation %s",
            row["step"],
            {k[11:]: round(v, 4) for k, v in row.items() if k.startswith("validation_")},
        )
    write_checkpoint(checkpoint, experiment, best_weights, run_seed, training_seed, digest)
    state_file.unlink(missing_ok=True)
    return pd.DataFrame(trainer.history)
