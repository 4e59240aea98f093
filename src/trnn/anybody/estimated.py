"""What is estimated of a session, and how much was learned of its parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from trnn.estimators.estimates import ROUNDING
from trnn.estimators.hazard_posterior import (
    HazardPosterior,
    hazard_columns,
    probability_names,
)
from trnn.estimators.posterior import Posterior
from trnn.estimators.posterior_columns import error_columns, posterior_columns
from trnn.theory.quantiles import quantile_names
from trnn.trials.sequences import Sequences

Array = np.ndarray

SMOOTH = "smooth"
P_ACTION, P_CHOICE = "p_action_0", "p_choice"


@dataclass(frozen=True)
class Estimated:
    """The estimates of a session of t trials.

    Parameters
    ----------
    columns : column -> (t,)
        Of the table that is written.
    learned : (parameter, whether the whole session was seen) -> share
        1 - mean posterior variance / prior variance: 0 where nothing was learned, below 0 where
        the posterior is wider than the prior, 1 where the parameter is known.
    bce : mean over choices of -log P(choice), nats, predicted from the trials before; None if
        nothing predicts
    converged : whether particles were enough
    """

    columns: Mapping[str, Array]
    learned: Mapping[tuple[str, bool], float] = field(default_factory=dict)
    bce: float | None = None
    converged: bool = True


def smooth_name(parameter: str) -> str:
    """Return the column of a parameter's mean given the whole session."""
    return f"{parameter}_{SMOOTH}"


def parameter_columns(
    names: tuple[str, ...],
    means: Array,
    posterior: Posterior | None,
    error: Array | None,
    smooth: bool,
) -> dict[str, Array]:
    """Return the columns of one session's parameters, (t,) each, from arrays (1, t, d)."""
    own = [smooth_name(name) if smooth else name for name in names]
    columns = {name: means[:, :, i] for i, name in enumerate(own)}
    if posterior is not None:
        columns |= posterior_columns(own, posterior)
    if error is not None:
        columns |= error_columns(own, error)
    return {name: column[0] for name, column in columns.items()}


def own_hazard_columns(own: HazardPosterior | None, smooth: bool) -> dict[str, Array]:
    """Return the columns of one session's hazard, (t,) each; none where all share it."""
    return {name: column[0] for name, column in hazard_columns(own, _suffix(smooth)).items()}


def _suffix(smooth: bool) -> str:
    return f"_{SMOOTH}" if smooth else ""


def prediction_columns(sequences: Sequences, p_action_0: Array) -> dict[str, Array]:
    """Return P(action 0) and that of the choice that was made, (t,) each; NaN without a choice."""
    # As tables of estimates hold it: never exactly 0 or 1.
    p = np.clip(p_action_0[0], ROUNDING, 1.0 - ROUNDING)
    p = np.where(sequences.chosen[0], p, np.nan)
    return {P_ACTION: p, P_CHOICE: np.where(sequences.action[0] == 0, p, 1.0 - p)}


def bce_of(columns: Mapping[str, Array]) -> float | None:
    """Return the mean -log probability of the choices; None where nothing predicts them."""
    if P_CHOICE not in columns:
        return None
    p = columns[P_CHOICE]
    return float(-np.log(p[~np.isnan(p)]).mean())


def learned(columns: Mapping[str, Array], parameter: str, smooth: bool, prior_sd: float) -> float:
    """Return how much was learned of a parameter: see `Estimated`."""
    sd = columns[f"{smooth_name(parameter) if smooth else parameter}_sd"]
    return float(1.0 - np.mean(sd**2) / prior_sd**2)


def described(
    columns: Mapping[str, Array],
    words_of: Mapping[str, str],
    unit_of: Mapping[str, str],
    label: str,
    hazards: Sequence[float] = (),
) -> dict[str, tuple[str, str]]:
    """Return what each column holds: its description and its unit.

    `words_of` and `unit_of` are of parameters; `label`: what action 0 is called; `hazards`: of
    which a person has one.
    """
    known: dict[str, tuple[str, str]] = {
        P_ACTION: (f"P(the choice is {label}), predicted before the choice is seen", "probability"),
        P_CHOICE: ("P(the choice that was made), predicted before it is seen", "probability"),
    }
    for parameter, words in words_of.items():
        unit = unit_of[parameter]
        for name, when in (
            (parameter, "given the trials before"),
            (smooth_name(parameter), "given the whole session"),
        ):
            known[name] = (f"posterior mean of {words}, {when}", unit)
            known[f"{name}_sd"] = (f"posterior standard deviation of {words}, {when}", unit)
            for column in quantile_names(name):
                percent = int(column[-2:])
                known[column] = (f"{percent} % quantile of {words}, {when}", unit)
            known[f"{name}_mc_error"] = (f"Monte Carlo standard error of {name}", unit)
            known[f"{name}_disagreement"] = (f"SD of {name} over the networks", unit)
    known |= _of_hazards(hazards)
    return {name: known[name] for name in columns}


def _of_hazards(hazards: Sequence[float]) -> dict[str, tuple[str, str]]:
    known = {}
    logarithm, unit = "the natural logarithm of the person's own hazard", "log probability"
    for smooth, when in ((False, "given the trials before"), (True, "given the whole session")):
        end = _suffix(smooth)
        for column, what in (
            ("", f"posterior mean of {logarithm}, {when}"),
            ("_sd", f"posterior standard deviation of {logarithm}, {when}"),
            ("_mc_error", f"Monte Carlo standard error of log_hazard{end}"),
        ):
            known[f"log_hazard{end}{column}"] = (what, unit)
        for name, own in zip(probability_names(len(hazards), end), hazards, strict=True):
            known[name] = (f"P(the person's hazard is {own:g}), {when}", "probability")
    return known
