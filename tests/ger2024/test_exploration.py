"""β around actions, and easy against hard blocks, on people whose truth is known."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from ger2024.findings.events import ungreedy
from ger2024.findings.exploration import beta_change, matched_difference
from tests.ger2024.findings_made import BANDIT, bandit_people, row_of, run
from tests.ger2024.matched_frames import matched
from tests.trials.frames import random_frame
from trnn.statistics.hypothesis_tests import holm


def with_drop(frame: pd.DataFrame, size: float) -> pd.DataFrame:
    """Lower β by `size` in the three trials after every ungreedy action."""
    event = ungreedy(frame).to_numpy()
    after = np.zeros(len(frame), dtype=bool)
    trial = frame["trial"].to_numpy()
    for i in np.flatnonzero(event):
        for step in (1, 2, 3):
            if i + step < len(frame) and trial[i + step] == trial[i] + step:
                after[i + step] = True
    return frame.assign(beta=frame["beta"] * 0.1 - size * after)


def events_of(out: pd.DataFrame) -> pd.DataFrame:
    """Return the claims about β around actions."""
    own = out["quantity"].str.contains(r"^beta_(?:change|drop).*_beyond_control$")
    return out[own & out["holds"].notna()]


def test_a_drop_after_ungreedy_actions_is_found_and_its_absence_too() -> None:
    flat, control = bandit_people(), matched(bandit_people(seed=5))
    flat["beta"] *= 0.1
    control["beta"] *= 0.1
    out = run("gershman", with_drop(flat, 1.0), control)
    events = events_of(out)
    assert len(events) == 3 and events["holds"].all()
    tested = out[out["family"] == "beta around actions"]
    assert len(tested) == 7  # all offsets and the drop against that after greedy actions
    np.testing.assert_allclose(tested["p_holm"], holm(tested["p"].to_numpy()))
    events = events_of(run("gershman", flat, control))
    assert len(events) == 3 and not events["holds"].any()


def test_a_drop_that_the_agents_show_as_well_is_not_the_peoples() -> None:
    dropped = with_drop(bandit_people(), 1.0)
    agents = with_drop(matched(bandit_people(seed=5)), 1.0)
    out = run("gershman", dropped, agents)
    assert row_of(out, "beta_change_at_+1", "all")["value"] < -0.3
    assert row_of(out, "beta_change_at_+1_of_control", "all")["value"] < -0.3
    events = events_of(out)
    assert len(events) == 3 and not events["holds"].any()


def test_change_of_beta_by_hand() -> None:
    # One block, ungreedy (arm 1) at trials 5 and 9, greedy at 4, 6, 7, 8; 9 has no trial after.
    frame = random_frame(0, {"a": (10,)})
    frame["mu_0"], frame["mu_1"] = 10.0, 0.0
    frame["action"] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    frame["beta"] = [0, 0, 0, 0, 3.0, 5.0, 1.0, 2.0, 4.0, 8.0]
    assert beta_change(frame, 1).tolist() == [1 - 5]
    assert beta_change(frame, -1).tolist() == [((3 - 5) + (4 - 8)) / 2]
    # No greedy action at trial 5, so that there is no match ...
    assert np.isnan(matched_difference(frame, 1)).all()
    # ... until another block has one there, whose β goes up by 2.
    other = frame.assign(block=1, action=0, beta=2.0 * frame["trial"])
    both = pd.concat([frame, other], ignore_index=True)
    assert matched_difference(both, 1).tolist() == [(1 - 5) - 2]


@pytest.mark.parametrize("seed", [0, 1])
def test_matched_difference_equals_a_plain_loop(seed: int) -> None:
    frame = bandit_people(3, seed)
    out = matched_difference(frame, 1)
    for subject, got in zip(frame["subject"].unique(), out, strict=True):
        mine = frame[frame["subject"] == subject]
        cells: dict = {}
        for _, block in mine.groupby("block"):
            rows = block.to_dict("records")
            for now, then in pairwise(rows[4:]):
                gap = now["mu_0"] - now["mu_1"]
                if gap != 0:
                    right = now["action"] == (0 if gap > 0 else 1)
                    cell = cells.setdefault(now["trial"], {True: [], False: []})
                    cell[right].append(then["beta"] - now["beta"])
        terms, weights = [], []
        for cell in cells.values():
            if cell[True] and cell[False]:
                terms.append(np.mean(cell[False]) - np.mean(cell[True]))
                weights.append(len(cell[False]))
        assert got == pytest.approx(np.average(terms, weights=weights))


def test_easy_and_hard_blocks_of_known_parameters() -> None:
    frame = bandit_people()
    gap = (frame["mu_0"] - frame["mu_1"]).abs()
    early = frame["trial"] < 2
    # Wrong before the third trial: those trials must not count.
    frame["beta"] = np.where(early, 100.0, 1.0) * np.where(gap >= 19, 2.0, -1.0)
    frame["beta"] *= np.where(early, -1, 1)
    frame["gamma"] = np.where(gap <= 1, 0.7, 0.2)
    better = np.where(frame["mu_0"] > frame["mu_1"], 0, 1)
    frame["action"] = np.where(gap >= 19, better, frame["action"])
    still = matched(frame).assign(beta=1.0, gamma=0.3)
    out = run("gershman", frame, still)
    claims = ("accuracy_easy_minus_hard", *(f"{n}_easy_minus_hard_beyond_control" for n in BANDIT))
    assert row_of(out, "beta_easy_minus_hard", "all")["value"] == pytest.approx(3)
    assert row_of(out, "gamma_easy_minus_hard", "all")["value"] == pytest.approx(-0.5)
    assert row_of(out, "accuracy_by_difficulty", "easy blocks")["value"] == 1
    rows = [row_of(out, name, "all") for name in claims]
    assert all(row["holds"] for row in rows) and len({row["family"] for row in rows}) == 1
    np.testing.assert_allclose([r["p_holm"] for r in rows], holm([r["p"] for r in rows]))
    # The agents show it as well: what is estimated falls, what is counted stays.
    out = run("gershman", frame, matched(frame))
    assert [bool(row_of(out, name, "all")["holds"]) for name in claims] == [True, False, False]
    turned = frame.assign(gamma=-frame["gamma"], beta=-frame["beta"])
    out = run("gershman", turned, still)
    assert not any(row_of(out, name, "all")["holds"] for name in claims[1:])
