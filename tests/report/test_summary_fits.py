"""The summary says of how many subjects the fits are no estimates."""

import pandas as pd

from trnn.report.text.fits import fit_sections
from trnn.report.text.markdown import plain


def fits():
    people = pd.DataFrame({"population": "human", "subject": [f"p{i}" for i in range(12)]})
    people["alpha_identified"] = [False] * 10 + [True] * 2
    people["beta_identified"] = [True] * 11 + [False]
    agents = pd.DataFrame({"population": "test", "subject": ["a", "b"]})
    agents[["alpha_identified", "beta_identified"]] = True
    frame = pd.concat([people, agents], ignore_index=True)
    return frame.assign(converged=frame["subject"] != "a", at_bound=frame["subject"] == "p3")


def test_who_has_a_parameter_that_is_not_identified_is_counted_and_named():
    heading, words, table = fit_sections(fits(), ["p0", "p11"])
    assert heading.startswith("## ") and "1.92 nats" in words
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    header, _, half, everybody, agents = rows
    assert header[:4] == ["of", "`alpha`", "`beta`", "any of them"]
    assert half == ["people, reporting half (2)", "1", "1", "2: p0, p11", "0", "0"]
    assert everybody[:3] == ["people, all (12)", "10", "1"]
    assert everybody[3] == "11: p0, p1, p2, p3, p4, p5, p6, p7, ..." and everybody[4] == "1"
    assert agents == ["test agents (2)", "0", "0", "0", "0", "1"]


def test_names_are_shown_as_they_are():
    table = fit_sections(fits().replace({"subject": {"p0": "a_*b*<i>"}}))[2]
    assert plain("a_*b*<i>") in table and "a_*b*<i>" not in table


def test_without_people_or_without_a_table_there_is_less_to_say():
    own = fits()
    assert len(fit_sections(own[own["population"] == "test"])[2].splitlines()) == 3
    assert fit_sections(None) == [] and fit_sections(own.iloc[:0]) == []
