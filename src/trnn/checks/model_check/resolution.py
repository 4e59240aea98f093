"""What a task can tell of a model's constant parameters: the exact posterior beside the prior."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trnn.checks.identifiability.cells import root
from trnn.checks.identifiability.posterior import posterior
from trnn.config.dynamics import Range
from trnn.statistics.bootstrap import mean_interval
from trnn.theory.model import Model
from trnn.theory.simulate import Agents

EVALUATIONS = 2e8  # trials times points of all agents' grids, of one pass of two or three
MOST, FEWEST = 40, 5  # points along a parameter
RESAMPLES = 2000  # of agents
STRONG = 0.7  # a posterior correlation beyond which two parameters trade off


@dataclass(frozen=True)
class Told:
    """What the choices tell of a parameter.

    `share`: the posterior's SD in the prior's, with a 95 % interval over agents; 1: nothing is
    learned. `information`: the mutual information of parameter and choices, bits. `with_other`: the
    parameter with which it trades off most, and their mean posterior correlation; None of one that
    is alone.
    """

    share: tuple[float, float, float]
    information: float
    with_other: tuple[str, float] | None


def resolution(
    model: Model, agents: Agents, ranges: Mapping[str, Range], seed: int, *keys: str | int
) -> dict[str, Told] | None:
    """Return what the choices tell of each parameter; None of more parameters than a grid holds.

    Raises
    ------
    NumericalError
        If a likelihood is not finite, or a posterior is not found.
    """
    names, trials = list(ranges), int(agents.sequences.lengths.sum())
    per_parameter = min(MOST, root(int(EVALUATIONS / trials), len(names)))
    if per_parameter < FEWEST:
        return None
    found = posterior(model, agents.sequences, ranges, per_parameter)
    covariance = found.covariance()
    sd = np.sqrt(np.einsum("nii->ni", covariance))
    correlation = (covariance / (sd[:, :, None] * sd[:, None, :])).mean(axis=0)
    np.fill_diagonal(correlation, 0.0)
    bits = found.information().mean(axis=0) / np.log(2.0)
    out = {}
    for i, (name, bounds) in enumerate(ranges.items()):
        share = sd[:, i] * np.sqrt(12.0) / (bounds.high - bounds.low)
        other = int(np.abs(correlation[i]).argmax())
        pair = (names[other], float(correlation[i, other])) if len(names) > 1 else None
        out[name] = Told(mean_interval(share, RESAMPLES, seed, *keys, name), float(bits[i]), pair)
    return out
