"""What groups differ in, against scipy, by hand, and where people are their matched agents."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.checks.nonstationarity_made import fake_evidence
from tests.ger2024.matched_frames import matched
from tests.scores.frames import GROUPS as NAMES
from tests.scores.frames import dezfouli_people, jittered
from trnn.checks.groups.group_rows import Resampling, group_rows
from trnn.checks.groups.group_values import estimated_values, verdict_values
from trnn.checks.groups.groups_stage import groups_stage
from trnn.checks.groups.groups_table import BEYOND, GROUPS, MEAN, MOVING, SPREAD
from trnn.checks.matched.control import AGENTS, PEOPLE
from trnn.checks.nonstationarity.nonstationarity_table import EVIDENCE
from trnn.errors import TableError
from trnn.statistics.hypothesis_tests import holm
from trnn.statistics.independent import independent_row, shares_row
from trnn.tables.parquet import Provenance, check_frame, read_table, write_table
from trnn.trials.groups import people_in_groups, subject_sds
from trnn.trials.join import join_estimates

PARAMETERS = ("alpha", "beta", "kappa")
UNITS = {"alpha": "1", "beta": "1 / reward", "kappa": "value"}
RESAMPLING = Resampling("e", 1, 60)


def joined(per_group: int = 5) -> pd.DataFrame:
    """People whose kappa differs between groups, and whose beta moves in one of them."""
    trials = dezfouli_people(per_group=per_group, n_blocks=1)
    frame = join_estimates(trials, jittered(trials, PARAMETERS))
    frame["kappa"] += 0.2 * (frame["group"] == "healthy")
    wave = np.where(frame["trial"] % 20 < 10, 1.0, -1.0)
    frame["beta"] += wave * (frame["group"] == "bipolar")
    return frame


def rows_of(
    frame: pd.DataFrame, agents: pd.DataFrame | None, evidence: pd.DataFrame | None = None
) -> pd.DataFrame:
    values = list(estimated_values(frame, agents, PARAMETERS))
    if evidence is not None:
        values += verdict_values(frame, evidence)
    people = frame.drop_duplicates("subject")[["subject", "group"]]
    members = {name: people_in_groups(people, ())[name] for name in NAMES}
    out = group_rows(values, members, "all", UNITS, RESAMPLING)
    check_frame(out, GROUPS, "groups")
    return out


def evidence_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return made-up evidence of the people of a frame, as many of every group."""
    people = frame.drop_duplicates("subject")
    subjects = {name: people.loc[people["group"] == name, "subject"].to_list() for name in NAMES}
    made = fake_evidence(PARAMETERS, (), NAMES, len(subjects[NAMES[0]])).reset_index(drop=True)
    made = made[made["population"] == "human"].reset_index(drop=True)
    place = made["subject"].str.rsplit("-", n=1).str[1].astype(int)
    own = [subjects[group][i] for group, i in zip(made["group"], place, strict=True)]
    return made.assign(subject=own)


def one(rows: pd.DataFrame, **wanted: str) -> pd.Series:
    for name, value in wanted.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_differences_are_those_of_the_groups_means_with_brunner_and_munzels_test():
    frame = joined()
    rows = rows_of(frame, None)
    means = frame.groupby(["group", "subject"], sort=False)["kappa"].mean()
    a, b = means["healthy"].to_numpy(), means["bipolar"].to_numpy()
    row = one(
        rows, parameter="kappa", quantity=MEAN, group_a="healthy", group_b="bipolar", source=PEOPLE
    )
    assert row["value"] == pytest.approx(a.mean() - b.mean())
    assert (row["n_a"], row["n_b"]) == (5, 5) and row["unit"] == "value"
    assert row["ci_low"] < row["value"] < row["ci_high"]
    # With two groups that do not overlap, the p of all orders.
    assert row["p"] == pytest.approx(2 / 252) and row["effect"] == 1
    within = frame.groupby(["group", "subject"], sort=False)["beta"].std()
    row = one(rows, parameter="beta", quantity=SPREAD, group_a="depression", group_b="bipolar")
    assert row["value"] == pytest.approx(within["depression"].mean() - within["bipolar"].mean())
    assert set(rows["source"]) == {PEOPLE}


def test_p_is_corrected_over_the_parameters_and_pairs_of_a_quantity_and_source():
    frame = joined()
    rows = rows_of(frame, matched(frame))
    tests = rows[rows["group_b"].notna()]
    assert len(tests) == 2 * 3 * 3 * 3  # quantities, sources, parameters, pairs
    for _, part in tests.groupby(["quantity", "source"]):
        assert len(part) == 9 and part["family"].nunique() == 1
        np.testing.assert_allclose(part["p_holm"], holm(part["p"].to_numpy()))
    own = rows[rows["group_b"].isna()]
    assert own["p_holm"].isna().all() and own["family"].isna().all()


def test_nothing_goes_beyond_agents_who_are_their_people():
    frame = joined()
    rows = rows_of(frame, matched(frame))
    beyond = rows[rows["source"] == BEYOND]
    np.testing.assert_allclose(beyond["value"], 0, atol=1e-12)
    same = [rows[rows["source"] == source]["value"].to_numpy() for source in (PEOPLE, AGENTS)]
    np.testing.assert_allclose(*same)


def test_a_difference_beyond_the_control_is_that_of_the_paired_differences():
    frame = joined()
    agents = matched(frame, n_agents=3)
    flat = agents.groupby("subject", sort=False)["beta"].transform("mean")
    rng = np.random.default_rng(3)
    agents["beta"] = flat + 0.01 * rng.standard_normal(len(agents))
    rows = rows_of(frame, agents)
    control = subject_sds(agents, "beta").assign(
        person=agents.drop_duplicates("subject")["person"].to_numpy()
    )
    theirs = control.groupby("person")["value"].mean()
    own = frame.groupby(["group", "subject"], sort=False)["beta"].std()
    expected = {
        group: (own[group] - theirs.reindex(own[group].index)).to_numpy() for group in NAMES
    }
    row = one(
        rows,
        **{"parameter": "beta", "quantity": SPREAD, "source": BEYOND},
        **{"group_a": "healthy", "group_b": "bipolar"},
    )
    assert row["value"] == pytest.approx(expected["healthy"].mean() - expected["bipolar"].mean())
    assert row["p"] < 0.05 and row["value"] < 0


def test_groups_may_differ_in_spread_and_size():
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 3, 40), rng.normal(1, 0.5, 17)
    row = independent_row(a, b, (("a",), ("b",)), 1, 4000)
    expected = stats.brunnermunzel(a, b)
    assert row["p"] == pytest.approx(expected.pvalue)
    half = 1.96 * np.sqrt(a.var(ddof=1) / 40 + b.var(ddof=1) / 17)
    assert row["ci_high"] - row["ci_low"] == pytest.approx(2 * half, rel=0.06)
    assert np.isnan(independent_row(a[:1], b, (("a",), ("b",)), 1, 20)["ci_low"])


def test_shares_have_intervals_where_nobody_moves():
    row = shares_row(np.zeros(10), np.zeros(20))
    assert (row["value"], row["p"]) == (0, 1)
    assert row["ci_low"] < -0.1 and row["ci_high"] > 0.2
    row = shares_row(np.repeat([1.0, 0.0], [8, 2]), np.repeat([1.0, 0.0], [2, 18]))
    assert row["value"] == pytest.approx(0.7) == row["effect"] and row["p"] < 0.01
    assert row["ci_low"] > 0


def test_verdicts_are_counted_by_group_and_must_be_of_these_people():
    frame = joined()
    evidence = evidence_of(frame)
    rows = rows_of(frame, matched(frame), evidence.sample(frac=1, random_state=1))
    moving = rows[rows["quantity"] == MOVING]
    assert set(moving["source"]) == {PEOPLE} and set(moving["parameter"]) == {"all", *PARAMETERS}
    for group in NAMES:
        own = evidence[(evidence["group"] == group) & (evidence["parameter"] == "beta")]
        row = moving[moving["group_b"].isna()]
        row = one(row, parameter="beta", group_a=group)
        assert row["value"] == (own["verdict"] == "moving").mean()
    with pytest.raises(TableError, match="not the same"):
        rows_of(frame, None, evidence[evidence["subject"] != frame["subject"].iloc[0]])


def test_the_stage_reports_the_half_that_chose_nothing_before_all(tmp_path):
    trials = dezfouli_people(per_group=6)
    estimates = jittered(trials, PARAMETERS)
    again = trials.assign(person=trials["subject"], subject=trials["subject"] + "-1")
    of_again = estimates.assign(subject=again["subject"])
    evidence = evidence_of(trials)
    files = {"trials": trials, "estimates": estimates, "again": again, "of_again": of_again}
    for name, frame in files.items():
        texts = {c: "str" for c in ("subject", "group", "person") if c in frame}
        frame.astype(texts).to_parquet(tmp_path / f"{name}.parquet")
    provenance = Provenance({}, seed=1)
    texts = {"group": "str", "dynamics": "str"}
    write_table(evidence.astype(texts), tmp_path / "evidence.parquet", EVIDENCE, provenance)
    groups_stage(
        tmp_path / "trials.parquet",
        tmp_path / "estimates.parquet",
        (tmp_path / "again.parquet", tmp_path / "of_again.parquet"),
        tmp_path / "evidence.parquet",
        tmp_path / "groups.parquet",
        "e",
        ["bipolar", "depression", "healthy"],
        UNITS,
        40,
        provenance,
        halved="people",
    )
    found = read_table(tmp_path / "groups.parquet", GROUPS)
    assert found["people"].unique().tolist() == ["reporting half", "all"]
    pairs = found.loc[found["group_b"].notna(), ["group_a", "group_b"]].drop_duplicates()
    assert pairs.to_numpy().tolist() == [
        *(["healthy", "depression"], ["healthy", "bipolar"], ["depression", "bipolar"]),
    ]
    sizes = found.groupby("people")["n_a"].unique()
    assert sizes["reporting half"].tolist() == [3] and sizes["all"].tolist() == [6]
    np.testing.assert_allclose(found.loc[found["source"] == BEYOND, "value"], 0, atol=1e-12)
