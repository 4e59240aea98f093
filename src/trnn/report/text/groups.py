"""What groups of people differ in, as a section of the summary."""

from collections.abc import Iterator

import pandas as pd

from trnn.checks.groups.groups_table import BEYOND, MEAN, MOVING, QUANTITIES, SOURCES, SPREAD
from trnn.checks.matched.control import PEOPLE
from trnn.checks.nonstationarity.nonstationarity_table import ALL
from trnn.report.text.markdown import (
    interval_words,
    markdown_table,
    p_words,
    plain,
)
from trnn.theory.meanings import MEANINGS

SIGNIFICANT = 0.05
TOLD = 2  # differences that a summary of one page names
NAMES = {MEAN: "mean", SPREAD: "SD over trials", MOVING: "share judged to move"}
WORDS = (
    "The t-RNN's estimates, parameter by parameter: a person's mean over trials and SD over "
    "trials, and the share of people whose parameter is judged to move. Differences are between "
    "the groups' means over people, with 95 % intervals (bootstrap, each group by itself; of "
    "shares made of exact ones), Brunner and Munzel's test, which does not take groups to be "
    "equally spread, and p corrected by Holm's method over the parameters and pairs of groups of "
    "a quantity and a column."
)
CONTROL = (
    " Matched agents have each person's own constant fit, on the person's own schedule, and are "
    "estimated by the same network. They never move, so that a difference in SDs is claimed as "
    "far as people's goes beyond theirs. They have the levels that constant fits find: a "
    "difference in means that they show too lies in the fits, and what is left beyond them does "
    "not. Verdicts are those of people alone; how often agents whose parameter never changed are "
    "judged to move stands with the rates of the verdicts."
)
NO_CONTROL = " There are no agents matched to these people: the method's own part is not known."


def groups_sections(groups: pd.DataFrame | None, stand_ins: str = "") -> list[str]:
    """Return a heading, what the groups differ in, and tables of differences and of groups.

    Parameters
    ----------
    groups : DataFrame, optional
        A table of `trnn.checks.groups.groups_table.GROUPS`; without one there are no sections.
    stand_ins : str
        What the heading adds where the people are simulated.
    """
    if groups is None:
        return []
    controlled = (groups["source"] == BEYOND).any()
    sets = list(dict.fromkeys(groups["people"]))  # the reporting half first, if there is one
    first = groups[groups["people"] == sets[0]]
    found = [line for name in sets for line in _found(str(name), groups[groups["people"] == name])]
    return [
        f"## What the groups differ in{stand_ins}",
        WORDS + (CONTROL if controlled else NO_CONTROL),
        "\n".join(f"- {line}" for line in found),
        f"Differences, {_people(sets[0])}:",
        _differences(first[first["group_b"].notna()]),
        f"Groups, {_people(sets[0])}:",
        _values(first[first["group_b"].isna()]),
    ]


def _people(name: str) -> str:
    return "all people" if name == "all" else name


def found_in_groups(groups: pd.DataFrame | None) -> Iterator[str]:
    """Yield a line on what groups differ in beyond the control; without a control, of people.

    Parameters
    ----------
    groups : as in `groups_sections`
    """
    if groups is None:
        return
    first = groups[groups["people"] == groups["people"].iloc[0]]
    source = BEYOND if (first["source"] == BEYOND).any() else PEOPLE
    beside = "beyond those of matched agents" if source == BEYOND else "without a control"
    for what in _differing(first, source, TOLD):
        yield f"**Groups.** {what[:1].upper()}{what[1:]} ({beside})."


def _found(name: str, part: pd.DataFrame) -> list[str]:
    """Return a line for people, and one for what goes beyond the control, on what differs."""
    return [
        f"**{_people(name)}, {source}**: {what}."
        for source in (PEOPLE, BEYOND)
        for what in _differing(part, source)
    ]


def _differing(part: pd.DataFrame, source: str, most: int | None = None) -> Iterator[str]:
    """Yield how many differences are significant, and the `most` surest of them, in words."""
    own = part[(part["source"] == source) & part["group_b"].notna()]
    if own.empty:
        return
    sure = own[own["p_holm"] < SIGNIFICANT]
    if most is not None:
        sure = sure.sort_values("p_holm", kind="stable")
    told = [
        f"{_quantity(row)}, {_pair(row)}: {_interval(row)} (p {p_words(row['p_holm'])})"
        for _, row in sure.iloc[:most].iterrows()
    ]
    what = f"of {len(own)} differences {len(sure)} have a corrected p below {SIGNIFICANT:g}"
    yield (
        what + (f": {'; '.join(told)}" if told else "") + ("; ..." if len(sure) > len(told) else "")
    )


def _differences(rows: pd.DataFrame) -> str:
    lines = []
    for _, part in rows.groupby(["quantity", "parameter", "group_a", "group_b"], sort=False):
        row = part.iloc[0]
        line = {"quantity": _quantity(row), "groups": _pair(row)}
        by_source = {own["source"]: own for _, own in part.iterrows()}
        for source in [name for name in SOURCES if name in set(rows["source"])]:
            own = by_source.get(source)
            line[source] = (
                "" if own is None else f"{_interval(own)}, p {p_words(own['p_holm']) or '–'}"
            )
        lines.append(line | {"n": f"{row['n_a']:.0f}, {row['n_b']:.0f}"})
    return markdown_table(pd.DataFrame(lines))


def _values(rows: pd.DataFrame) -> str:
    """Return each group's own values, of people and of the agents matched to them."""
    lines = []
    for quantity in QUANTITIES:
        own = rows[rows["quantity"] == quantity]
        own = own[own["source"] != BEYOND]
        for (_, source), part in own.groupby(["parameter", "source"], sort=False):
            cells = {plain(row["group_a"]): _interval(row) for _, row in part.iterrows()}
            lines.append({"quantity": _quantity(part.iloc[0]), "of": str(source), **cells})
    return markdown_table(pd.DataFrame(lines))


def _quantity(row: pd.Series) -> str:
    name = str(row["parameter"])
    return f"{ALL if name == ALL else MEANINGS[name].symbol}, {NAMES[row['quantity']]}"


def _pair(row: pd.Series) -> str:
    return f"{plain(row['group_a'])} less {plain(row['group_b'])}"


def _interval(row: pd.Series) -> str:
    two, digits = pd.notna(row["group_b"]), 3 if row["quantity"] == MOVING else 4
    return interval_words(row["value"], row["ci_low"], row["ci_high"], None, digits, signed=two)
