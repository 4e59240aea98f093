"""The mean log density of a mixture at several targets a trial: what a posterior is trained by.

On a processor it is compiled (`fused_density`); on a graphics processor, and in other than single
precision, it is made of torch's own functions.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from trnn.estimators.trnn import fused_density as fused
from trnn.estimators.trnn.posterior import LARGEST_LOG_SCALE, log_density, mixture, n_outputs


def mean_log_density(raw: Tensor, targets: Tensor) -> Tensor:
    """Return the mean over targets of the log density relative to the prior's, nats, (t, n).

    Parameters
    ----------
    raw : (n_outputs, t, n)
        The numbers of the mixtures, see `mixture`.
    targets : (m, d, t, n)
        Scores.
    """
    d = targets.shape[1]
    n_components = len(raw) // n_outputs(1, d)
    if not _compiled_runs(raw):
        posterior = mixture(raw, n_components, d)
        return torch.stack([log_density(posterior, z) for z in targets]).mean(dim=0)
    if len(raw) != n_outputs(n_components, d) or raw.shape[1:] != targets.shape[2:]:
        # What is compiled would read the memory beyond the smaller of them.
        raise ValueError(f"{tuple(raw.shape)} outputs do not fit targets {tuple(targets.shape)}")
    return _Compiled.apply(raw.contiguous(), targets.contiguous(), n_components)


def _compiled_runs(raw: Tensor) -> bool:
    return raw.device.type == "cpu" and raw.dtype == torch.float32


class _Compiled(torch.autograd.Function):
    """`fused_density` as a function of torch's. Its gradient is computed with it, if one is due."""

    @staticmethod
    def forward(ctx: Any, raw: Tensor, targets: Tensor, n_components: int) -> Tensor:
        density = raw.new_empty(raw.shape[1:])
        gradient = torch.empty_like(raw) if ctx.needs_input_grad[0] else raw.new_empty(len(raw), 0)
        fused.log_density(
            raw.detach().flatten(1).numpy(),
            targets.flatten(2).numpy(),
            n_components,
            np.float32(LARGEST_LOG_SCALE),
            density.flatten().numpy(),
            gradient.flatten(1).numpy(),
        )
        ctx.save_for_backward(gradient)
        return density

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (own,) = ctx.saved_tensors
        return own * gradient, None, None
