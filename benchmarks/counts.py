"""Floating-point operations of networks' products of matrices, by their weights' sizes.

A weight is multiplied with what it reads, and the product added, once a trial: two operations. Back
from the loss there are two products as large, the gradient of the weights and that of what a layer
reads; the network's own inputs need none. Nothing else of a network or its optimiser is counted.
"""

from torch import nn


def forward_trial(network: nn.Module) -> int:
    """Return the operations of one trial, forward."""
    return 2 * sum(w.numel() for name, w in network.named_parameters() if "weight" in name)


def training_trial(network: nn.Module) -> int:
    """Return the operations of one trial of training, forward and back.

    The network's first layer is its `recurrent`; other layers read the inputs first, and then more.
    """
    weights = dict(network.named_parameters())
    n_inputs = weights["recurrent.weight_ih_l0"].shape[1]
    rows = sum(len(w) for name, w in weights.items() if "weight_ih" in name)
    return 3 * forward_trial(network) - 2 * rows * n_inputs
