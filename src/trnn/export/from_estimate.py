"""A table that `trnn estimate` has written, to be exported."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trnn.anybody.assumptions import assume
from trnn.anybody.estimated import P_ACTION, smooth_name
from trnn.anybody.options import SAID
from trnn.anybody.outcome import PREFIX, ROW
from trnn.data.coding import choices_of, rewards_of
from trnn.data.columns import find_columns
from trnn.data.own_table import OwnTable, from_frame, read_own
from trnn.data.sessions import USED, Session, people_of
from trnn.errors import ConfigError, TableError
from trnn.export.described import read_columns
from trnn.export.source import CAUSAL, SMOOTHED, Estimate, Source
from trnn.tables.parquet import read_metadata
from trnn.theory.quantiles import quantile_names
from trnn.trials.sequences import from_frame as sequences_of
from trnn.trials.sequences import pad_columns

Array = np.ndarray
KEPT = ("command", "dynamics", "trained on", "method", "model", "package_version")
AGAIN = "Run `trnn estimate` with --out NAME.parquet, and export that file."


def read_estimated(path: str | Path) -> Source:
    """Read a Parquet file of `trnn estimate`; a text file does not hold what was assumed.

    Raises
    ------
    ConfigError
        If it is no Parquet file.
    TableError
        If `trnn estimate` has not written it, or it has been changed since.
    """
    path = Path(path)
    if path.suffix.lower() != ".parquet":
        raise ConfigError(
            f"{path}: got a '{path.suffix}' file; expected an experiment's folder of a run, or the "
            f"Parquet table of `trnn estimate`: a text file does not hold model and coding. {AGAIN}"
        )
    whole, metadata = read_own(path), read_metadata(path)
    if SAID not in metadata:
        raise TableError(f"{path}: no table of `trnn estimate` of this version. {AGAIN}")
    said: dict[str, Any] = json.loads(metadata[SAID])
    columns = read_columns(path)
    prefix = PREFIX if f"{PREFIX}{ROW}" in columns else ""
    lacking = [name for name in (prefix + ROW,) if name not in whole.frame]
    if lacking:
        raise TableError(f"{path}: columns {lacking} are missing: it was changed. {AGAIN}")
    own = from_frame(whole.frame.drop(columns=list(columns)), str(path))
    status = whole.frame[prefix + ROW].to_numpy(dtype=object)
    sessions, scale = _sessions(own, said)
    chosen = [session.rows[session.sequences.chosen[0]] for session in sessions]
    used = [(status[rows] == USED).all() for rows in chosen]
    kept = [session for session, is_used in zip(sessions, used, strict=True) if is_used]
    n_used = sum(len(rows) for rows, is_used in zip(chosen, used, strict=True) if is_used)
    if n_used != (status == USED).sum():
        raise TableError(
            f"{path}: its choices and rewards are not those that were estimated ({prefix}{ROW}): "
            f"it was changed. {AGAIN}"
        )
    return _source(path, own, whole.frame, columns, kept, said, metadata, prefix, scale)


def _sessions(own: OwnTable, said: dict[str, Any]) -> tuple[list[Session], float]:
    """Read the sessions anew, with all that was said or guessed when they were estimated."""
    assumed = assume(said["model"], {n: tuple(ends) for n, ends in said["ranges"].items()})
    columns = find_columns(own, {role: said[role] for role in said["roles"]})
    choices = choices_of(own, columns.needed("action"), said["actions"], said["missed"])
    rewards = rewards_of(
        own,
        columns.needed("reward"),
        said["reward_map"],
        said["reward_scale"],
        choices.code >= 0,
        assumed.reward_unit(),
    )
    people = people_of(own, columns, choices, rewards, said["skip_missed"])
    return list(people.sessions), rewards.scale


def _source(
    path: Path,
    own: OwnTable,
    whole: pd.DataFrame,
    columns: dict[str, Any],
    sessions: list[Session],
    said: dict[str, Any],
    metadata: dict[str, str],
    prefix: str,
    scale: float,
) -> Source:
    assumed = assume(said["model"], {n: tuple(ends) for n, ends in said["ranges"].items()})
    rows = np.concatenate([session.rows for session in sessions])
    trials = pd.concat([_trials(session) for session in sessions], ignore_index=True)
    frame = whole.iloc[rows].reset_index(drop=True).assign(subject=trials["subject"])
    names = assumed.model.names
    estimates = []
    for given in (CAUSAL, SMOOTHED):
        of = [prefix + (name if given == CAUSAL else smooth_name(name)) for name in names]
        if not all(name in frame for name in of):
            continue
        has_sd = all(f"{name}_sd" in frame for name in of)
        estimates.append(
            Estimate(
                name="estimate" if given == CAUSAL else "estimate_smooth",
                words=metadata.get("method", "trnn estimate"),
                given=given,
                mean=_padded(frame, of),
                sd=_padded(frame, [f"{name}_sd" for name in of]) if has_sd else None,
                quantiles=_quantiles(frame, of) if has_sd else None,
                p_action_0=_padded(frame, [prefix + P_ACTION])[:, :, 0]
                if given == CAUSAL and prefix + P_ACTION in frame
                else None,
            )
        )
    unit = assumed.reward_unit() or "reward"
    keys = list(zip(_cells(own, said["subject"]), _cells(own, said["session"]), strict=True))
    place = {keys[session.rows[0]]: i for i, session in enumerate(sessions)}
    return Source(
        name=path.stem,
        own=own,
        columns={},
        model=assumed.model,
        ranges=assumed.ranges,
        sequences=sequences_of(trials),
        rows=rows,
        subject_of_row=np.array([place.get(key, -1) for key in keys]),
        people=tuple(person or s.name for (person, _), s in zip(place, sessions, strict=True)),
        sessions=tuple(session for _, session in place),
        groups=("",) * len(sessions),
        estimates=tuple(estimates),
        reward_unit=unit if scale == 1.0 else f"{unit}, divided by {scale:g}",
        labels=(said["actions"][0], said["actions"][1]),
        notes={key: metadata[key] for key in KEPT if key in metadata},
    )


def _trials(session: Session) -> pd.DataFrame:
    s = session.sequences
    columns = {n: getattr(s, n)[0] for n in ("block", "trial", "action", "reward")}
    return pd.DataFrame({"subject": session.name, **columns})


def _cells(own: OwnTable, column: str | None) -> list[str]:
    """Return a column's cells; empty ones where there is no such column."""
    if column is None or column not in own.names:
        return [""] * len(own.frame)
    return list(own.text(column))


def _padded(frame: pd.DataFrame, names: list[str]) -> Array:
    """Return columns as (n, t, n_columns)."""
    padded, _, _ = pad_columns(frame, names)
    return np.stack([padded[name].astype(np.float64) for name in names], axis=-1)


def _quantiles(frame: pd.DataFrame, names: list[str]) -> Array:
    return np.stack([_padded(frame, quantile_names(name)) for name in names], axis=2)
