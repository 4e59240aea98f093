"""Many d-RNNs side by side, as one module with one axis of networks."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from trnn.estimators.recurrent.gru import GRUs


class Networks(nn.Module):
    """GRUs with a linear read-out of the log odds of action 0, each with weights of its own.

    After Dezfouli et al. (2019), whose softmax over two outputs is a logistic function of their
    difference. With `symmetric`, the log odds are those of the sequence less those of the same
    sequence with the actions exchanged: exchanging the actions turns the prediction round, and no
    network need learn that from data.

    Parameters
    ----------
    seeds : (n_networks,) of int
        Where the first weights come from; a network's depend on its own seed alone.
    """

    def __init__(self, n_inputs: int, n_units: int, symmetric: bool, seeds: Sequence[int]) -> None:
        super().__init__()
        self.symmetric = symmetric
        layers = [_first_weights(n_inputs, n_units, seed) for seed in seeds]
        self.recurrent = GRUs([recurrent for recurrent, _ in layers])
        self.readout = nn.Parameter(torch.stack([r.weight.detach()[0] for _, r in layers]))
        # Any offset cancels out of a symmetric prediction.
        offsets = torch.cat([r.bias.detach() for _, r in layers])
        self.offset = nn.Parameter(torch.zeros(0) if symmetric else offsets)

    def rows(self, inputs: Tensor) -> Tensor:
        """Return the sequences that are run for inputs (n_inputs, t, n): n of them, or 2 n.

        Inputs 1 and 2 are the previous action's; they are exchanged in the second n sequences.
        """
        if not self.symmetric:
            return inputs
        exchanged = inputs.clone()
        exchanged[1], exchanged[2] = inputs[2], inputs[1]
        return torch.cat((inputs, exchanged), dim=2)

    def start(self, n_rows: int) -> Tensor:
        """Return the hidden state before the first trial, (n_networks, units, n_rows)."""
        return self.readout.new_zeros(*self.readout.shape, n_rows)

    def keep(self, hidden: Tensor, who: Tensor) -> Tensor:
        """Return the hidden states of some of the n people: `who` (n,) of bool."""
        return hidden[:, :, who.repeat(hidden.shape[2] // len(who))]

    def forward(self, rows: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Return the log odds of action 0, (n_networks, t, n), and the last hidden state.

        Parameters
        ----------
        rows : (n_inputs, t, n_rows), as from `rows`
        hidden : (n_networks, units, n_rows)
        """
        states = self.recurrent(rows, hidden)
        logit = (self.readout.unsqueeze(1) @ states.flatten(2)).view(-1, *rows.shape[1:])
        if self.symmetric:
            as_seen, exchanged = logit.chunk(2, dim=2)
            return as_seen - exchanged, states[:, :, -1]
        return logit + self.offset.view(-1, 1, 1), states[:, :, -1]


def _first_weights(n_inputs: int, n_units: int, seed: int) -> tuple[nn.GRU, nn.Linear]:
    # torch initialises layers from its global generator: borrow it and give it back.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.GRU(n_inputs, n_units), nn.Linear(n_units, 1)
