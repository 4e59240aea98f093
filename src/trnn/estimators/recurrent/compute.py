"""Where networks are computed: on so many threads of this processor, or on a graphics processor."""

import torch
from threadpoolctl import threadpool_limits

from trnn.errors import ConfigError
from trnn.estimators.recurrent.memory import keep_freed_memory

CPU = torch.device("cpu")


def prepare(threads: int, device: str = "cpu") -> torch.device:
    """Give torch `threads` threads, and return the device that `device` names.

    Raises
    ------
    ConfigError
        If a graphics processor is wanted and torch sees none.
    """
    keep_freed_memory()
    torch.set_num_threads(threads)
    # If the compiled recurrence has to multiply by scipy's BLAS, torch does not know of it. The
    # matrices are too small to be shared among threads.
    threadpool_limits(limits=1, user_api="blas")
    if device == "cuda" and not torch.cuda.is_available():
        raise ConfigError(
            f"device is 'cuda', but torch {torch.__version__} sees no graphics processor. Set "
            "device to 'cpu', or install a build of torch that fits the driver."
        )
    return torch.device(device)
