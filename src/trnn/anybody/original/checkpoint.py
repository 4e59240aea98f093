"""Reading a checkpoint of the original study, and saying what is wrong with one that is none."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from trnn.anybody.original.network import ACTIONS, UNITS, OriginalNetwork
from trnn.anybody.original.trained_for import TrainedFor, known_parameters, trained_for
from trnn.errors import CheckpointError

KEYS = ("epoch", "model_state", "optim_state", "loss")
N_INPUTS = (3, 4)  # reward and two actions; the start of a block, too
GATES = 3 * UNITS
EXPECTED = (
    "Expected a checkpoint as the original study (Ger et al. 2024) saved its networks; one of this "
    "package is given without 'original:'."
)


def read_original(path: Path) -> tuple[OriginalNetwork, TrainedFor]:
    """Return a network of the original study, and what it was trained for.

    Raises
    ------
    CheckpointError
        If the file is absent or damaged, or its layers are not those of such a network.
    """
    state = _state(path)
    parameters = [
        name.removeprefix("out_").removesuffix(".weight")
        for name in state
        if name.startswith("out_") and name.endswith(".weight") and name != "out_action.weight"
    ]
    trained = trained_for(parameters)
    if trained is None:
        known = " or ".join(", ".join(names) for names in known_parameters())
        raise CheckpointError(
            f"{path}: it has class layers (out_<parameter>) of {parameters or 'no parameter'}; "
            f"expected those of {known}. {EXPECTED}"
        )
    n_inputs = _size(state, "hidden_0.weight_ih_l0", 1)
    if n_inputs not in N_INPUTS:
        raise CheckpointError(
            f"{path}: its first recurrent layer reads {n_inputs or 'no'} inputs; expected 3 "
            f"(reward and two actions), or 4 (the start of a block, too). {EXPECTED}"
        )
    classes = {name: _size(state, f"out_{name}.weight", 0) for name in parameters}
    _check_layers(path, state, _shapes(n_inputs, classes))
    network = OriginalNetwork(n_inputs, classes)
    network.load_state_dict(state)
    return network.eval(), trained


def _state(path: Path) -> dict[str, Tensor]:
    """Return the layers' weights by name."""
    try:
        content: Any = torch.load(path, weights_only=True, map_location="cpu")
    except FileNotFoundError:
        raise CheckpointError(f"{path}: no such file.") from None
    # A damaged file raises whatever its bytes lead to.
    except Exception as error:
        raise CheckpointError(
            f"{path}: not a file of torch that holds plain data ({error}). {EXPECTED}"
        ) from error
    if not isinstance(content, dict) or set(content) != set(KEYS):
        got = sorted(map(str, content)) if isinstance(content, dict) else type(content).__name__
        raise CheckpointError(f"{path}: it holds {got}; expected {sorted(KEYS)}. {EXPECTED}")
    state = content["model_state"]
    if not isinstance(state, dict) or not all(isinstance(w, Tensor) for w in state.values()):
        raise CheckpointError(f"{path}: its model_state has no tensors by name. {EXPECTED}")
    return dict(state)


def _size(state: Mapping[str, Tensor], name: str, axis: int) -> int:
    """Return a weight's size; 0 if it is absent or no matrix."""
    weight = state.get(name)
    return 0 if weight is None or weight.ndim != 2 else int(weight.shape[axis])


def _shapes(n_inputs: int, classes: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Return the shape of each weight of a network."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer, width in (("hidden_0", n_inputs), ("hidden_1", n_inputs + sum(classes.values()))):
        shapes |= {
            f"{layer}.weight_ih_l0": (GATES, width),
            f"{layer}.weight_hh_l0": (GATES, UNITS),
            f"{layer}.bias_ih_l0": (GATES,),
            f"{layer}.bias_hh_l0": (GATES,),
        }
    linear = {"out_action": (ACTIONS, UNITS)}
    for name, units in classes.items():
        linear |= {f"out_{name}": (units, UNITS), f"reg_{name}": (1, units)}
    for layer, shape in linear.items():
        shapes |= {f"{layer}.weight": shape, f"{layer}.bias": shape[:1]}
    return shapes


def _check_layers(
    path: Path, state: Mapping[str, Tensor], shapes: Mapping[str, tuple[int, ...]]
) -> None:
    """Raise unless the weights are those of the network, of its shapes, and finite."""
    missing, unknown = sorted(set(shapes) - set(state)), sorted(set(state) - set(shapes))
    if missing or unknown:
        told = [f"{missing} are missing"] if missing else []
        told += [f"{unknown} are unknown"] if unknown else []
        raise CheckpointError(f"{path}: of its layers {' and '.join(told)}. {EXPECTED}")
    for name, shape in shapes.items():
        if tuple(state[name].shape) != shape:
            raise CheckpointError(
                f"{path}: {name} has the shape {tuple(state[name].shape)}, expected {shape}. "
                f"{EXPECTED}"
            )
        if not (state[name].is_floating_point() and bool(state[name].isfinite().all())):
            raise CheckpointError(f"{path}: {name} does not hold finite numbers. {EXPECTED}")
