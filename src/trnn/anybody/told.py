"""What is said of a table and its estimates, in a few lines of plain words."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from trnn.anybody.estimated import smooth_name
from trnn.anybody.options import command
from trnn.anybody.outcome import Method, Outcome, Read
from trnn.data.columns import NONE
from trnn.data.own_table import OwnTable
from trnn.data.unused import like_blocks
from trnn.theory.model import Model
from trnn.theory.own_models import origin_of

# Shares of the prior variance up to which so much was learned, in words.
LEARNED = (
    (0.1, "hardly anything: the estimates are mostly what was assumed"),
    (0.4, "little"),
    (0.7, "a part"),
    (math.inf, "much"),
)
NAMED = 10  # people whom a line names
UNUSED = 2  # columns like blocks that are named
SHOWN = 20  # lines of people who are outside


def assumed_words(table: OwnTable, read: Read, method: Method) -> tuple[tuple[str, str], ...]:
    """Return all that was found out or assumed, as (what, in words)."""
    model, ranges = method.assumed.model, method.assumed.ranges
    of = "; ".join(
        f"{p.words} {p.name} in [{ranges[p.name].low:g}, {ranges[p.name].high:g}]"
        + ("" if p.unit == "1" else f" {p.unit}")
        for p in model.parameters
    )
    said: list[tuple[str, str]] = [("file", note) for note in table.notes]
    said.append(("columns", read.columns.words()))
    said += [("choices", words) for words in read.choices.said]
    said += [("rewards", words) for words in read.rewards.said]
    said += [("order", words) for words in read.people.said]
    said += _blocks(table, read)
    said += _missed(read, method)
    said.append(("task", _task(read)))
    said.append(("model", f"{model.name}: {of}"))
    if (own := origin_of(model)) is not None:
        said.append(("model", f"of the file {own.called}, equations {own.digest[:16]}"))
    return (*said, *method.words())


def _missed(read: Read, method: Method) -> list[tuple[str, str]]:
    missed = [session for session in read.people.sessions if session.n_missed]
    if not missed:
        return []
    rows = sum(session.n_missed for session in missed)
    trials = sum(int(session.sequences.missed.sum()) for session in missed)
    whole = f"{rows:,} rows without a choice, of {len(missed)}, are"
    said = []
    if trials:
        said.append(
            f"{whole if trials == rows else f'{trials:,} of {whole}'} trials without a response: "
            "nothing is learned or predicted on them, but time goes on; --skip-missed leaves them "
            "out if they are no trials"
        )
    if trials < rows:
        why = "" if read.people.skips_missed else " (they have no number)"
        why = why if method.knows_missed else " (the network was trained without such)"
        said.append(
            f"{whole if not trials else f'{rows - trials:,} of {whole}'} left out of the "
            f"estimation{why}: on them nothing changes, and their estimates are empty"
        )
    return [("missed", words) for words in said]


def _blocks(table: OwnTable, read: Read) -> list[tuple[str, str]]:
    if read.columns.of["block"] is not None:
        return []
    return [
        (
            "blocks",
            f"none; column '{name}', which is not used, changes {changes} "
            f"time{'' if changes == 1 else 's'} a session: if it holds blocks, say so "
            f"({table.hint('block', name)}), and what was learned starts anew with each",
        )
        for name, changes in like_blocks(table, read.columns, read.people.sessions)[:UNUSED]
    ]


def _task(read: Read) -> str:
    units = "block" if read.columns.of["block"] is not None else "session"
    apart = "; sessions are estimated apart, and parameters start anew with each"
    return (
        "two arms; a choice shows the outcome of the chosen arm alone; what was learned starts "
        f"anew with every {units}{apart if read.columns.of['session'] is not None else ''}"
    )


def units_of(outcome: Outcome) -> tuple[str, str]:
    """Return what is estimated is called, one and several: a person, or each of their sessions."""
    sessions = outcome.options.session not in (None, NONE)
    return ("session", "sessions") if sessions else ("person", "people")


def people_words(outcome: Outcome) -> str:
    """Return how many people and trials there are."""
    lengths = [session.n_trials for session in outcome.sessions]
    blocks = sum(session.n_blocks for session in outcome.sessions)
    each = _span(lengths)
    who = units_of(outcome)[len(lengths) != 1]
    left = f"; {len(outcome.left_out)} left out" if outcome.left_out else ""
    return f"{len(lengths):,} {who}, {sum(lengths):,} trials ({each} each), {blocks:,} blocks{left}"


def certainty(outcome: Outcome) -> list[dict[str, str]]:
    """Return a row for each parameter and kind of estimate: how sure it is, medians of all."""
    rows = []
    for parameter in outcome.assumptions.model.parameters:
        for smooth in (False, True):
            name = smooth_name(parameter.name) if smooth else parameter.name
            found = [
                (e.columns[name].mean(), e.columns[f"{name}_sd"].mean(), share)
                for e in outcome.estimates.values()
                if (share := e.learned.get((parameter.name, smooth))) is not None
            ]
            if not found:
                continue
            mean, sd, share = np.median(np.array(found), axis=0)
            rows.append(
                {
                    "parameter": parameter.name,
                    "given": "the whole session" if smooth else "the trials before",
                    "mean": f"{mean:.3g}",
                    "SD": f"{sd:.3g}",
                    "SD before any trial": f"{outcome.assumptions.prior_sd(parameter.name):.3g}",
                    "learned": f"{100 * share:.0f} % of the variance, {amount(share)}",
                }
            )
    return rows


def amount(share: float) -> str:
    """Return how much was learned in words, from the share of the prior variance that is gone."""
    return next(words for limit, words in LEARNED if share < limit)


def lines(outcome: Outcome) -> list[str]:
    """Return what a terminal shows."""
    width = max(len(what) for what, _ in outcome.assumed) + 2
    out = [f"{outcome.table.where}: {people_words(outcome)}."]
    out += [f"  {what + ':':<{width}}{words}" for what, words in outcome.assumed]
    rows = certainty(outcome)
    if rows:
        out.append(f"How sure the estimates are (medians over {units_of(outcome)[1]}):")
    out += [
        f"  {r['parameter']} given {r['given']}: mean {r['mean']}, SD {r['SD']} "
        f"(before any trial {r['SD before any trial']}): learned {r['learned']}"
        for r in rows
    ]
    out += _predictions(outcome)
    out += [f"  {words}." for words in warnings_of(outcome)]
    if outcome.outside:
        out.append(
            f"Outside of what the network was trained on ({len(outcome.outside)} of "
            f"{len(outcome.sessions)}), so that its calibration need not hold; a filter (--model "
            f"{outcome.assumptions.model.name}) needs no training:"
        )
        out += _named(dict(list(outcome.outside.items())[:SHOWN]))
        if len(outcome.outside) > SHOWN:
            out.append(f"  and {len(outcome.outside) - SHOWN} more, whom the page names")
    if outcome.left_out:
        out.append(f"Left out ({len(outcome.left_out)}):")
        out += _named(outcome.left_out)
    out.append("The same with everything said, so that nothing is guessed:")
    out.append(f"  {command_of(outcome)}")
    return out


def warnings_of(outcome: Outcome) -> list[str]:
    """Return what a reader of the numbers should know of them."""
    out = []
    loose = [name for name, e in outcome.estimates.items() if not e.converged]
    if loose:
        out.append(
            f"Particles were too few for {_names(loose)}: their estimates have the Monte Carlo "
            "errors that stand beside them"
        )
    lengths = [session.n_trials for session in outcome.sessions]
    own = not outcome.options.network and outcome.options.hazard is None
    if own and outcome.options.dynamics == "switching" and max(lengths) > 2 * min(lengths):
        out.append(
            f"Sessions have {_span(lengths)} trials, and each as many changes to be expected: to "
            "compare people, give the same hazard for all (--hazard)"
        )
    return out


def command_of(outcome: Outcome) -> str:
    """Return the command that repeats the estimation with all that was guessed said."""
    return command(outcome.table.where, outcome.options)


def _predictions(outcome: Outcome) -> list[str]:
    bce = [e.bce for e in outcome.estimates.values() if e.bce is not None]
    if not bce:
        return []
    typical, chance = math.exp(-float(np.median(bce))), math.log(2.0)
    no_better = [n for n, e in outcome.estimates.items() if e.bce is not None and e.bce >= chance]
    out = [
        f"  choices were predicted with probability {typical:.2f} (geometric mean; chance is 0.50)"
    ]
    if no_better:
        out.append(f"  no better than chance: {_names(no_better)}")
    return out


def _named(reasons: Mapping[str, str]) -> list[str]:
    return [f"  {name}: {reason}" for name, reason in reasons.items()]


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def parameter_words(model: Model) -> dict[str, str]:
    """Return each parameter in words with its symbol and unit, as an axis says it."""
    return {
        p.name: f"{p.words.split(' (')[0]} {p.symbol}" + ("" if p.unit == "1" else f" ({p.unit})")
        for p in model.parameters
    }
