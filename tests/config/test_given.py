"""The file of a task whose arms are given trial by trial."""

from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from trnn.config.given import read_given, with_given
from trnn.config.load import load_experiments, load_run, read_yaml
from trnn.config.merge import merge
from trnn.config.task import GivenTask
from trnn.config.views import from_view, pick
from trnn.errors import ConfigError

TEXT = """schedule,block,trial,arm_0,arm_1
a,1,1,0.8,0.2
a,1,2,0.7,0.3
a,2,1,0.5,0.5
b,1,1,0.2,0.8
b,1,2,0.3,0.7
b,2,1,0.5,0.5
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "arms.csv"
    path.write_text(text)
    return path


def test_the_files_content_becomes_part_of_the_settings(tmp_path, raw_experiment):
    write(tmp_path, TEXT)
    raw = {**raw_experiment, "name": "ours", "task": {"kind": "given", "file": "arms.csv"}}
    (tmp_path / "ours.yaml").write_text(yaml.safe_dump(raw))
    run = load_run(merge(read_yaml(ROOT / "config/config.yaml"), {"experiments": ["ours"]}))
    experiment = load_experiments(run, tmp_path)["ours"]
    task = experiment.task
    assert isinstance(task, GivenTask) and task.lengths == [2, 1] and task.n_blocks == 2
    assert task.arms == [[(0.8, 0.2), (0.7, 0.3), (0.5, 0.5)], [(0.2, 0.8), (0.3, 0.7), (0.5, 0.5)]]
    # A job and a checkpoint have it without the file.
    (tmp_path / "arms.csv").unlink()
    assert from_view(pick(experiment, "task")).task == task


def test_outcomes_are_read_beside_or_in_the_place_of_arms(tmp_path):
    text = "block,trial,outcome_0,outcome_1\n0,0,-3,5\n0,1,2,2\n"
    assert read_given(write(tmp_path, text)) == {
        "lengths": [2],
        "outcomes": [[[-3.0, 5.0], [2.0, 2.0]]],
    }


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("arm_0,arm_1", "arm_0,p_1", "columns ['arm_1'] are missing"),
        ("block,trial", "run,trial", "columns ['block'] are missing"),
        ("a,1,2,0.7", "a,1,3,0.7", "line 3: column 'trial': expected 2"),
        ("a,1,2,0.7", "a,1,2,often", "line 3: column 'arm_0': expected a number, got 'often'"),
        ("b,2,1,0.5,0.5\n", "", "blocks of [2] trials, but schedule 'a' of [2, 1]"),
        ("arm_1", "arm_1,arm_2", "two arms"),
        (TEXT, "schedule,block,trial,arm_0,arm_1\n", "0 trials"),
    ],
)
def test_another_file_is_refused_in_words(tmp_path, old, new, words):
    path = write(tmp_path, TEXT.replace(old, new, 1))
    with pytest.raises(ConfigError) as error:
        read_given(path)
    assert words in str(error.value) and "arms.csv" in str(error.value)


def test_a_file_that_is_not_there_and_settings_that_stand_in_it_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot read the task's file"):
        with_given({"task": {"kind": "given", "file": "no.csv"}}, tmp_path, "ours.yaml")
    raw = {"task": {"kind": "given", "file": "arms.csv", "lengths": [3]}}
    with pytest.raises(ConfigError, match=r"\['lengths'\] are read from its file"):
        with_given(raw, tmp_path, "ours.yaml")
