"""The page to look at: every person's trajectories with intervals, and what is to be said."""

from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import PackageLoader

from trnn import __version__
from trnn.anybody.estimated import P_ACTION, smooth_name
from trnn.anybody.outcome import Outcome
from trnn.anybody.told import (
    certainty,
    command_of,
    parameter_words,
    people_words,
    units_of,
    warnings_of,
)
from trnn.errors import StorageError
from trnn.figures.palette import GREEN, VERMILLION
from trnn.report.colours import readable
from trnn.report.encode import filled, pack, scale_of
from trnn.report.explorer import EDGES, GAPS, Explorer
from trnn.report.page import carried, environment
from trnn.report.sections import Table
from trnn.tables.atomic import atomic_path
from trnn.theory.quantiles import quantile_names

Array = np.ndarray

CAUSAL, WHOLE = "before", "whole"
LOOKS = {
    CAUSAL: ("given the trials before", VERMILLION, "solid"),
    WHOLE: ("given the whole session", GREEN, "dash"),
}


def page_of(outcome: Outcome, file: str) -> str:
    """Return the page, which needs nothing beside it; `file`: what the table is called."""
    rows = certainty(outcome)
    context = {
        "title": f"Estimates of {Path(outcome.table.where).name}",
        "lead": f"{people_words(outcome)}.",
        "warnings": warnings_of(outcome),
        "labels": outcome.labels,
        "certainty": Table(
            f"Medians over {units_of(outcome)[1]} of each one's mean over trials",
            list(rows[0]) if rows else [],
            [list(row.values()) for row in rows],
        ),
        "people": _people(outcome),
        "outside": _reasons("Who differs from the training agents, and in what", outcome.outside),
        "left_out": _reasons("Who could not be estimated, and why", outcome.left_out),
        "assumed": Table("", ["what", "in words"], outcome.assumed, frozenset({"in words"})),
        "command": command_of(outcome),
        "file": file,
        "columns": Table(
            "Beside the table's own, on rows that were estimated",
            ["column", "unit", "what it holds"],
            [[name, unit, words] for name, (words, unit) in outcome.added.items()],
            frozenset({"what it holds"}),
        ),
        "package_version": __version__,
        **carried(explorer_of(outcome)),
    }
    own = PackageLoader("trnn.anybody")
    return environment(own).get_template("estimates.html.j2").render(context)


def write_page(text: str, path: str | Path) -> None:
    """Write the page, whole or not at all; StorageError if it cannot be written."""
    try:
        with atomic_path(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path}: cannot write the page ({error}).") from error


def explorer_of(outcome: Outcome) -> Explorer:
    """Return the explorer's data: see `trnn.report.explorer`, with edges of intervals."""
    names = outcome.assumptions.model.names
    first = next(iter(outcome.estimates.values())).columns
    wanted: list[tuple[str, str, str | None]] = [("", "action", None), ("", "reward", None)]
    sources: list[str | None] = [None, None]
    for kind in (CAUSAL, WHOLE):
        for quantity in (P_ACTION, *names):
            column = smooth_name(quantity) if kind == WHOLE else quantity
            if column not in first:
                continue
            wanted.append((kind, quantity, None))
            sources.append(column)
            for edge, at in EDGES if f"{column}_sd" in first else ():
                wanted.append((kind, quantity, edge))
                sources.append(quantile_names(column)[at])
    arrays = [
        [session.sequences.action[0], session.sequences.reward[0]]
        + [outcome.estimates[session.name].columns[c] for c in sources if c is not None]
        for session in outcome.sessions
    ]
    rewards = np.concatenate([s.sequences.reward[s.sequences.chosen] for s in outcome.sessions])
    # Nothing is predicted where there was no response, nor is there an action or a reward.
    missed = any(session.sequences.missed.any() for session in outcome.sessions)
    gaps = [missed and (source is None or source == P_ACTION) for source in sources]
    arrays = [[filled(own) for own in values] for values in arrays]
    scales = [scale_of(np.concatenate(values)) for values in zip(*arrays, strict=True)]
    described: list[dict[str, Any]] = [
        {"estimator": kind, "quantity": quantity, "low": s.low, "step": s.step}
        | ({"edge": edge} if edge else {})
        | ({GAPS: True} if gap else {})
        for (kind, quantity, edge), s, gap in zip(wanted, scales, gaps, strict=True)
    ]
    subjects = [_subject(outcome, i) for i in range(len(outcome.sessions))]
    words = parameter_words(outcome.assumptions.model)
    experiment = {
        "name": Path(outcome.table.where).name,
        "parameters": [
            {"name": p.name, "symbol": p.symbol, "label": words[p.name]}
            for p in outcome.assumptions.model.parameters
        ],
        "populations": {
            "human": {
                "reward": "binary" if set(np.unique(rewards)) <= {0.0, 1.0} else "points",
                "columns": described,
            }
        },
        "groups": [{"label": "people", "population": "human", "subjects": subjects}],
    }
    there = {kind for kind, _, _ in wanted if kind}
    looks = {kind: _look(*LOOKS[kind]) for kind in LOOKS if kind in there}
    return Explorer(
        {"experiments": [experiment], "estimators": looks},
        [pack(values, scales) for values in arrays],
    )


def _look(name: str, colour: str, dash: str) -> dict[str, Any]:
    pair = readable(colour)
    return {"name": name, "light": pair.light, "dark": pair.dark, "dash": dash, "shown": True}


def _subject(outcome: Outcome, place: int) -> dict[str, Any]:
    session = outcome.sessions[place]
    bce = outcome.estimates[session.name].bce
    lengths = np.bincount(session.sequences.block[0])
    return {
        "id": session.name,
        "payload": place,
        "blocks": lengths.tolist(),
        "bce": {} if bce is None else {CAUSAL: round(bce, 4)},
    }


def _people(outcome: Outcome) -> Table:
    """Return a row a person: trials, prediction, and each parameter given the whole session."""
    first = next(iter(outcome.estimates.values())).columns
    shown = [
        (p.symbol, smooth_name(p.name) if smooth_name(p.name) in first else p.name)
        for p in outcome.assumptions.model.parameters
    ]
    spread = [f"{column}_sd" in first for _, column in shown]
    rows = []
    for session in outcome.sessions:
        found = outcome.estimates[session.name]
        cells = [session.name, f"{session.n_trials:,}", f"{session.n_missed:,}"]
        cells.append("–" if found.bce is None else f"{np.exp(-found.bce):.3f}")
        for (_, column), has_sd in zip(shown, spread, strict=True):
            mean = f"{found.columns[column].mean():.3g}"
            sd = f" ± {found.columns[f'{column}_sd'].mean():.2g}" if has_sd else ""
            cells.append(mean + sd)
        rows.append(cells)
    one = units_of(outcome)[0]
    header = [one, "trials", "without a choice", "P(choice), geometric mean"]
    return Table(
        f"Each {one}: means over trials of the posterior means and, after ±, of the posterior SDs",
        [*header, *(symbol for symbol, _ in shown)],
        rows,
    )


def _reasons(caption: str, reasons: Any) -> Table:
    rows = [[name, reason] for name, reason in reasons.items()]
    return Table(caption, ["person", "why"], rows, frozenset({"why"}))
