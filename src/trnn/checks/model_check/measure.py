"""The three measurements of a model on a task, and what they come to in words."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trnn.checks.model_check.agreement import LARGEST, RAREST, Agreement, agreement
from trnn.checks.model_check.recovery import Recovered, recovery
from trnn.checks.model_check.resolution import STRONG, Told, resolution
from trnn.config.dynamics import Range
from trnn.config.estimators import MaximumLikelihood
from trnn.config.task import TaskSettings
from trnn.theory.dynamics import StationaryDynamics
from trnn.theory.model import Model
from trnn.theory.simulate import simulate

N_AGENTS = 50
SEARCH = MaximumLikelihood(n_candidates=128, n_starts=3)
KEYS = ("model check",)
# Shares of the prior's SD up to which so much is told, in words.
WORDS = ((0.25, "much"), (0.5, "a good part"), (0.8, "little"), (math.inf, "hardly anything"))


@dataclass(frozen=True)
class Measured:
    """What was measured of a model; `told` is None where there are too many parameters."""

    agreement: Agreement
    recovered: Mapping[str, Recovered]
    at_bound: float
    told: Mapping[str, Told] | None


def measure(
    model: Model, ranges: Mapping[str, Range], task: TaskSettings, seed: int, n: int = N_AGENTS
) -> Measured:
    """Measure a model on `n` simulated agents whose parameters never change.

    Parameters
    ----------
    ranges : parameter -> Range
        In the model's order: the agents' uniform prior, and the bounds of maximum likelihood.
    seed : int
        All randomness comes from it and the model's name.

    Raises
    ------
    NumericalError
        If an equation gives what is not finite, with agent and trial.
    """
    keys = (*KEYS, model.name)
    agents = simulate(model, StationaryDynamics(ranges), task, n, seed, keys)
    agrees = agreement(model, agents)
    recovered, at_bound = recovery(model, agents, ranges, SEARCH, seed, *keys)
    return Measured(agrees, recovered, at_bound, resolution(model, agents, ranges, seed, *keys))


def lines(found: Measured) -> Iterator[str]:
    """Yield what was measured, in lines of words and numbers."""
    yield from _agreement(found.agreement)
    yield (
        f"recovery: maximum likelihood on {N_AGENTS} agents whose parameters never change, with "
        f"95 % intervals over agents; {100 * found.at_bound:.0f} % of fits end on a bound"
    )
    for name, own in found.recovered.items():
        yield (
            f"  {name}: correlation with the truth {_shown(own.correlation)}, error "
            f"{_shown(own.error)} (guessing the middle: {own.guess:.3g})"
        )
    if found.told is None:
        yield "the task: not measured, the model has too many parameters for an exact posterior"
        return
    yield "the task: the exact posterior's SD, in the prior's (1: the choices tell nothing)"
    for name, told in found.told.items():
        yield (
            f"  {name}: {_shown(told.share)}, {told.information:.2g} bits: the choices tell "
            f"{amount(told.share[0])} of it{_trade_off(told)}"
        )


def amount(share: float) -> str:
    """Return how much choices tell, in a word, from the posterior's SD in the prior's."""
    return next(word for limit, word in WORDS if share < limit)


def _agreement(own: Agreement) -> Iterator[str]:
    yield f"agreement: {'good' if own.agrees else 'BROKEN'}"
    yield (
        f"  of the equations run by Python, over {own.n_plain:,} choices, the likelihood's "
        f"probabilities differ by at most {own.likelihood:.1g}, the simulator's by "
        f"{own.simulator:.1g} (up to {LARGEST:g} is rounding)"
    )
    yield (
        f"  {own.n_choices:,} simulated choices come as often as their probabilities say: "
        f"chi-square {own.chi_square:.3g} on {own.n_bins}, p = {own.p:.2g} (from {RAREST:g} on is "
        "chance)"
    )
    if not own.agrees:
        yield (
            "  Compiled code computes something else than what is written. Equations must depend "
            "on their arguments and on constants alone: no random numbers, nothing that changes "
            "after the file has run"
        )


def _trade_off(told: Told) -> str:
    if told.with_other is None or abs(told.with_other[1]) < STRONG:
        return ""
    other, correlation = told.with_other
    return f"; it trades off with {other} (posterior correlation {correlation:.2f})"


def _shown(numbers: tuple[float, float, float]) -> str:
    value, low, high = numbers
    return f"{value:.2g} [{low:.2g}, {high:.2g}]"
