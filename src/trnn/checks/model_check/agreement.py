"""Whether simulator and likelihood are of the equations that are written, and of one another."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from trnn.checks.model_check.plain import plain_predictions
from trnn.theory.likelihood import run_forward
from trnn.theory.model import Model
from trnn.theory.simulate import Agents

Array = np.ndarray

LARGEST = 1e-9  # of a difference between two computations of one probability
RAREST = 1e-3  # a rarer chi-square is no chance
BINS = 10
MOST = 20_000  # trials that Python runs one by one


@dataclass(frozen=True)
class Agreement:
    """What three computations of the same probabilities differ by, and how often choices come.

    `likelihood` and `simulator`: the largest difference of each from the equations run by Python,
    over `n_plain` choices. `chi_square`, on `n_bins` degrees of freedom: of how often the
    simulator chose action 0 in bins of its probability, over `n_choices`.
    """

    n_plain: int
    likelihood: float
    simulator: float
    n_choices: int
    chi_square: float
    n_bins: int

    @property
    def p(self) -> float:
        """The probability of so large a chi-square if choices follow their probabilities."""
        return float(chi2.sf(self.chi_square, self.n_bins))

    @property
    def agrees(self) -> bool:
        """Whether all differences are of rounding, and the frequencies of chance."""
        return max(self.likelihood, self.simulator) <= LARGEST and self.p >= RAREST


def agreement(model: Model, agents: Agents) -> Agreement:
    """Compare the probabilities of choices of simulated agents whose parameters are constant.

    Raises
    ------
    NumericalError
        If a probability is not finite, with the agent and the trial.
    """
    assert agents.p_action_0 is not None  # simulated in detail
    sequences, parameters = agents.sequences, agents.parameters[:, 0]
    few = int(np.searchsorted(np.cumsum(sequences.lengths), MOST, side="right"))
    few = max(few, 1)
    some = sequences.rows(0, few)
    plain = plain_predictions(model, some, parameters[:few])
    valid = some.valid
    predicted, _ = run_forward(model, some, parameters[:few])
    simulated = agents.p_action_0[:few, : valid.shape[1]]
    likelihood, simulator = (
        float(np.abs(other - plain)[valid].max()) for other in (predicted, simulated)
    )
    p, chosen = agents.p_action_0[sequences.valid], sequences.action[sequences.valid] == 0
    statistic, n_bins = _chi_square(p, chosen)
    return Agreement(int(valid.sum()), likelihood, simulator, len(p), statistic, n_bins)


def _chi_square(p: Array, chosen: Array) -> tuple[float, int]:
    """Return the chi-square of choices in bins of their probabilities, and its freedom."""
    order = np.argsort(p, kind="stable")
    total, n_bins = 0.0, 0
    for part in np.array_split(order, BINS):
        variance = float((p[part] * (1.0 - p[part])).sum())
        if variance < 5.0:  # too few for a normal approximation: certain, or nearly
            continue
        total += float((chosen[part] - p[part]).sum()) ** 2 / variance
        n_bins += 1
    return total, n_bins
