"""Sections of the summary on predictors head to head, and on what groups differ in."""

import numpy as np
import pandas as pd

from tests.report.test_summary import cells, numbers
from trnn.checks.groups.groups_table import BEYOND, GROUPS, MEAN, MOVING
from trnn.report.text.groups import groups_sections
from trnn.report.text.head_to_head import head_to_head_sections
from trnn.scores.head_to_head_table import HEAD_TO_HEAD
from trnn.scores.trial_kinds import ALL, LAST_CHOICE, OUTCOME, PLACE, THIRDS, WHOLE

KINDS = (
    (WHOLE, ALL, -0.002),
    (OUTCOME, "after a reward, after a repetition", -0.003),
    (OUTCOME, "after no reward, after a switch", 0.001),
    (LAST_CHOICE, "after a repetition", -0.5),
    (PLACE, THIRDS[0], 0.0005),
)
SIDES = ("people", "matched agents", BEYOND)


def heads(sign: float = 1.0) -> pd.DataFrame:
    rows = [
        {
            "predictor_a": "trnn",
            "predictor_b": "drnn",
            "group": group,
            "partition": partition,
            "kind": kind,
            "n": n,
            "n_trials": 10 * n,
            "share_of_trials": 0.25,
            **dict.fromkeys(("mean_a", "mean_b"), 0.3),
            "difference": 2 * value,
            "difference_ci_low": 2 * value - 0.01,
            "difference_ci_high": 2 * value + 0.01,
            "contribution": value if partition == WHOLE else sign * value,
            "contribution_ci_low": value - 0.001,
            "contribution_ci_high": value + 0.001,
            **dict.fromkeys(("statistic", "p", "p_holm"), 0.5),
        }
        for group, n in (("reporting half", 4), ("all", 8))
        for partition, kind, value in KINDS
    ]
    return pd.DataFrame(rows)[HEAD_TO_HEAD.names()]


def test_pairs_stand_by_group_and_the_kinds_that_contribute_most_are_named():
    heading, _, table, lines = head_to_head_sections(heads(), " (stand-ins)")
    assert heading == "## Head to head (stand-ins)"
    row = cells(table).loc["`trnn` less `drnn`"]
    assert row.index.tolist() == ["reporting half (n = 4)", "all (n = 8)"]
    assert numbers(row.iloc[0]) == [-0.004, -0.014, 0.006]
    # Sums of other kinds are not named, however much they contribute.
    assert lines == (
        "- `trnn` less `drnn`, reporting half: `trnn` is ahead most at the kind *after a reward, "
        "after a repetition* (25 % of trials; contribution -0.00300 [-0.00400, -0.00200]); `drnn` "
        "is ahead most at the kind *after no reward, after a switch* (25 % of trials; contribution "
        "+0.00100 [+0.00000, +0.00200])."
    )


def test_a_predictor_that_is_nowhere_ahead_is_said_to_be():
    own = heads()
    own.loc[own["partition"] != WHOLE, "contribution"] = 0.001
    assert (
        "`trnn` is ahead on no kind of trials; `drnn` is ahead most"
        in (head_to_head_sections(own)[-1])
    )
    assert head_to_head_sections(None) == []


def groups_frame(control: bool = True) -> pd.DataFrame:
    rows = []
    for people, p in (("reporting half", 0.2), ("all", 0.01)):
        for quantity in (MEAN, MOVING):
            for source in SIDES if control and quantity == MEAN else SIDES[:1]:
                shared = {"parameter": "kappa", "quantity": quantity, "source": source}
                shared |= {"people": people, "unit": "value", "n_a": 5, "mean_a": 0.5}
                for group in ("ill", "well"):
                    own = {"group_a": group, "value": 0.5, "ci_low": 0.4, "ci_high": 0.6}
                    rows.append(shared | own)
                pair = {"group_a": "well", "group_b": "ill", "n_b": 6, "mean_b": 0.3}
                ends = {"value": 0.2, "ci_low": 0.1, "ci_high": 0.3, "p_holm": p}
                rows.append(shared | pair | ends)
    frame = pd.DataFrame(rows).reindex(columns=GROUPS.names())
    return frame.astype({"n_b": "Int64", "group_b": object}).replace({np.nan: None})


def test_what_groups_differ_in_is_said_of_the_reporting_half_first_with_its_control():
    heading, words, found, _, differences, _, values = groups_sections(groups_frame())
    assert heading == "## What the groups differ in" and "Matched agents have" in words
    assert found.splitlines() == [
        "- **reporting half, people**: of 2 differences 0 have a corrected p below 0.05.",
        "- **reporting half, people - matched agents**: of 1 differences 0 have a corrected p "
        "below 0.05.",
        "- **all people, people**: of 2 differences 2 have a corrected p below 0.05: κ, mean, well "
        "less ill: +0.2000 [+0.1000, +0.3000] (p 0.010); κ, share judged to move, well less ill: "
        "+0.200 [+0.100, +0.300] (p 0.010).",
        "- **all people, people - matched agents**: of 1 differences 1 have a corrected p below "
        "0.05: κ, mean, well less ill: +0.2000 [+0.1000, +0.3000] (p 0.010).",
    ]
    table = cells(differences)
    assert table.columns.tolist() == ["groups", *SIDES, "n"]
    assert set(table["n"]) == {"5, 6"}
    assert table.loc["κ, mean", BEYOND] == "+0.2000 [+0.1000, +0.3000], p 0.200"
    assert table.loc["κ, share judged to move", "matched agents"] == ""
    assert cells(values).columns.tolist() == ["of", "ill", "well"]
    assert cells(values).loc["κ, mean", "of"].tolist() == ["people", "matched agents"]


def test_without_matched_agents_the_summary_says_so():
    words = groups_sections(groups_frame(control=False))[1]
    assert "no agents matched" in words and groups_sections(None) == []
