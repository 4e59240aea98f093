"""The published t-RNN: points read from one recurrent layer, choices predicted by a second."""

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from trnn.config.estimators import Network
from trnn.estimators.recurrent.gru import GRU
from trnn.estimators.trnn.posterior import Mixture


class Hidden(NamedTuple):
    """Hidden states of the two recurrent layers, each (units, n)."""

    parameters: Tensor
    action: Tensor


class Output(NamedTuple):
    """The network's output for n sequences of t trials.

    `action_logit` (t, n): log odds of action 0, None if the network smooths; `bin_logits`: for each
    parameter (units, t, n), of the published network alone; `values` (n_parameters, t, n), on the
    parameters' own scale; `posterior`, of which they are then the means. A loss has its gradient by
    way of `raw`, the numbers that the posterior is made of (`posterior.mixture`). `hazard_logits`
    (h, t, n): log probabilities, up to a constant, of the hazards that an agent may have; None
    unless there are several.
    """

    action_logit: Tensor | None
    bin_logits: tuple[Tensor, ...]
    values: Tensor
    posterior: Mixture | None = None
    raw: Tensor | None = None
    hazard_logits: Tensor | None = None


class TrnnNetwork(nn.Module):
    """The network of Ger et al. (2024).

    The first GRU reads the previous action and reward. A head for each parameter has a layer of K
    rectified units, trained to name the parameter's bin, and from it a linear read-out of the
    value. The second GRU reads the same input and, unless `parameters_to_action` is off, all heads'
    units, and predicts the choice. Shapes: input (n_inputs, t, n).
    """

    def __init__(self, settings: Network, parameters: tuple[str, ...], n_inputs: int) -> None:
        super().__init__()
        self.settings = settings
        heads = [settings.heads[name] for name in parameters]
        self.recurrent = GRU(n_inputs, settings.hidden_units)
        self.bins = nn.ModuleList(nn.Linear(settings.hidden_units, h.units) for h in heads)
        self.readouts = nn.ModuleList(nn.Linear(h.units, 1) for h in heads)
        self._head_units = [h.units for h in heads]
        n_units = sum(self._head_units) if settings.parameters_to_action else 0
        self.action_recurrent = GRU(n_inputs + n_units, settings.action_units)
        # The log odds of two actions are all that a softmax over two logits can express.
        self.action = nn.Linear(settings.action_units, 1)

    def start(self, n: int) -> Hidden:
        """Return the hidden state before a session's first trial."""
        reference = self.action.weight
        return Hidden(
            reference.new_zeros(self.recurrent.hidden_size, n),
            reference.new_zeros(self.action_recurrent.hidden_size, n),
        )

    def forward(
        self, inputs: Tensor, hidden: Hidden, valid: Tensor | None = None
    ) -> tuple[Output, Hidden]:
        """Predict every trial from the inputs up to it; return the output and the last state.

        `valid` is for networks that read from the end.
        """
        features, hidden_parameters = self.recurrent(inputs, hidden.parameters)
        bins = functional.leaky_relu(affine(self.bins, features), self.settings.negative_slope)
        bin_logits = bins.split(self._head_units)
        values = [affine([layer], b) for layer, b in zip(self.readouts, bin_logits, strict=True)]
        linked = (bins,) if self.settings.parameters_to_action else ()
        action_features, hidden_action = self.action_recurrent(
            torch.cat((inputs, *linked)), hidden.action
        )
        logit = affine([self.action], action_features).squeeze(0)
        output = Output(logit, tuple(bin_logits), torch.cat(values))
        return output, Hidden(hidden_parameters, hidden_action)


def affine(layers: Iterable[nn.Module], features: Tensor) -> Tensor:
    """Return the outputs of linear layers, one after another, (n_outputs, t, n)."""
    pairs = [tuple(layer.parameters()) for layer in layers]
    weight, bias = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    flat = torch.addmm(bias.unsqueeze(1), weight, features.flatten(1))
    return flat.view(-1, *features.shape[1:])
