"""Trial-by-trial reinforcement-learning parameters with a theoretical RNN (t-RNN).

Three orders of array axes are used, each by the code that loops over its last axes:

- tables of trials, estimates, posteriors: (subject, trial, parameter, ...);
- networks: (channel, trial, sequence), with an axis of networks before where several run at once;
- particles and starts of maximum likelihood: (row, subject, replica), where rows are parameters or
  latent values.
"""

__version__ = "0.2.0"


def __getattr__(name: str):  # type: ignore[no-untyped-def]
    """Return `trnn.estimate`; what it needs is imported when it is asked for."""
    if name == "estimate":
        from importlib import import_module

        return import_module("trnn.anybody.estimate").estimate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
