"""What the summary says of calibration."""

import pandas as pd

from tests.checks.calibration_made import agents, calibration_table, uniform
from trnn.report.text.calibration import calibration_sections, fresh_sections
from trnn.report.text.targets import judged_targets, target_sections, with_fresh


def _table():
    trials = pd.concat(
        [agents(40, 200, 0.02, 3, "switching"), agents(40, 200, 0, 4, "stationary")],
        ignore_index=True,
    )
    truth = trials["alpha"].to_numpy()
    exact, narrow = uniform(truth, 0.3, 5), uniform(truth, 0.3, 6)
    # Half as wide around the same centres: the 90 % interval holds 45 % of the true values.
    narrow = narrow[:, 2:3] + 0.5 * (narrow - narrow[:, 2:3])
    return calibration_table(trials, {"bayes": exact, "trnn": narrow})


def _cells(table):
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()]
    return pd.DataFrame(rows[2:], columns=rows[0])


def test_every_target_of_coverage_is_judged_beside_bayes():
    shown = _cells(target_sections(judged_targets(_table(), None, None, None))[2])
    assert list(shown["of"]) == [
        "40 switching agents",
        "40 switching agents",
        "40 stationary agents",
    ]
    assert (shown["target met"] == "**no**").all()
    for _, row in shown.iterrows():
        assert float(row["measured"].split()[0]) < 55 and float(row["`bayes`"].split()[0]) > 85
    assert "20 trials after a change" in shown["target"][1]


def test_networks_are_judged_on_fresh_agents_where_there_are_some():
    trials = agents(120, 200, 0.02, 8, "switching")
    fresh = calibration_table(trials, {"trnn": uniform(trials["alpha"], 0.3, 9)})
    shown = _cells(target_sections(judged_targets(_table(), fresh, None, None))[2])
    assert len(shown) == 3
    tenths = shown[shown["target"].str.contains("tenth")].set_index("of")
    row = tenths.loc["120 switching agents"]
    shares = fresh[(fresh["by"] == "tenth") & (fresh["measure"] == "coverage_90")]["share"]
    assert row["measured"].startswith(f"{100 * shares.min():.1f}")
    assert float(row["`bayes`"].split()[0]) > 85
    assert float(tenths.loc["40 stationary agents", "measured"].split()[0]) < 55
    words, table = fresh_sections(fresh)
    assert "120 fresh agents" in words and len(_cells(table)) == 1
    assert fresh_sections(fresh.iloc[:0]) == []
    assert with_fresh(None, fresh) is None


def test_coverage_stands_in_tables_by_tenth_and_around_changes():
    table = _table()
    sections = calibration_sections(table)
    tenths, changes = _cells(sections[1]), _cells(sections[3])
    assert list(tenths.columns[3:]) == [str(i) for i in range(1, 11)]
    assert len(tenths) == 4
    rows = table[(table["by"] == "tenth") & (table["measure"] == "coverage_90")]
    row = rows[(rows["estimator"] == "trnn") & (rows["dynamics"] == "switching")]
    shown = tenths[(tenths["estimator"] == "`trnn`") & (tenths["agents"] == "switching")]
    assert list(shown.iloc[0, 3:]) == [f"{100 * share:.1f}" for share in row["share"]]
    assert set(changes["trials"]) == {"since"} and set(changes["agents"]) == {"switching"}
    assert calibration_sections(table.iloc[:0]) == []
