"""The network of the original study, with the names of layers that its checkpoints have."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

UNITS = 32
ACTIONS = 2


class OriginalNetwork(nn.Module):
    """Two recurrent layers: one from which parameters are read, one that predicts the choice.

    `hidden_0` reads the inputs; of its state each parameter has a layer of rectified class units
    (`out_<parameter>`), and of these a linear value (`reg_<parameter>`). `hidden_1` reads the
    inputs and all class units, and `out_action` gives the logits of both actions from its state.

    Parameters
    ----------
    classes : parameter -> number of its class units, in the order in which `hidden_1` reads them
    """

    def __init__(self, n_inputs: int, classes: Mapping[str, int]) -> None:
        super().__init__()
        self.n_inputs, self.parameters_of = n_inputs, tuple(classes)
        self.hidden_0 = nn.GRU(n_inputs, UNITS, batch_first=True)
        self.hidden_1 = nn.GRU(n_inputs + sum(classes.values()), UNITS, batch_first=True)
        for name, units in classes.items():
            self.add_module(f"out_{name}", nn.Linear(UNITS, units))
            self.add_module(f"reg_{name}", nn.Linear(units, 1))
        self.out_action = nn.Linear(UNITS, ACTIONS)

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return the parameters' values (n, t, d) and the actions' logits (n, t, 2).

        Parameters
        ----------
        inputs : (n, t, n_inputs)
        """
        states, _ = self.hidden_0(inputs)
        units = [
            torch.relu(self.get_submodule(f"out_{name}")(states)) for name in self.parameters_of
        ]
        values = [
            self.get_submodule(f"reg_{name}")(own)
            for name, own in zip(self.parameters_of, units, strict=True)
        ]
        states, _ = self.hidden_1(torch.cat([inputs, *units], dim=-1))
        return torch.cat(values, dim=-1), self.out_action(states)
