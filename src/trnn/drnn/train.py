"""Training all folds' networks of a cohort at once.

The networks share one batched computation but nothing else: each has its own loss, gradient norm
and best epoch, and Adam works element by element, so that none knows of another.
"""

import logging
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from trnn.config.drnn import Drnn
from trnn.drnn.folds import Plan
from trnn.drnn.network import Networks
from trnn.errors import NumericalError
from trnn.rnn.features import inputs
from trnn.rnn.tensors import as_tensor
from trnn.sequences import Sequences

log = logging.getLogger(__name__)

WARM_UP = 0.1  # share of the steps in which the learning rate rises, from a tenth of its peak
START_DIVISOR = 10.0


class People(NamedTuple):
    """Whole sessions of n people, time first: inputs (t, n, n_inputs); sign and valid (t, n).

    `sign` is 1 where action 0 was taken and -1 where action 1 was; `valid` is 0 on padding.
    """

    inputs: Tensor
    sign: Tensor
    valid: Tensor


def people_of(sequences: Sequences, settings: Drnn) -> People:
    """Return sessions as tensors."""
    arrays = (inputs(sequences, settings), 1.0 - 2.0 * sequences.action, sequences.valid)
    tensors = (as_tensor(array.astype(np.float32)).transpose(0, 1) for array in arrays)
    return People(*(tensor.contiguous() for tensor in tensors))


def train_networks(
    networks: Networks, people: People, plan: Plan, settings: Drnn
) -> list[dict[str, Any]]:
    """Train the networks; leave each with the weights of its best epoch; return the history.

    A network's best epoch is that at which the people who choose for it were predicted best; the
    people whom it is tested on are never looked at.

    Raises
    ------
    NumericalError
        If a loss is not finite, with the fold and the member.
    """
    optimizer = torch.optim.AdamW(
        networks.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    n_windows = -(-len(people.valid) // settings.window)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        settings.learning_rate,
        total_steps=settings.n_epochs * n_windows,
        pct_start=WARM_UP,
        div_factor=START_DIVISOR,
    )
    used = {name: as_tensor(getattr(plan, name).astype(np.float32)) for name in ("train", "choose")}
    best = torch.full((len(plan.fold),), torch.inf)
    best_weights = {name: value.clone() for name, value in networks.state_dict().items()}
    history: list[dict[str, Any]] = []
    started = time.perf_counter()
    for epoch in range(1, settings.n_epochs + 1):
        _train_epoch(networks, people, used["train"], settings, optimizer, schedule)
        if epoch % settings.epochs_per_check and epoch != settings.n_epochs:
            continue
        losses = person_losses(networks, people, settings.window)
        train, choose = (_mean_over(losses, used[name]) for name in ("train", "choose"))
        _check(train, plan, epoch)
        better = choose < best
        best = torch.where(better, choose, best)
        for name, value in networks.state_dict().items():
            if value.numel():
                best_weights[name][better] = value[better]
        history.append(
            {
                "epoch": epoch,
                "learning_rate": schedule.get_last_lr()[0],
                "train_bce": float(train.mean()),
                "choose_bce": float(choose.mean()),
                "n_best": int(better.sum()),
                "seconds": time.perf_counter() - started,
            }
        )
        log.info("%s", {k: round(v, 4) for k, v in history[-1].items()})
        started = time.perf_counter()
    networks.load_state_dict(best_weights)
    return history


@torch.no_grad()
def predict(networks: Networks, people: People, window: int) -> Tensor:
    """Return the log odds of action 0 before each choice, (t, n_networks, n)."""
    return torch.cat([logit for logit, _ in _windows(networks, people, window)])


@torch.no_grad()
def person_losses(networks: Networks, people: People, window: int) -> Tensor:
    """Return each person's mean -log P(choice), nats, (n_networks, n)."""
    total = sum(
        (_surprise(logit, people.sign[rows]) * people.valid[rows].unsqueeze(1)).sum(dim=0)
        for logit, rows in _windows(networks, people, window)
    )
    return total / people.valid.sum(dim=0)


def _train_epoch(
    networks: Networks,
    people: People,
    train: Tensor,
    settings: Drnn,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    for logit, rows in _windows(networks, people, settings.window):
        mask = people.valid[rows].unsqueeze(1) * train
        surprise = _surprise(logit, people.sign[rows]) * mask
        # A window that only the longest sessions reach may hold no trial of a network's.
        losses = surprise.sum(dim=(0, 2)) / mask.sum(dim=(0, 2)).clamp(min=1.0)
        optimizer.zero_grad()
        losses.sum().backward()
        _clip_each(networks, settings.gradient_clip)
        optimizer.step()
        schedule.step()


def _windows(networks: Networks, people: People, window: int) -> Iterator[tuple[Tensor, slice]]:
    """Yield the log odds window by window, and the window's trials; memory runs on."""
    all_rows = networks.rows(people.inputs)
    hidden = networks.start(all_rows.shape[1])
    for start in range(0, len(all_rows), window):
        rows = slice(start, start + window)
        logit, hidden = networks(all_rows[rows], hidden)
        hidden = hidden.detach()
        yield logit, rows


def _surprise(logit: Tensor, sign: Tensor) -> Tensor:
    """Return -log P(choice), (t, n_networks, n), of log odds and (t, n) signs of the choices."""
    return functional.softplus(-sign.unsqueeze(1) * logit)


def _clip_each(networks: Networks, largest: float) -> None:
    """Shorten the gradient of every network whose norm exceeds `largest`."""
    gradients = [p.grad for p in networks.parameters() if p.grad is not None and p.numel()]
    squares = torch.stack([g.flatten(1).square().sum(dim=1) for g in gradients])
    factor = (largest / squares.sum(dim=0).sqrt().clamp(min=1e-12)).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(factor.view(-1, *(1,) * (gradient.dim() - 1)))


def _mean_over(losses: Tensor, used: Tensor) -> Tensor:
    """Return the mean over the used people of (n_networks, n) losses, (n_networks,)."""
    return (losses * used).sum(dim=1) / used.sum(dim=1)


def _check(losses: Tensor, plan: Plan, epoch: int) -> None:
    bad = torch.nonzero(~torch.isfinite(losses)).flatten()
    if len(bad):
        where = int(bad[0])
        raise NumericalError(
            f"the training loss of fold {plan.fold[where]}, member {plan.member[where]} is "
            f"{float(losses[where])} after epoch {epoch} ({len(bad)} of {len(losses)} networks). "
            "Lower estimators.drnn.learning_rate."
        )
