"""Sections of the summary on priors: which one people chose, and what it is worth."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trnn.checks.priors.differences import task_differences
from trnn.report.text.markdown import interval_words, markdown_table
from trnn.statistics.bootstrap import mean_interval
from trnn.theory.meanings import MEANINGS

NETWORK = "trnn"
MEASURES = ("bce", "bce_theory")

SELECTION = (
    "Priors compared on people by the switching particle filter's log evidence (nats; gain: over "
    "the published prior, with 95 % bootstrap intervals over subjects). The {choosing} people "
    "of the choosing half choose the prior with the highest evidence. The {reporting} others "
    "have no part in it. `behind the best`: by how much less a prior explains the choosing half, "
    "with the standard error of the paired difference and, after MC, the part of it that is the "
    "filters' own. {tied} Shown are, of {n} priors, the published, the configured and the chosen "
    "one, and those that are tied with it:"
)
TASK = "The task that simulated agents face, beside what is measured on the people:"
DIFFERENT = "**The simulated agents' task is not the people's.** Networks learn from the former:"
COMPARED = (
    "The same people under networks trained on different priors: means over people of `{network}` "
    "with 95 % bootstrap intervals, and the paired difference to `{first}` (below 0: less error)."
)


def prior_sections(
    selection: pd.DataFrame | None, measured: pd.DataFrame | None, people: str
) -> list[str]:
    """Return the sections on an experiment's tables `prior_selection` and `task_measured`.

    `people` is the word for them in the heading. A table that is not there (None) has no section.
    """
    parts = [] if selection is None else selection_sections(selection)
    parts += [] if measured is None else task_sections(measured)
    return [f"## Prior and task chosen by the {people}", *parts] if parts else []


def selection_sections(selection: pd.DataFrame) -> list[str]:
    """Return which prior was chosen, whether it is the configured one, and a table of both.

    Parameters
    ----------
    selection : DataFrame
        An experiment's table `prior_selection`.
    """
    chosen = selection[selection["chosen"]].iloc[0]
    verdict = (
        "It is the configured prior."
        if chosen["configured"]
        else "**The configured prior is another one.**"
    )
    gain = _gain(chosen, "reporting")
    heading = (
        f"**Prior chosen: {prior_words(chosen)}.** {verdict} Its gain on the reporting half is "
        f"{gain} nats."
    )
    tied = selection["candidate"] & ~selection["chosen"]
    shown = selection["published"] | selection["configured"] | selection["chosen"] | tied
    words = SELECTION.format(
        tied=_tied(int(tied.sum())),
        choosing=chosen["subjects_choosing"],
        reporting=chosen["subjects_reporting"],
        n=len(selection),
    )
    rows = [_row(row) for _, row in selection[shown].iterrows()]
    return [heading, words, markdown_table(pd.DataFrame(rows))]


def _tied(n: int) -> str:
    if n == 0:
        return "No other prior is within one standard error of the best."
    return (
        f"**{n} other {'prior is' if n == 1 else 'priors are'} tied with the best**: within one "
        "standard error of it."
    )


def prior_words(row: pd.Series) -> str:
    """Return a prior in words, from its row."""
    # <parameter>_low is the end of a range; <number>_ci_low is that of a confidence interval.
    ends = [str(name) for name in row.index if str(name).endswith("_low")]
    names = [end.removesuffix("_low") for end in ends if not end.endswith("_ci_low")]
    ranges = ", ".join(
        f"{MEANINGS[name].symbol} in [{row[f'{name}_low']:g}, {row[f'{name}_high']:g}]"
        for name in names
    )
    gap = f"gap {row['min_gap']}" if row["min_gap"] else "no gap"
    limit = "no limit" if pd.isna(row["max_changes"]) else f"{row['max_changes']} changes at most"
    constant = f", constant share {row['stationary_share']:g}" if row["stationary_share"] else ""
    shared = f"hazard {row['hazard']:g}"
    hazard = f"own hazards of {row['hazards']}" if pd.isna(row["hazard"]) else shared
    return f"{hazard}, {gap}, {limit}{constant}, {ranges}"


def task_sections(measured: pd.DataFrame) -> list[str]:
    """Return the table of the task, measured and configured, and in what both differ."""
    rows = [
        {
            "quantity": row["quantity"],
            "measured": f"{row['measured']:.4g}"
            + ("" if pd.isna(row["measured_se"]) else f" (SE {row['measured_se']:.2g})"),
            "configured": f"{row['configured']:.4g}",
            "unit": row["unit"],
            "n": f"{row['n']:,}",
            "measured as": row["estimator"],
        }
        for _, row in measured.iterrows()
    ]
    differences = task_differences(measured)
    told = [DIFFERENT, "\n".join(f"- {line}" for line in differences)] if differences else []
    return [TASK, markdown_table(pd.DataFrame(rows)), *told]


def compared_sections(
    metrics: Mapping[str, pd.DataFrame],
    datasets: Mapping[str, str | None],
    seed: int,
    n_resamples: int,
) -> list[str]:
    """Return the t-RNN's errors under each prior, for every data set that several experiments use.

    Parameters
    ----------
    metrics, datasets : experiment -> its metrics table, its people's data set (None: no people)
    """
    parts: list[str] = []
    for dataset in dict.fromkeys(name for name in datasets.values() if name is not None):
        own = [name for name, people in datasets.items() if people == dataset]
        if len(own) > 1:
            tables = {name: _of_network(metrics[name]) for name in own}
            table = _compared(dataset, tables, seed, n_resamples)
            words = COMPARED.format(network=NETWORK, first=own[0])
            parts += [f"## Priors compared: {dataset}", words, table]
    return parts


def _of_network(metrics: pd.DataFrame) -> pd.DataFrame:
    rows = metrics[(metrics["population"] == "human") & (metrics["estimator"] == NETWORK)]
    return rows.set_index("subject")[list(MEASURES)]


def _compared(dataset: str, tables: Mapping[str, pd.DataFrame], seed: int, n_resamples: int) -> str:
    """Return a row for each experiment and measure; differences are to the first experiment."""
    first = next(iter(tables.values()))
    rows: list[dict[str, Any]] = []
    for measure in MEASURES:
        for name, table in tables.items():
            row = {"measure": measure, "experiment": name}
            row["mean"] = _mean(table[measure], dataset, seed, n_resamples)
            # Subjects stand for the same people: the index aligns them.
            difference = table[measure] - first[measure]
            row["difference"] = (
                "" if table is first else _mean(difference, dataset, seed, n_resamples, signed=True)
            )
            row["n"] = str(difference.notna().sum())
            rows.append(row)
    return markdown_table(pd.DataFrame(rows))


def _mean(
    values: pd.Series, dataset: str, seed: int, n_resamples: int, signed: bool = False
) -> str:
    ends = mean_interval(values.dropna().to_numpy(), n_resamples, seed, dataset, "human", "all")
    return interval_words(*ends, signed=signed)


def _row(row: pd.Series) -> dict[str, str]:
    flags = [name for name in ("published", "configured", "chosen") if row[name]]
    if row["candidate"] and not row["chosen"]:
        flags.append("tied")
    return {
        "prior": prior_words(row),
        "which": ", ".join([*flags, *(["best"] if row["behind_best"] == 0 else [])]),
        "gain, choosing": _gain(row, "choosing"),
        "behind the best (SE; MC)": f"{row['behind_best']:.1f} ({row['behind_best_se']:.1f}; "
        f"{row['behind_best_mc_error']:.1f})",
        "gain, reporting": _gain(row, "reporting"),
        "bce, choosing": f"{row['bce_choosing']:.4f}",
        "bce, reporting": f"{row['bce_reporting']:.4f}",
    }


def _gain(row: pd.Series, half: str) -> str:
    gain = f"gain_{half}"
    ends = (row[gain], row[f"{gain}_ci_low"], row[f"{gain}_ci_high"])
    return interval_words(*ends, digits=1, signed=True)
