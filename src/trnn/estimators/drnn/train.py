"""Training all folds' networks of a cohort at once.

The networks share one batched computation but nothing else: each has its own loss, gradient norm
and best epoch, and Adam works element by element, so that none knows of another.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from trnn import progress
from trnn.config.drnn import Drnn
from trnn.errors import NumericalError
from trnn.estimators.drnn.folds import Plan
from trnn.estimators.drnn.network import Networks
from trnn.estimators.recurrent.compute import CPU
from trnn.estimators.recurrent.inputs import inputs
from trnn.estimators.recurrent.tensors import as_tensor
from trnn.trials.sequences import Sequences

Array = np.ndarray

WARM_UP = 0.1  # share of the steps in which the learning rate rises, from a tenth of its peak
START_DIVISOR = 10.0


class People(NamedTuple):
    """Whole sessions of n people: inputs (n_inputs, t, n); sign, valid, chosen (t, n); their names.

    `sign` is 1 where action 0 was taken and -1 where action 1 was; `valid` is 0 on padding, and
    `chosen` also where there was no response.
    """

    inputs: Tensor
    sign: Tensor
    valid: Tensor
    chosen: Tensor
    subjects: tuple[str, ...]


def people_of(sequences: Sequences, settings: Drnn, device: torch.device = CPU) -> People:
    """Return sessions as tensors; one more input marks missed trials if there are some."""
    seen = inputs(sequences, settings, missed=bool(sequences.missed.any()))
    sign = 1.0 - 2.0 * sequences.action
    arrays = (seen, sign, sequences.valid, sequences.chosen)
    tensors = [as_tensor(a.T.astype(np.float32)).to(device) for a in arrays]
    return People(tensors[0], tensors[1], tensors[2], tensors[3], sequences.subjects)


@dataclass(frozen=True)
class History:
    """Losses after the epochs that were looked at, nats; rows: epochs, columns: networks.

    `epoch`, `learning_rate` and `seconds` (since the row before) are (n_rows,); `train` and
    `choose`, the mean over the people that train and that choose, are (n_rows, n_networks).
    """

    epoch: Array
    learning_rate: Array
    seconds: Array
    train: Array
    choose: Array


def train_networks(networks: Networks, people: People, plan: Plan, settings: Drnn) -> History:
    """Train the networks; leave each with the weights of its best epoch; return the history.

    A network's best epoch is that at which the people who choose for it were predicted best; the
    people whom it is tested on are never looked at.

    Raises
    ------
    NumericalError
        If a loss or a gradient is not finite, with the fold and the member, and the person and
        the trial if the cause lies in one.
    """
    optimizer, schedule = _optimizer(networks, len(people.valid), settings)
    device = people.valid.device
    used = {
        name: as_tensor(getattr(plan, name).astype(np.float32)).to(device)
        for name in ("train", "choose")
    }
    best = torch.full((len(plan.fold),), torch.inf, device=device)
    best_weights = {name: value.clone() for name, value in networks.state_dict().items()}
    rows: list[tuple[Any, ...]] = []
    everybody = torch.arange(len(people.subjects), device=device)
    started = time.perf_counter()
    progress.report(0, settings.n_epochs, "epochs")
    for epoch in range(1, settings.n_epochs + 1):
        for part, measure in _steps(networks, people, used["train"], settings, optimizer):
            if not math.isfinite(measure.sum()):
                raise _broken(networks, people, plan, epoch, part, measure)
            optimizer.step()
            schedule.step()
        progress.report(epoch, settings.n_epochs, "epochs", loss=best.mean())
        if epoch % settings.epochs_per_check and epoch != settings.n_epochs:
            continue
        losses = person_losses(networks, people, settings.window)
        train, choose = (_mean_over(losses, used[name]) for name in ("train", "choose"))
        if not math.isfinite((train + choose).sum()):
            everything = _Window(predict(networks, people, settings.window), slice(None), everybody)
            raise _broken(networks, people, plan, epoch, everything, train + choose)
        better = choose < best
        best = torch.where(better, choose, best)
        for name, value in networks.state_dict().items():
            if value.numel():
                best_weights[name][better] = value[better]
        now = time.perf_counter()
        rate = schedule.get_last_lr()[0]
        rows.append((epoch, rate, now - started, train.cpu().numpy(), choose.cpu().numpy()))
        started = now
    networks.load_state_dict(best_weights)
    return History(*(np.array(column) for column in zip(*rows, strict=True)))


def _optimizer(
    networks: Networks, n_trials: int, settings: Drnn
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    optimizer = torch.optim.AdamW(
        networks.parameters(),
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
        fused=True,
    )
    n_windows = -(-n_trials // settings.window)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        settings.learning_rate,
        total_steps=settings.n_epochs * n_windows,
        pct_start=WARM_UP,
        div_factor=START_DIVISOR,
    )
    return optimizer, schedule


@torch.no_grad()
def predict(networks: Networks, people: People, window: int) -> Tensor:
    """Return the log odds of action 0 before each choice, (n_networks, t, n); 0 on padding."""
    out = people.valid.new_zeros(len(networks.readout), *people.valid.shape)
    for part in _windows(networks, people, window):
        out[:, part.trials, part.who] = part.logit * people.valid[part.trials, part.who]
    return out


@torch.no_grad()
def person_losses(networks: Networks, people: People, window: int) -> Tensor:
    """Return each person's mean -log P(choice), nats, (n_networks, n)."""
    total = people.valid.new_zeros(len(networks.readout), people.valid.shape[1])
    for part in _windows(networks, people, window):
        total[:, part.who] += _surprise(part, people)
    return total / people.chosen.sum(dim=0)


def _steps(
    networks: Networks,
    people: People,
    train: Tensor,
    settings: Drnn,
    optimizer: torch.optim.Optimizer,
) -> Iterator[tuple["_Window", Tensor]]:
    """Yield an epoch's windows, when the gradient is there and the optimiser has not stepped.

    With each, what is finite for a network if its loss and its gradient are, (n_networks,).
    """
    for part in _windows(networks, people, settings.window):
        mask = train[:, part.who]
        n_trials = mask @ people.chosen[part.trials, part.who].sum(dim=0)
        # A window that only the longest sessions reach may hold no trial of a network's.
        losses = (_surprise(part, people) * mask).sum(dim=1) / n_trials.clamp(min=1.0)
        optimizer.zero_grad()
        losses.sum().backward()
        yield part, _clip_each(networks, settings.gradient_clip) + losses.detach()


class _Window(NamedTuple):
    """Log odds (n_networks, t, n) of `trials`, of the people who are still there: `who` (n,)."""

    logit: Tensor
    trials: slice
    who: Tensor


def _windows(networks: Networks, people: People, window: int) -> Iterator[_Window]:
    """Yield the log odds window by window; memory runs on.

    People whose sessions are over are left out: nobody depends on them.
    """
    n_trials, n_people = people.valid.shape
    who = torch.arange(n_people, device=people.valid.device)
    hidden = networks.start(networks.rows(people.inputs[:, :1]).shape[2])
    for start in range(0, n_trials, window):
        trials = slice(start, start + window)
        there = people.valid[start, who] > 0
        who, hidden = who[there], networks.keep(hidden, there)
        logit, hidden = networks(networks.rows(people.inputs[:, trials, who]), hidden)
        hidden = hidden.detach()
        yield _Window(logit, trials, who)


def _surprise(part: _Window, people: People) -> Tensor:
    """Return the sums of -log P(choice) over a window's choices, (n_networks, n)."""
    sign, chosen = people.sign[part.trials, part.who], people.chosen[part.trials, part.who]
    return (functional.softplus(-sign * part.logit) * chosen).sum(dim=1)


def _clip_each(networks: Networks, largest: float) -> Tensor:
    """Shorten the gradient of every network whose norm exceeds `largest`; return the norms."""
    gradients = [p.grad for p in networks.parameters() if p.grad is not None and p.numel()]
    squares = torch.stack([g.reshape(len(g), -1).square().sum(dim=1) for g in gradients])
    norms = squares.sum(dim=0).sqrt()
    factor = (largest / norms.clamp(min=1e-12)).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(factor.view(-1, *(1,) * (gradient.dim() - 1)))
    return norms


def _mean_over(losses: Tensor, used: Tensor) -> Tensor:
    """Return the mean over the used people of (n_networks, n) losses, (n_networks,)."""
    return (losses * used).sum(dim=1) / used.sum(dim=1)


def _broken(
    networks: Networks, people: People, plan: Plan, epoch: int, part: _Window, measure: Tensor
) -> NumericalError:
    """Return the error of the first network whose `measure`, (n_networks,), is not finite."""
    bad = torch.nonzero(~torch.isfinite(measure)).flatten()
    k = int(bad[0])
    return NumericalError(
        f"d-RNN of fold {plan.fold[k]}, member {plan.member[k]}, epoch {epoch}: "
        f"{_cause(networks, people, part, k)} ({len(bad)} of {len(measure)} networks). "
        "Lower estimators.drnn.learning_rate, or raise reward_scale."
    )


def _cause(networks: Networks, people: People, part: _Window, k: int) -> str:
    """Return what is not finite of network k in a window, along the computation."""
    weights = [n for n, w in networks.named_parameters() if not torch.isfinite(w[k : k + 1]).all()]
    if weights:
        return f"the weights {weights} are not finite"
    loss = functional.softplus(-people.sign[part.trials, part.who] * part.logit[k].detach())
    bad = ~torch.isfinite(loss) & (people.chosen[part.trials, part.who] > 0)
    if not bad.any():
        return "all trials' losses are finite, but not their mean or its gradient"
    t, column = torch.nonzero(bad)[0].tolist()
    who, trial = int(part.who[column]), t + (part.trials.start or 0)
    return (
        f"the loss of subject '{people.subjects[who]}' at trial {trial} of the session is "
        f"{float(loss[t, column])}, with inputs {people.inputs[:, trial, who].tolist()}"
    )
