"""The t-RNN in torch's own layers, one sequence at a time.

It has the weights of a checkpoint under the checkpoint's names, and nothing else of the project's
network.
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from trnn.config.experiment import Experiment
from trnn.trials.sequences import Sequences


class PlainTrnn(nn.Module):
    """Two GRUs and a head for each parameter; the sequence is (t, n_inputs).

    Parameters
    ----------
    weights : state of a t-RNN
        As in a checkpoint, or of a network that is being trained.
    """

    def __init__(self, experiment: Experiment, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.settings = experiment.estimators.trnn.network
        heads = [self.settings.heads[name] for name in experiment.parameters]
        n_inputs = weights["recurrent.weight_ih_l0"].shape[1]
        n_linked = sum(h.units for h in heads) if self.settings.parameters_to_action else 0
        self.recurrent = nn.GRU(n_inputs, self.settings.hidden_units)
        self.bins = nn.ModuleList(nn.Linear(self.settings.hidden_units, h.units) for h in heads)
        self.readouts = nn.ModuleList(nn.Linear(h.units, 1) for h in heads)
        self.action_recurrent = nn.GRU(n_inputs + n_linked, self.settings.action_units)
        self.action = nn.Linear(self.settings.action_units, 1)
        self.load_state_dict({name: value.detach().clone() for name, value in weights.items()})

    def forward(self, inputs: Tensor, hidden: tuple[Tensor, Tensor] | None):
        """Return the logit (t,), bins' logits [(t, k)], values (t, p), and the last states."""
        first, second = hidden if hidden is not None else (None, None)
        features, first = self.recurrent(inputs.unsqueeze(1), first)
        slope = self.settings.negative_slope
        bins = [functional.leaky_relu(layer(features), slope) for layer in self.bins]
        values = [layer(b) for layer, b in zip(self.readouts, bins, strict=True)]
        linked = bins if self.settings.parameters_to_action else []
        read = torch.cat([inputs.unsqueeze(1), *linked], dim=-1)
        features, second = self.action_recurrent(read, second)
        logit = self.action(features).flatten()
        return logit, [b[:, 0] for b in bins], torch.cat(values, dim=-1)[:, 0], (first, second)


class Session:
    """One agent's session, built number by number: inputs, choice, and the truth."""

    def __init__(
        self, experiment: Experiment, sequences: Sequences, i: int, truth: np.ndarray | None
    ) -> None:
        network = experiment.estimators.trnn.network
        n = int(sequences.valid[i].sum())
        rows = []
        for t in range(n):
            start = sequences.trial[i, t] == 0
            action = -1 if start else sequences.action[i, t - 1]
            reward = 0.0 if start else sequences.reward[i, t - 1] / network.reward_scale
            row = [reward, float(action == 0), float(action == 1)]
            rows.append(row + ([float(start)] if network.block_start_input else []))
        self.inputs = torch.tensor(rows, dtype=torch.float32)
        self.action = torch.tensor(sequences.action[i, :n].tolist(), dtype=torch.float32)
        if truth is None:
            return
        self.values = torch.tensor(truth[i, :n].tolist(), dtype=torch.float32)
        bins = []
        for row in truth[i, :n].tolist():
            place = [
                (value - r.low) / (r.high - r.low) * network.heads[name].units
                for value, (name, r) in zip(row, experiment.parameters.items(), strict=True)
            ]
            units = [network.heads[name].units for name in experiment.parameters]
            bins.append([min(max(int(x), 0), k - 1) for x, k in zip(place, units, strict=True)])
        self.bins = torch.tensor(bins)


def loss_sum(network: PlainTrnn, experiment: Experiment, session: Session, rows: slice, hidden):
    """Return the loss summed over the trials `rows`, and the last states."""
    logit, bins, values, hidden = network(session.inputs[rows], hidden)
    sign = 1 - 2 * session.action[rows]
    total = functional.softplus(-sign * logit).sum()
    for p, name in enumerate(experiment.parameters):
        head = network.settings.heads[name]
        entropy = functional.cross_entropy(bins[p], session.bins[rows, p], reduction="sum")
        error = (values[:, p] - session.values[rows, p]).square().sum()
        total = total + head.bin_weight * entropy + head.value_weight * error
    return total, hidden


class PlainTraining:
    """Adam with a one-cycle learning rate."""

    def __init__(self, network: PlainTrnn, experiment: Experiment) -> None:
        self.network, self.experiment = network, experiment
        self.settings = experiment.estimators.trnn.training
        rate = self.settings.learning_rate
        self.optimizer = torch.optim.Adam(network.parameters(), lr=rate)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, rate, total_steps=self.settings.n_steps
        )

    def step_on_all(self, sessions: list[Session]) -> None:
        """Take one step on the mean over all trials of some whole sessions."""
        n = sum(len(session.action) for session in sessions)
        self.optimizer.zero_grad()
        for session in sessions:
            total, _ = loss_sum(self.network, self.experiment, session, slice(None), None)
            (total / n).backward()
        self._update()

    def play(self, session: Session) -> None:
        """Train on one session, a step a window."""
        hidden = None
        for rows in _windows(len(session.action), self.settings.window):
            self.optimizer.zero_grad()
            total, hidden = loss_sum(self.network, self.experiment, session, rows, hidden)
            (total / (rows.stop - rows.start)).backward()
            hidden = tuple(h.detach() for h in hidden)
            self._update()

    def _update(self) -> None:
        nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.gradient_clip)
        self.optimizer.step()
        self.schedule.step()


def _windows(n: int, window: int) -> Iterator[slice]:
    for start in range(0, n, window):
        yield slice(start, min(start + window, n))


@torch.no_grad()
def apply_to(network: PlainTrnn, session: Session) -> tuple[np.ndarray, np.ndarray]:
    """Return P(action 0), (t,), and the parameters, (t, p)."""
    logit, _, values, _ = network(session.inputs, None)
    return torch.sigmoid(logit.double()).numpy(), values.double().numpy()
