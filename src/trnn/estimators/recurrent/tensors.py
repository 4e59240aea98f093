"""From numpy to torch."""

import numpy as np
import torch
from torch import Tensor


def as_tensor(array: np.ndarray) -> Tensor:
    """Return a float32 (or int64) tensor of `array`."""
    kind = torch.int64 if np.issubdtype(array.dtype, np.integer) else torch.float32
    return torch.as_tensor(np.ascontiguousarray(array)).to(kind)
