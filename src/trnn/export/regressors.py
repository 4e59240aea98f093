"""A row for each trial: the owner's columns, and after them what imaging takes as regressors."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from trnn.errors import DataError
from trnn.export.draws import WORDS, draws_of
from trnn.export.latents import latent_draws, latents_of, of_choices
from trnn.export.source import GIVEN, Estimate, Source
from trnn.tables.schema import FLOAT, INTEGER, Column

Array = np.ndarray

PREFIX = "trnn_"
N_DRAWS = 200
SEED = 20241  # as of the pipeline's settings


@dataclass(frozen=True)
class Regressors:
    """The owner's table with what was added; `columns`: what was added, in order.

    `given` has of each added column "causal" or "smoothed", and "" of what is no estimate. `kinds`
    tells of each kind of estimate how its draws were made.
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    given: dict[str, str]
    kinds: dict[str, str]


def regressors(source: Source, n_draws: int = N_DRAWS, seed: int = SEED) -> Regressors:
    """Return the regressors of every row; rows that were not estimated have nulls.

    So have missed trials where a regressor is of the choice made or of what came of it.

    Parameters and predictions are the tables' own. Latent quantities (values, prediction error)
    are means over draws of the parameters, each of which learns along the person's choices and
    rewards; their SD is that over draws. Without a posterior there is one draw, and no SD.

    Raises
    ------
    DataError
        If the owner's columns have the names of what is added, even with a prefix.
    """
    columns = [
        Column("action_code", INTEGER, "the choice as the model has it", "1", True, (0, 1)),
        Column("reward_code", FLOAT, "the reward as the model has it", source.reward_unit, True),
    ]
    s = source.sequences
    values = [s.to_column(of_choices(s, codes)).astype(float) for codes in (s.action, s.reward)]
    given, kinds = ["", ""], {}
    for estimate in source.estimates:
        kind, made = _of_estimate(source, estimate, n_draws, seed)
        kinds[estimate.given] = f"{estimate.words}: {WORDS[kind]}"
        for column, array in made:
            columns.append(column)
            values.append(array)
            given.append(estimate.given)
    names = _names(source, [column.name for column in columns])
    added: dict[str, Any] = {
        name: _all_rows(source, array) for name, array in zip(names, values, strict=True)
    }
    added[names[0]] = pd.array(added[names[0]], dtype="Int64")
    own = source.own.frame.reset_index(drop=True)
    own.columns = pd.Index(source.own.names)
    return Regressors(
        pd.concat([own, pd.DataFrame(added)], axis=1),
        tuple(replace(c, name=name) for c, name in zip(columns, names, strict=True)),
        dict(zip(names, given, strict=True)),
        kinds,
    )


def _of_estimate(
    source: Source, estimate: Estimate, n_draws: int, seed: int
) -> tuple[str, list[tuple[Column, Array]]]:
    """Return of which kind an estimate's draws are, and its columns, each (n_trials,)."""
    s, end, when = source.sequences, estimate.given, GIVEN[estimate.given]
    made: list[tuple[Column, Array]] = []

    def add(name: str, words: str, unit: str, values: Array) -> None:
        made.append((Column(name, FLOAT, f"{words}, {when}", unit, True), values))

    for k, p in enumerate(source.model.parameters):
        what = f"estimated {p.words} ({p.symbol})"
        add(f"{p.name}_{end}", what, p.unit, s.to_column(estimate.mean[:, :, k]))
        if estimate.sd is not None:
            sd = s.to_column(estimate.sd[:, :, k])
            add(f"{p.name}_{end}_sd", f"posterior standard deviation of {p.words}", p.unit, sd)
    if estimate.p_action_0 is not None:
        p_0 = estimate.p_action_0
        p_choice = s.to_column(of_choices(s, np.where(s.action == 0, p_0, 1.0 - p_0)))
        add(f"p_choice_{end}", "predicted probability of the choice made", "probability", p_choice)
    draws = draws_of(source, estimate, n_draws, seed)
    found = list(_latent_moments(source, draws.values))
    for latent in latents_of(source.model):
        unit = source.reward_unit if latent.unit is None else latent.unit
        mean, sd = (np.concatenate([one[latent.name][m] for one in found]) for m in (0, 1))
        add(f"{latent.name}_{end}", latent.words, unit, mean)
        if estimate.sd is not None:
            add(f"{latent.name}_{end}_sd", f"standard deviation of {latent.words}", unit, sd)
    return draws.kind, made


def _latent_moments(source: Source, draws: Array) -> Iterator[dict[str, tuple[Array, Array]]]:
    """Yield each subject's latent quantities, by name: mean and SD over draws, (t,) each."""
    for i in range(len(source.people)):
        one = source.sequences.rows(i, i + 1)
        found = latent_draws(source.model, one, draws[i])
        # Taken from the first draw, so that what no draw changes has an SD of exactly 0.
        apart = {name: values - values[0] for name, values in found.items()}
        yield {
            name: (found[name][0] + apart[name].mean(axis=0), apart[name].std(axis=0))
            for name in found
        }


def _all_rows(source: Source, values: Array) -> Array:
    out = np.full(len(source.own.frame), np.nan)
    out[source.rows] = values
    return out


def _names(source: Source, names: list[str]) -> list[str]:
    """Return the added columns' names, all of them with a prefix where one is taken."""
    if not set(names) & set(source.own.names):
        return names
    prefixed = [PREFIX + name for name in names]
    taken = sorted(set(prefixed) & set(source.own.names))
    if taken:
        raise DataError(
            f"{source.own.where}: columns {taken} are there already, from an export before. Give "
            "the table without them."
        )
    return prefixed
