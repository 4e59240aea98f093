"""What failed in an experiment: targets, parameters out of reach, filters, people, settings."""

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from trnn.report.text.judged import MISSED, UNREACHED, Judged
from trnn.theory.meanings import MEANINGS

NAMED = 4  # missed targets that are named


def failed_lines(
    tables: Mapping[str, pd.DataFrame | None],
    judged: Sequence[Judged],
    doubts: Sequence[str],
    left_out: int,
    not_computed: int,
) -> Iterator[str]:
    """Yield a line for each thing that failed.

    Parameters
    ----------
    tables : mapping
        By their kinds `identifiability` and `convergence`; None for one that is not there.
    judged : its targets
    doubts : settings that void what follows from them
    left_out : people who could not be estimated
    not_computed : analyses that the data or the model do not allow
    """
    for doubt in doubts:
        yield f"**Doubtful setting:** {doubt}."
    yield from _targets(judged)
    yield from _unrecovered(tables.get("identifiability"))
    yield from _unconverged(tables.get("convergence"))
    if left_out:
        yield f"{left_out} {'person was' if left_out == 1 else 'people were'} left out."
    if not_computed:
        analyses = "analysis" if not_computed == 1 else "analyses"
        yield f"{not_computed} {analyses} could not be computed from these data and this model."


def _targets(judged: Sequence[Judged]) -> Iterator[str]:
    missed = [own for own in judged if own.verdict == MISSED]
    for own in missed[:NAMED]:
        best = f" (exact posterior: {_brief(own.reference)})" if own.reference else ""
        yield f"Missed: {own.target}; {own.of}: {_brief(own.measured)}{best}."
    if len(missed) > NAMED:
        yield f"{len(missed) - NAMED} more targets are missed."
    unreached = sum(own.verdict == UNREACHED for own in judged)
    if unreached:
        targets = "target is" if unreached == 1 else "targets are"
        yield f"{unreached} {targets} missed by the exact posterior no less."


def _brief(words: str) -> str:
    """Return numbers without their intervals, which stand in the experiment's summary."""
    return re.sub(r" \[[^\]]*\]", "", words)


def _unrecovered(identifiability: pd.DataFrame | None) -> Iterator[str]:
    if identifiability is None:
        return
    overall = identifiability[identifiability["kind"] == "overall"]
    last = overall[overall["n_trials"] == overall["n_trials"].max()]
    for _, row in last[last["recovered"].eq(False).fillna(False)].iterrows():
        yield (
            f"In this task {MEANINGS[row['parameter']].symbol} cannot be recovered, even by an "
            f"ideal observer: {100 * row['relative_error']:.0f} % of a guess's error is left."
        )


def _unconverged(convergence: pd.DataFrame | None) -> Iterator[str]:
    if convergence is None:
        return
    above = convergence[~convergence["converged"].astype(bool)]
    if len(above):
        filters = ", ".join(f"`{name}`" for name in dict.fromkeys(above["estimator"]))
        yield (
            f"{len(above)} of {len(convergence)} filtered sessions are above the tolerance of "
            f"their Monte Carlo error ({filters})."
        )
