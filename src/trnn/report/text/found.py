"""What was found in an experiment, a line each, with the control that it stands beside."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from trnn.checks.calibration.calibration_table import THEORY_BETTER
from trnn.checks.nonstationarity.nonstationarity_table import ALL
from trnn.estimators.registry import CONSTANT, FIT, FOCUS, smoothers, truths
from trnn.report.text.groups import found_in_groups
from trnn.report.text.markdown import interval_words, plain
from trnn.report.text.targets import percent_words
from trnn.report.text.theories import choice_sections
from trnn.scores.metric_groups import groups_of
from trnn.statistics.bootstrap import mean_interval
from trnn.theory.meanings import MEANINGS

# What the t-RNN's predictions are held against, the fairest first.
CONTROLS = {
    CONSTANT: "constant parameters that are learned choice by choice (`constant`)",
    FIT: "constant parameters that are fitted to the very session (`mle`)",
}


def found_lines(
    settings: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame | None],
    seed: int,
    n_resamples: int,
) -> Iterator[str]:
    """Yield a line for each thing that was found; what there is no table for is left out.

    Parameters
    ----------
    settings : mapping
        The whole experiment as plain data.
    tables : mapping
        `metrics`, and by their kinds `optimality`, `nonstationarity_rates`, `groups`, `theories`;
        None for one that is not there.
    seed, n_resamples : int
        Of the bootstrap over subjects.
    """
    metrics = tables["metrics"]
    assert metrics is not None  # every experiment has one
    population = "human" if (metrics["population"] == "human").any() else "test"
    # The reporting half, where settings were chosen on the other.
    group, part = next((g, p) for name, g, p in groups_of(metrics) if name == population)
    key = settings["human"] if population == "human" else settings["name"]
    yield from _prediction(part, (key, population, group), seed, n_resamples)
    if population == "test":
        yield from _errors(part, (key, population, group), seed, n_resamples)
    yield from _explained(tables.get("optimality"))
    yield from _moving(tables.get("nonstationarity_rates"))
    yield from found_in_groups(tables.get("groups"))
    theories = tables.get("theories")
    if theories is not None:
        yield choice_sections(theories)[0]


def _prediction(
    part: pd.DataFrame, keys: Sequence[str], seed: int, n_resamples: int
) -> Iterator[str]:
    """Yield how well the t-RNN predicts choices, beside the control and the best predictor."""
    bce = part.pivot(index="subject", columns="estimator", values="bce").dropna(axis=1, how="all")
    if FOCUS not in bce:
        return
    found = mean_interval(bce[FOCUS].to_numpy(), n_resamples, seed, *keys)
    who = "agents" if keys[1] == "test" else "people"
    of = who if keys[2] == "all" else f"{who} of the {plain(keys[2])}"
    text = (
        f"**Prediction.** The t-RNN predicts the choices of {len(bce)} {of} with a mean bce of "
        f"{interval_words(*found)} nats (chance: 0.6931)"
    )
    control = next((name for name in CONTROLS if name in bce), None)
    if control is not None:
        less = (bce[FOCUS] - bce[control]).dropna().to_numpy()
        difference = interval_words(*mean_interval(less, n_resamples, seed, *keys), signed=True)
        text += f", {difference} relative to {CONTROLS[control]}"
    rivals = [name for name in bce if name not in {*truths(), *smoothers(), FIT}]
    best = bce[rivals].mean().idxmin()
    if best != FOCUS:
        text += f"; the best of all is `{best}` ({bce[best].mean():.4f})"
    yield f"{text}."


def _errors(part: pd.DataFrame, keys: Sequence[str], seed: int, n_resamples: int) -> Iterator[str]:
    """Yield the t-RNN's squared errors less those of the fit, of agents whose truth is known."""
    told = []
    for measure in [name for name in part if str(name).startswith("mse_")]:
        wide = part.pivot(index="subject", columns="estimator", values=measure)
        if not {FOCUS, FIT} <= set(wide):
            continue
        less = (wide[FOCUS] - wide[FIT]).dropna().to_numpy()
        share = 100 * wide[FOCUS].mean() / wide[FIT].mean()
        _, low, high = mean_interval(less, n_resamples, seed, *keys)
        sure = "" if pd.isna(low) or low <= 0 <= high else "†"
        told.append(f"{MEANINGS[str(measure).removeprefix('mse_')].symbol} {share:.0f} %{sure}")
    if told:
        yield (
            f"**Recovery.** Squared error of the t-RNN as a share of that of {CONTROLS[FIT]}: "
            f"{', '.join(told)} (†: the 95 % interval of the paired difference leaves out 0)."
        )


def _explained(optimality: pd.DataFrame | None) -> Iterator[str]:
    """Yield for how many people moving estimates explain choices better than constant ones."""
    if optimality is None:
        return
    rows = optimality[
        (optimality["criterion"] == THEORY_BETTER) & (optimality["estimator"] == FOCUS)
    ]
    for name in CONTROLS:
        own = rows[rows["reference"] == name]
        if len(own):
            row = own.iloc[0]
            share = percent_words(row["value"], row["ci_low"], row["ci_high"])
            yield (
                "**Estimates that move.** The model run forward with them explains the choices of "
                f"{share} of {row['n']} people better than {CONTROLS[name]}."
            )
            return


def _moving(rates: pd.DataFrame | None) -> Iterator[str]:
    """Yield the share of people with a parameter judged to move, and of agents with none."""
    if rates is None or rates.empty:
        return
    asked = ALL if (rates["parameter"] == ALL).any() else rates["parameter"].iloc[0]
    rates = rates[rates["parameter"] == asked]
    people = rates[rates["population"] == "human"]
    # Of agents that stand for no movement the worst count.
    still = rates[(rates["population"] == "test") & rates["moved"].eq(False).fillna(False)]
    told = []
    if len(people):
        row = people.iloc[0]
        told.append(f"in {_share(row)} of {row['n']} people")
    if len(still):
        row = still.sort_values("share_moving").iloc[-1]
        told.append(f"in {_share(row)} of {row['n']} agents whose parameters never change")
    if told:
        yield f"**Movement.** Some parameter is judged to move {', and '.join(told)}."


def _share(row: pd.Series) -> str:
    return percent_words(row["share_moving"], row["share_ci_low"], row["share_ci_high"])
