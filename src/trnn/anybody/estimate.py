"""Estimates of anybody's table: read, ordered, estimated, with all that was assumed in words."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from trnn.anybody.assumptions import assume
from trnn.anybody.estimated import Estimated
from trnn.anybody.filtering import KEYS, FilterMethod
from trnn.anybody.options import Options, options_of
from trnn.anybody.outcome import Method, Outcome, Read, with_estimates
from trnn.anybody.told import assumed_words
from trnn.config.model_files import is_own, located
from trnn.data.coding import choices_of, rewards_of
from trnn.data.columns import NONE, find_columns
from trnn.data.own_table import OwnTable, from_frame, read_own
from trnn.data.sessions import people_of
from trnn.errors import DataError

Tell = Callable[[int, int], None]


def estimate(data: pd.DataFrame | str | Path, model: Any = None, **options: Any) -> pd.DataFrame:
    """Estimate every person's parameters, trial by trial, from a table of choices and rewards.

    Parameters
    ----------
    data : DataFrame, or path of a CSV, TSV or Parquet file
        One row a trial: a column of choices and one of rewards; of who chose, sessions, blocks and
        the order of trials where there are such.
    model : str or trnn.theory.model.Model
        For example "q_learning", or "path/to/my_model.py:MyModel" of your own; or give ``network=``
        the path of a checkpoint or of packed networks, the name of ones that come with the package,
        or ``"original:PATH"`` (and model= of your own beside it, if it was trained for that).
    **options
        As in `trnn.anybody.options.Options`: names of columns, labels of choices, ranges, dynamics.

    Returns
    -------
    DataFrame
        The table's own columns, rows and index, and after them: ``row_status``, ``action_code``,
        ``p_action_0`` and ``p_choice`` (before the choice is seen), and for each parameter mean,
        SD, quantiles and Monte Carlo error, given the trials before (``alpha``, ``alpha_sd``, ...)
        and given the whole session (``alpha_smooth``, ...). Null on rows that were not estimated;
        a row without a choice has its parameters, for time goes on, and no prediction.
        ``attrs["assumed"]`` has what was assumed, in words, ``attrs["left_out"]`` who was left out
        and why, ``attrs["described"]`` what the columns hold.

    Warns
    -----
    UserWarning
        If people are left out.

    Raises
    ------
    TrnnError
        If nobody can be estimated, or what is asked for cannot be; it says why.
    """
    made = options_of(model=model, **options)
    table = from_frame(data) if isinstance(data, pd.DataFrame) else read_own(data, made.separator)
    outcome = estimate_table(table, made)
    frame = outcome.frame
    frame.attrs["assumed"] = dict(outcome.assumed)
    frame.attrs["left_out"] = dict(outcome.left_out)
    frame.attrs["described"] = dict(outcome.added)
    if outcome.left_out:
        told = "; ".join(f"{name}: {reason}" for name, reason in outcome.left_out.items())
        warnings.warn(f"{len(outcome.left_out)} left out: {told}", UserWarning, stacklevel=2)
    return frame


def estimate_table(table: OwnTable, options: Options, tell: Tell | None = None) -> Outcome:
    """Estimate a table; `tell(done, total)` is called before the first session and after each.

    Raises
    ------
    TrnnError
        As `estimate`.
    """
    method = _method(options)
    read = _read(table, options, method)
    sessions = read.people.sessions
    left_out = {**read.people.left_out, **method.unusable(sessions)}
    estimates: dict[str, Estimated] = {}
    sessions = tuple(session for session in sessions if session.name not in left_out)
    if tell is not None:
        tell(0, len(sessions))
    for done, (name, found) in enumerate(method.run(sessions), start=1):
        if isinstance(found, str):
            left_out[name] = found
        else:
            estimates[name] = found
        if tell is not None:
            tell(done, len(sessions))
    if not estimates:
        told = "\n".join(f"  {name}: {reason}." for name, reason in list(left_out.items())[:5])
        raise DataError(
            f"{table.where}: nobody can be estimated ({len(left_out)} left out), the first:\n{told}"
        )
    kept = tuple(session for session in sessions if session.name in estimates)
    frame, added = with_estimates(
        table, read.choices, kept, read.people.row_of, estimates, method.assumed
    )
    return Outcome(
        table=table,
        frame=frame,
        added=added,
        sessions=kept,
        estimates=estimates,
        left_out=left_out,
        outside=method.outside(kept),
        assumed=assumed_words(table, read, method),
        assumptions=method.assumed,
        labels=read.choices.labels,
        options=_stated(options, read, method),
    )


def _method(options: Options) -> Method:
    if options.network:
        # torch
        from trnn.anybody.networks import network_method
        from trnn.anybody.original.method import is_original, original_method

        given = [str(text) for text in options.network]
        if any(map(is_original, given)):
            return original_method(given, options.seed)
        model = options.model if isinstance(options.model, str) else None
        return network_method(given, options.seed, options.keys, options.smooth, model)
    assert options.model is not None
    assumed = assume(
        options.model,
        options.ranges,
        options.dynamics,
        options.hazard,
        options.changes,
        options.step_sd,
    )
    keys = KEYS if options.keys is None else tuple(options.keys)
    return FilterMethod(
        assumed, options.seed, keys, options.smooth, options.cores, options.particles
    )


def _read(table: OwnTable, options: Options, method: Method) -> Read:
    columns = find_columns(table, options.columns())
    choices = choices_of(table, columns.needed("action"), options.actions, options.missed)
    scale = method.reward_scale if options.reward_scale is None else options.reward_scale
    rewards = rewards_of(
        table,
        columns.needed("reward"),
        options.reward_map,
        scale,
        choices.code >= 0,
        method.assumed.reward_unit(),
    )
    skips = options.skip_missed or not method.knows_missed
    return Read(columns, choices, rewards, people_of(table, columns, choices, rewards, skips))


def _stated(options: Options, read: Read, method: Method) -> Options:
    """Return the options with all that was guessed filled in."""
    found: dict[str, Any] = {
        **{role: column or NONE for role, column in read.columns.of.items()},
        "actions": read.choices.labels,
        "reward_scale": read.rewards.scale,
        "skip_missed": read.people.skips_missed,
        "ranges": {name: (r.low, r.high) for name, r in method.assumed.ranges.items()},
        "keys": method.keys,
    }
    if isinstance(options.model, str) and is_own(options.model):
        found["model"] = located(options.model)
    return replace(options, **found)
