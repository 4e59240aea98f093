"""A d-RNN in torch's own layers: one network, one person at a time."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from trnn.config.drnn import Drnn
from trnn.trials.sequences import Sequences

WARM_UP, START_DIVISOR = 0.1, 10.0


class PlainDrnn(nn.Module):
    """A GRU and a read-out of the log odds of action 0."""

    def __init__(self, n_inputs: int, settings: Drnn, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.recurrent = nn.GRU(n_inputs, settings.hidden_units)
        self.readout = nn.Linear(settings.hidden_units, 1)
        self.symmetric = settings.symmetric
        # Any offset cancels out of a symmetric prediction.
        self.readout.bias.requires_grad_(not self.symmetric)

    def forward(self, inputs: Tensor, hidden: list[Tensor | None]):
        """Return the log odds (t,) of one person's trials, and the last states of each run."""
        runs = [inputs]
        if self.symmetric:
            exchanged = inputs.clone()
            exchanged[:, 1], exchanged[:, 2] = inputs[:, 2], inputs[:, 1]
            runs.append(exchanged)
        logits, last = [], []
        for run, state in zip(runs, hidden, strict=False):
            features, state = self.recurrent(run.unsqueeze(1), state)
            logits.append(self.readout(features).flatten())
            last.append(state.detach())
        return (logits[0] - logits[1] if self.symmetric else logits[0]), last


class Person:
    """One person's session: inputs (t, n_inputs) and the signs of the choices (t,)."""

    def __init__(self, sequences: Sequences, i: int, settings: Drnn) -> None:
        n = int(sequences.valid[i].sum())
        rows, signs = [], []
        for t in range(n):
            start = sequences.trial[i, t] == 0
            action = -1 if start else sequences.action[i, t - 1]
            reward = 0.0 if start else sequences.reward[i, t - 1] / settings.reward_scale
            row = [reward, float(action == 0), float(action == 1)]
            rows.append(row + ([float(start)] if settings.block_start_input else []))
            signs.append(1.0 - 2.0 * sequences.action[i, t])
        self.inputs = torch.tensor(rows, dtype=torch.float32)
        self.sign = torch.tensor(signs, dtype=torch.float32)


def train_network(
    people: list[Person], train: np.ndarray, choose: np.ndarray, settings: Drnn, seed: int
) -> PlainDrnn:
    """Return a network with the weights of its best epoch."""
    network = PlainDrnn(people[0].inputs.shape[1], settings, seed)
    n_windows = -(-max(len(person.sign) for person in people) // settings.window)
    trained = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        trained, lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        settings.learning_rate,
        total_steps=settings.n_epochs * n_windows,
        pct_start=WARM_UP,
        div_factor=START_DIVISOR,
    )
    trainers = [people[i] for i in np.flatnonzero(train)]
    choosers = [people[i] for i in np.flatnonzero(choose)]
    best, kept = np.inf, network.state_dict()
    for epoch in range(1, settings.n_epochs + 1):
        _epoch(network, trainers, n_windows, settings, optimizer, schedule)
        if epoch % settings.epochs_per_check and epoch != settings.n_epochs:
            continue
        loss = np.mean([_mean_loss(network, person) for person in choosers])
        # The people trained on are looked at too: the history has their loss.
        [_mean_loss(network, person) for person in trainers]
        if loss < best:
            best = loss
            kept = {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(kept)
    return network


def _epoch(network, trainers, n_windows, settings, optimizer, schedule) -> None:
    hidden = [[None, None] for _ in trainers]
    for w in range(n_windows):
        rows = slice(w * settings.window, (w + 1) * settings.window)
        n = sum(len(person.sign[rows]) for person in trainers)
        optimizer.zero_grad()
        for i, person in enumerate(trainers):
            if len(person.sign[rows]):
                logit, hidden[i] = network(person.inputs[rows], hidden[i])
                loss = functional.softplus(-person.sign[rows] * logit).sum() / max(n, 1)
                loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), settings.gradient_clip)
        optimizer.step()
        schedule.step()


@torch.no_grad()
def _mean_loss(network: PlainDrnn, person: Person) -> float:
    logit, _ = network(person.inputs, [None, None])
    return float(functional.softplus(-person.sign * logit).mean())


@torch.no_grad()
def predict_person(network: PlainDrnn, person: Person) -> np.ndarray:
    """Return P(action 0) before each choice, (t,)."""
    logit, _ = network(person.inputs, [None, None])
    return torch.sigmoid(logit.double()).numpy()
