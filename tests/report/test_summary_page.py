"""What the run's page says of an experiment: found, to be trusted, failed."""

import re

import pytest

from tests.checks.identifiability_made import fake_map
from tests.checks.nonstationarity_made import fake_evidence, fake_rates
from tests.report.test_summary import metrics_frame
from trnn.report.text.failed import NAMED, failed_lines
from trnn.report.text.found import found_lines
from trnn.report.text.judged import MET, MISSED, UNREACHED, Judged
from trnn.report.text.trust import LEFT, SIDE_BY_SIDE, TARGETS, answers, trust_tables

AGENTS = {"name": "made", "human": None, "train": {"dynamics": "switching"}}


def judged(verdict: str, name: str = "a target") -> Judged:
    return Judged(name, "agents", "82.6 [79.6, 85.6] %", "90.0 [88.0, 92.0] %", verdict)


def test_of_agents_alone_recovery_is_told_beside_the_fit():
    metrics = metrics_frame().query("population == 'test'")
    lines = list(found_lines(AGENTS, {"metrics": metrics}, 1, 50))
    assert [line.split(".**")[0] for line in lines] == ["**Prediction", "**Recovery"]
    wide = metrics.pivot(index="subject", columns="estimator", values="mse_alpha")
    share = 100 * wide["trnn"].mean() / wide["mle"].mean()
    assert f"α {share:.0f} %" in lines[1]
    assert lines[1].count("*") == 4  # the heading's: no other mark begins markup


def test_movement_of_people_stands_beside_that_of_agents_whose_parameters_never_change():
    rates = fake_rates(fake_evidence(("alpha",), ("stationary", "switching"), (None,), 20))
    metrics = metrics_frame()
    tables = {"metrics": metrics, "nonstationarity_rates": rates}
    (line,) = (
        own
        for own in found_lines({**AGENTS, "human": "made"}, tables, 1, 50)
        if own.startswith("**Movement")
    )
    every = rates[rates["parameter"] == "all"].set_index(["population", "group"])
    for key in (("human", "all"), ("test", "stationary")):
        assert f"{100 * every.loc[key, 'share_moving']:.1f} [" in line
    assert line.index("people") < line.index("agents whose parameters never change")


def test_what_failed_names_the_first_misses_and_counts_the_rest():
    targets = [judged(MISSED, f"target {i}") for i in range(NAMED + 2)]
    targets += [judged(MET), judged(UNREACHED, "shared")]
    lines = list(failed_lines({}, targets, ["gap is 9"], left_out=1, not_computed=2))
    assert lines[0] == "**Doubtful setting:** gap is 9."
    assert lines[1] == "Missed: target 0; agents: 82.6 % (exact posterior: 90.0 %)."
    assert sum(line.startswith("Missed: ") for line in lines) == NAMED
    assert "2 more targets are missed." in lines
    assert "1 target is missed by the exact posterior no less." in lines
    assert "1 person was left out." in lines and not any("shared" in line for line in lines)
    assert list(failed_lines({}, [judged(MET)], [], 0, 0)) == []


def test_a_parameter_out_of_reach_is_a_failure_and_its_error_is_told():
    table = fake_map({"alpha": (0.0, 1.0), "beta": (0.0, 10.0)}, "stationary", (50, 200))
    lost = table[(table["kind"] == "overall") & (table["n_trials"] == 200)]
    lost = lost[~lost["recovered"].astype(bool)]
    lines = list(failed_lines({"identifiability": table}, [], [], 0, 0))
    assert len(lines) == len(lost) > 0
    told = answers(AGENTS, {"identifiability": table}, [judged(MET), judged(MISSED)])
    assert "after 200 trials" in told[LEFT] and told[TARGETS] == "1; 1; 0 (of 2)"


@pytest.mark.parametrize(
    ("n", "tables"), [(0, 0), (1, 1), (SIDE_BY_SIDE, 1), (SIDE_BY_SIDE + 1, 2)]
)
def test_many_experiments_stand_in_several_tables(n, tables):
    found = trust_tables({f"e{i}": {"asked": str(i)} for i in range(n)})
    assert len(found) == tables
    assert re.findall(r"e\d", "".join(found)) == [f"e{i}" for i in range(n)]
