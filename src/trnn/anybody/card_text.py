"""A card of networks in words: whole, as Markdown, and in two lines."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from trnn.anybody.packed import Card
from trnn.anybody.trained_for import dynamics_words
from trnn.config.experiment import Experiment
from trnn.config.views import from_view
from trnn.report.text.markdown import markdown_table
from trnn.report.text.task import task_words
from trnn.theory.models import get_model

READS = {False: "the trials before", True: "the whole session"}
NOT_MEASURED = "Not measured: there was no such table when the networks were packed."
CRITERIA = {
    "above_optimum": "mean above that of the reference",
    "last_trial": "squared error at the last trial, over the reference's",
}


def card_text(card: Card) -> str:
    """Return a card as Markdown."""
    experiment = from_view(card["networks"][0]["experiment"])
    parts = [
        f"# Networks '{card['name']}'",
        "\n".join(f"- {what}: {words}" for what, words in _trained_for(card, experiment)),
        "## Networks",
        _table(map(_network, card["networks"])),
        "## Calibration",
        "Share of true values inside of 50 % and 90 % intervals, over whole sessions of simulated "
        "agents (with 95 % intervals over agents):",
        _table(_coverage(card["calibration"])) or NOT_MEASURED,
        "## Distance from the optimum",
        "On simulated agents; the reference is a particle filter or smoother that knows the "
        "dynamics, or the fit to the whole session (with 95 % intervals over agents):",
        _table(map(_distance, card["optimality"])) or NOT_MEASURED,
        "## Where they hold",
        "Estimates are as good as this for people who do the task above as such agents would. "
        "Rewards that the task cannot pay are refused, and `trnn estimate` names whose choices or "
        "sessions are unlike the agents'.",
    ]
    return "\n\n".join(parts) + "\n"


def card_words(card: Card) -> list[tuple[str, str]]:
    """Return what an estimate says of the networks that it was made by: (what, in words)."""
    made = card["networks"][0]
    told = [
        (
            "trained by",
            f"{card['trained_by'] or 'not said'}, commit {made['versions']['git_commit']}, seed "
            f"{made['run_seed']}",
        )
    ]
    wide = [row for row in card["calibration"] if row["nominal"] == max(_nominals(card))]
    for network in dict.fromkeys(row["network"] for row in wide):
        shares = [row["share"] for row in wide if row["network"] == network]
        told.append(
            (
                "calibration",
                f"{network}: {wide[0]['nominal']:.0%} intervals hold {min(shares):.0%} to "
                f"{max(shares):.0%} of simulated agents' true values, by parameter and dynamics",
            )
        )
    return told


def _trained_for(card: Card, experiment: Experiment) -> list[tuple[str, str]]:
    ranges = experiment.parameters
    fresh = experiment.estimators.trnn.training.fresh_agents
    more = ", and new ones after them" if fresh else ""
    of = "; ".join(
        f"{p.words} {p.name} in [{ranges[p.name].low:g}, {ranges[p.name].high:g}]"
        for p in get_model(experiment.model).parameters
    )
    return [
        ("model", f"{experiment.model}: {of}"),
        ("task", task_words(experiment.task.model_dump())),
        ("dynamics", dynamics_words(experiment)),
        ("agents", f"{experiment.train.n_agents:,}{more}"),
        ("trained by", card["trained_by"] or "not said"),
        ("packed with", f"trnn {card['packed_with']}"),
    ]


def _network(own: Mapping[str, Any]) -> dict[str, Any]:
    experiment = from_view(own["experiment"])
    settings = experiment.estimators.trnn
    return {
        "network": own["network"],
        "reads": READS[settings.network.smooth],
        "training seed": own["training_seed"],
        "seed of the run": own["run_seed"],
        "steps": settings.training.n_steps,
        "commit": own["versions"]["git_commit"],
        "torch": own["versions"]["torch"],
    }


def _coverage(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each network, agents, dynamics and parameter: its intervals side by side."""
    out: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        keys = {name: row[name] for name in ("network", "agents", "dynamics", "parameter")}
        own = out.setdefault(tuple(keys.values()), keys | {"number of agents": row["n"]})
        own[f"{row['nominal']:.0%} interval"] = _with_interval(row["share"], row, ".3f", "")
    return list(out.values())


def _distance(row: Mapping[str, Any]) -> dict[str, Any]:
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    target = "–" if row["target"] is None else f"{row['rule']} {row['target']:g}: "
    return {
        "network": row["network"],
        "what": f"{row['measure']}: {CRITERIA.get(row['criterion'], row['criterion'])}",
        "dynamics": row["dynamics"],
        "reference": row["reference"],
        "value": "–" if row["value"] is None else _with_interval(row["value"], row, ".3g", unit),
        "number of agents": row["n"],
        "target": target if row["met"] is None else f"{target}{'met' if row['met'] else 'missed'}",
    }


def _with_interval(value: float, row: Mapping[str, Any], digits: str, unit: str) -> str:
    told = f"{value:{digits}}{unit}"
    if row["ci_low"] is None:
        return told
    return f"{told} ({row['ci_low']:{digits}} to {row['ci_high']:{digits}})"


def _nominals(card: Card) -> list[float]:
    return [row["nominal"] for row in card["calibration"]] or [0.0]


def _table(rows: Iterable[Mapping[str, Any]]) -> str:
    frame = pd.DataFrame(list(rows))
    return "" if frame.empty else markdown_table(frame)
