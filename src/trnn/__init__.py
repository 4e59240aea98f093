"""Trial-by-trial reinforcement-learning parameters with a theoretical RNN (t-RNN).

Three orders of array axes are used, each by the code that loops over its last axes:

- tables of trials, estimates, posteriors: (subject, trial, parameter, ...);
- networks: (channel, trial, sequence), with an axis of networks before where several run at once;
- particles and starts of maximum likelihood: (row, subject, replica), where rows are parameters or
  latent values.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trnn.anybody.estimate import estimate as estimate

__version__ = "0.2.0"


def __getattr__(name: str) -> Any:
    """Return `estimate`; its libraries are imported when it is asked for."""
    if name == "estimate":
        from trnn.anybody.estimate import estimate

        return estimate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
