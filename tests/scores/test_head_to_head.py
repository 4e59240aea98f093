"""Predictors head to head, against loops over trials and against the comparisons of estimators."""

import numpy as np
import pandas as pd
import pytest

from tests.scores.frames import by_hand, dezfouli_people, gershman_people
from trnn.errors import TableError
from trnn.scores.comparisons import pair_rows
from trnn.scores.head_to_head import head_to_head, head_to_head_stage
from trnn.scores.head_to_head_table import HEAD_TO_HEAD, THEORY
from trnn.scores.trial_kinds import (
    ALL,
    FIRST,
    OUTCOME,
    PARTITIONS,
    RUNS,
    SECOND,
    THIRDS,
    Partition,
    partitions_of,
)
from trnn.tables.parquet import Provenance, check_frame, read_table

NO_RESPONSE = -1
KEYS = ["predictor_a", "predictor_b", "group"]


def predicted(trials: pd.DataFrame, seed: int, theory: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    out = trials[["subject", "block", "trial"]].copy()
    for name in ("p_action_0", *(["p_theory_0"] if theory else [])):
        out[name] = rng.uniform(0.1, 0.9, len(out))
    return out


def compared(trials: pd.DataFrame, reporting: tuple[str, ...] = ()) -> pd.DataFrame:
    tables = {
        "trnn": predicted(trials, 1, theory=True),
        "drnn": predicted(trials, 2),
        "drnn_pooled": predicted(trials, 3),
    }
    return head_to_head(trials, tables, reporting, "e", 1, 50)


def with_misses(trials: pd.DataFrame) -> pd.DataFrame:
    missed = np.random.default_rng(5).random(len(trials)) < 0.2
    action = trials["action"].where(~missed, NO_RESPONSE)
    return trials.assign(action=action, reward=trials["reward"].where(~missed, np.nan))


def names_of(partition: Partition) -> list[str]:
    return [partition.kinds[k] for k in partition.kind_of]


def kinds_by_a_loop(trials: pd.DataFrame) -> dict[str, list[str]]:
    """Return each choice's kind in every partition, from the choices before it in its block."""
    out: dict[str, list[str]] = {name: [] for name in PARTITIONS}
    for _, block in trials.groupby(["subject", "block"], sort=False):
        past: list[tuple[int, float]] = []
        for place, (action, reward) in enumerate(
            zip(block["action"], block["reward"], strict=True)
        ):
            if action == NO_RESPONSE:
                continue
            run = 0
            for before, _ in reversed(past):
                if before != past[-1][0]:
                    break
                run += 1
            edge = (FIRST, SECOND)[len(past)] if len(past) < 2 else None
            last = "after a repetition" if run > 1 else "after a switch"
            paid = "after a reward" if past and past[-1][1] > 0 else "after no reward"
            length = max((low for low in RUNS if low <= run), default=0)
            kinds = (
                ALL,
                edge or f"{paid}, {last}",
                edge or last,
                FIRST if not past else RUNS[length],
                THIRDS[3 * place // len(block)],
            )
            for name, kind in zip(PARTITIONS, kinds, strict=True):
                out[name].append(kind)
            past.append((action, reward))
    return out


@pytest.mark.parametrize("miss", [False, True])
def test_kinds_are_those_of_a_loop_over_the_choices_before(miss):
    trials = dezfouli_people(per_group=2)
    trials = with_misses(trials) if miss else trials
    expected = kinds_by_a_loop(trials)
    assert len(set(expected[OUTCOME])) == 6
    for partition in partitions_of(trials):
        assert names_of(partition) == expected[partition.name]


def test_kinds_of_a_session_by_hand():
    trials = by_hand([("a", 0, [0, 0, 0, 1, -1, 1]), ("a", 1, [1, 0])])
    trials["reward"] = [0.0, 2.0, 0.0, -1.0, np.nan, 1.0, 1.0, 0.0]
    found = {partition.name: names_of(partition) for partition in partitions_of(trials)}
    assert found[OUTCOME] == [
        *(FIRST, SECOND, "after a reward, after a repetition"),
        *("after no reward, after a repetition", "after no reward, after a switch"),
        *(FIRST, SECOND),
    ]
    run = [f"after a run of {length}" for length in ("1", "2", "3 to 5", "1")]
    assert found["run of equal choices"] == [FIRST, *run, FIRST, run[0]]


def test_there_is_no_kind_after_a_reward_where_nothing_pays_above_zero():
    trials = dezfouli_people(per_group=2).assign(reward=-1.0)
    outcome = next(p for p in partitions_of(trials) if p.name == OUTCOME)
    assert outcome.kinds == (
        *(FIRST, SECOND),
        *("after no reward, after a repetition", "after no reward, after a switch"),
    )


@pytest.mark.parametrize("trials", [dezfouli_people(), with_misses(gershman_people())])
def test_the_kinds_of_a_partition_add_up_to_the_difference_on_all_trials(trials):
    found = compared(trials, tuple(trials["subject"].unique()[:5]))
    check_frame(found, HEAD_TO_HEAD, "head_to_head")
    for _, part in found.groupby(KEYS):
        whole = part.loc[part["kind"] == ALL].iloc[0]
        assert whole["contribution"] == pytest.approx(whole["difference"])
        assert whole["share_of_trials"] == 1
        for _, kinds in part.groupby("partition"):
            assert kinds["contribution"].sum() == pytest.approx(whole["difference"], abs=1e-12)
            assert kinds["share_of_trials"].sum() == pytest.approx(1)
            assert kinds["n_trials"].sum() == whole["n_trials"]


def test_a_difference_is_the_mean_over_people_of_their_means_on_such_trials():
    trials = dezfouli_people()
    found = compared(trials)
    kinds = kinds_by_a_loop(trials)[OUTCOME]
    a, b = predicted(trials, 1, theory=True)["p_theory_0"], predicted(trials, 2)["p_action_0"]
    took_0 = trials["action"] == 0
    loss = [-np.log(np.where(took_0, p, 1 - p)) for p in (a, b)]
    frame = trials.assign(difference=loss[0] - loss[1], kind=kinds)
    for kind in set(kinds):
        own = frame[frame["kind"] == kind].groupby("subject")["difference"].mean()
        pair = (found["predictor_a"] == THEORY) & (found["predictor_b"] == "drnn")
        here = pair & (found["group"] == "all") & (found["partition"] == OUTCOME)
        row = found[here & (found["kind"] == kind)].iloc[0]
        assert row["difference"] == pytest.approx(own.mean())
        assert row["n"] == len(own)
        assert row["difference_ci_low"] < row["difference"] < row["difference_ci_high"]


def test_all_trials_are_what_the_comparisons_of_estimators_say():
    trials = dezfouli_people()
    found = compared(trials)
    took_0 = trials["action"] == 0
    rows = []
    for name, seed in (("trnn", 1), ("drnn", 2)):
        p = predicted(trials, seed, theory=name == "trnn")["p_action_0"]
        loss = trials.assign(bce=-np.log(np.where(took_0, p, 1 - p)))
        means = loss.groupby(["subject", "group"], sort=False)["bce"].mean().reset_index()
        rows.append(means.assign(estimator=name, population="human", dynamics=None))
    for row in pair_rows(pd.concat(rows), "e", {}, 1, 50):
        own = (found["predictor_a"] == "trnn") & (found["predictor_b"] == "drnn")
        here = found[own & (found["group"] == row["group"]) & (found["kind"] == ALL)].iloc[0]
        for name in ("n", "p", "statistic", "difference", "difference_ci_low"):
            assert here[name] == pytest.approx(row[name]), name


def test_groups_and_pairs_stand_in_order_the_reporting_half_first():
    trials = dezfouli_people()
    found = compared(trials, tuple(trials["subject"].unique()[::2]))
    groups = ["reporting half", "all", "bipolar", "depression", "healthy"]
    assert found["group"].unique().tolist() == groups
    pairs = [tuple(pair) for pair in found[KEYS[:2]].drop_duplicates().to_numpy()]
    assert pairs == [
        *(("trnn", "drnn"), (THEORY, "drnn"), ("trnn", "drnn_pooled"), (THEORY, "drnn_pooled")),
        ("trnn", THEORY),
    ]
    assert compared(gershman_people())["group"].unique().tolist() == ["all"]


def test_a_t_rnn_of_points_has_no_theory_beside_it():
    trials = gershman_people()
    tables = {"trnn": predicted(trials, 1), "drnn": predicted(trials, 2)}
    found = head_to_head(trials, tables, (), "e", 1, 20)
    assert set(found["predictor_a"]) == {"trnn"} and set(found["predictor_b"]) == {"drnn"}


def test_a_person_alone_has_no_interval_and_missing_predictions_are_said():
    trials = gershman_people(n=1)
    found = compared(trials)
    check_frame(found, HEAD_TO_HEAD, "head_to_head")
    assert found["difference_ci_low"].isna().all() and found["n"].eq(1).all()
    with pytest.raises(TableError, match="none of 'trnn'"):
        head_to_head(trials, {"drnn": predicted(trials, 1)}, (), "e", 1, 20)


def test_the_stage_reads_people_and_estimates_of_the_same_trials(tmp_path):
    trials = dezfouli_people(per_group=2, n_blocks=1)
    trials.to_parquet(tmp_path / "trials.parquet")
    paths = {}
    for name, seed in (("drnn", 2), ("trnn", 1)):
        paths[name] = tmp_path / f"{name}.parquet"
        predicted(trials, seed, theory=name == "trnn").to_parquet(paths[name])
    out = tmp_path / "head_to_head.parquet"
    arguments = (out, "e", 20, Provenance({}, seed=1), "people")
    head_to_head_stage(tmp_path / "trials.parquet", paths, *arguments)
    found = read_table(out, HEAD_TO_HEAD)
    # Whatever the order of the estimates, the focus comes first, and the reporting half.
    assert found.loc[0, [*KEYS, "n"]].tolist() == ["trnn", "drnn", "reporting half", 3]
    predicted(trials.iloc[1:], 2).to_parquet(paths["drnn"])
    with pytest.raises(TableError, match=r"drnn\.parquet: .* rows"):
        head_to_head_stage(tmp_path / "trials.parquet", paths, *arguments)
