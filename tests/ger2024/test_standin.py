"""Stand-ins: what is written in a study's format is read back as it was."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.conftest import CHOICES_DIAGNO, DATA2, ROOT
from trnn.data.digest import canonical_digest
from trnn.data.people_table import people_table
from trnn.data.prepare import prepare
from trnn.data.registry import load_registry
from trnn.data.write_people import write_people
from trnn.errors import DataError
from trnn.tables.parquet import check_frame

ROWS = load_registry(ROOT / "config" / "datasets")
GROUPS = ROWS["dezfouli"].groups


def _agents(dataset: str, reward_is_whole: bool = True) -> pd.DataFrame:
    """Return agents with blocks of different lengths, one of them with a single trial."""
    rng = np.random.default_rng(7)
    groups: list[str | None] = [*GROUPS, "healthy"] if dataset == "dezfouli" else [None] * 4
    pieces = []
    counts: dict[str | None, int] = {}
    for group in groups:
        counts[group] = counts.get(group, 0) + 1
        for block, length in enumerate(rng.integers(1, 12, size=3)):
            means = (0.25, 0.05) if rng.random() < 0.5 else (0.05, 0.25)
            reward = rng.integers(0, 2, length).astype(float)
            if dataset == "gershman":
                means = (3.0, -8.0)
                reward = np.round(rng.normal(0, 8, length), 0 if reward_is_whole else 12)
            piece = {
                "subject": f"{group or 'subject'}-{counts[group]:02d}",
                "group": group,
                "block": block,
                "trial": np.arange(length),
                "action": rng.integers(0, 2, length),
                "reward": reward,
                "mu_0": means[0],
                "mu_1": means[1],
            }
            pieces.append(pd.DataFrame(piece))
    return pd.concat(pieces, ignore_index=True).astype({"subject": "str", "group": "str"})


@pytest.mark.parametrize("whole", [True, False])
def test_gershman_round_trip(tmp_path: Path, whole: bool) -> None:
    agents = _agents("gershman", whole)
    write_people(agents, ROWS["gershman"], tmp_path / "data2.csv")
    frame = prepare(tmp_path / "data2.csv", ROWS["gershman"], "simulated")
    pd.testing.assert_frame_equal(frame[list(agents.columns)], agents)
    assert frame["reaction_time_ms"].isna().all()
    check_frame(frame, people_table(ROWS["gershman"]), "round trip")
    header = (tmp_path / "data2.csv").read_text().splitlines()[0]
    assert set(header.split(",")) == set(DATA2.splitlines()[0].split(","))


def test_dezfouli_round_trip(tmp_path: Path) -> None:
    agents = _agents("dezfouli")
    path = tmp_path / "choices_diagno.csv"
    write_people(agents, ROWS["dezfouli"], path)
    frame = prepare(path, ROWS["dezfouli"], "simulated")
    common = ["subject", "group", "block", "trial", "action", "reward"]
    pd.testing.assert_frame_equal(frame[common], agents[common])
    best = np.where(agents["action"] == 0, agents["mu_0"], agents["mu_1"]) == 0.25
    assert frame["best_action"].tolist() == best.astype(int).tolist()
    check_frame(frame, people_table(ROWS["dezfouli"]), "round trip")
    header = path.read_text().splitlines()[0]
    assert set(header.split(",")) < set(CHOICES_DIAGNO.splitlines()[0].split(","))


@pytest.mark.parametrize("dataset", ["dezfouli", "gershman"])
def test_equal_agents_give_equal_bytes_and_stand_ins_never_pass_as_real(
    tmp_path: Path, dataset: str
) -> None:
    for name in ("a", "b"):
        write_people(_agents(dataset), ROWS[dataset], tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with pytest.raises(DataError, match="the published"):
        prepare(tmp_path / "a", ROWS[dataset], "real")


def test_written_order_of_groups_does_not_matter_to_the_reader(tmp_path: Path) -> None:
    agents = _agents("dezfouli")
    backwards = pd.concat([part for _, part in reversed(list(agents.groupby("group", sort=False)))])
    write_people(agents, ROWS["dezfouli"], tmp_path / "a")
    write_people(backwards.reset_index(drop=True), ROWS["dezfouli"], tmp_path / "b")
    digests = {canonical_digest(prepare(tmp_path / n, ROWS["dezfouli"], "simulated")) for n in "ab"}
    assert len(digests) == 1


def test_frames_that_cannot_be_written(tmp_path: Path) -> None:
    agents, path = _agents("dezfouli"), tmp_path / "x"
    for change, words in (
        (agents.drop(columns="mu_1"), r"\['mu_1'\]"),
        (agents.assign(group="manic"), r"the group \['manic'\]"),
        (agents.assign(group=None), r"the group \[None\]"),
        (agents.assign(reward=0.5), r"the reward \[0\.5\]"),
    ):
        with pytest.raises(DataError, match=f"stand-ins for dezfouli: .*{words}"):
            write_people(change, ROWS["dezfouli"], path)
    assert list(tmp_path.iterdir()) == []
