"""`trnn new`: a table as other people have it becomes a data set and an experiment."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.anybody import made
from tests.conftest import ROOT
from trnn.anybody.commented import commented
from trnn.anybody.new import new_experiment, write_new
from trnn.anybody.own_experiment import _references
from trnn.config.dynamics import Range
from trnn.config.load import load_experiments, load_run
from trnn.data.people_table import people_table
from trnn.data.prepare import prepare
from trnn.data.registry import load_registry
from trnn.errors import ConfigError, DataError
from trnn.tables.parquet import check_frame

MANY = 7  # people: enough for a d-RNN


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A folder of settings, beside which people put their tables."""
    folder = tmp_path / "config"
    (folder / "experiments").mkdir(parents=True)
    (folder / "datasets").mkdir()
    shutil.copy(ROOT / "config/config.yaml", folder)
    return folder


def written(config: Path, content: bytes, **given):
    """Return the data set, the experiment and the prepared trials that come of a table."""
    path = config.parent / "my.csv"
    path.write_bytes(content)
    new = new_experiment("mystudy", path, "q_learning", **given)
    write_new(new, "mystudy", config)
    dataset = load_registry(config / "datasets")["mystudy"]
    run = load_run({"experiments": ["mystudy"], "seed": 1})
    experiment = load_experiments(run, config / "experiments")["mystudy"]
    frame = prepare(str(dataset.on_disk), dataset)
    check_frame(frame, people_table(dataset), "prepared")
    return dataset, experiment, frame


def test_one_and_two_with_tabs(config):
    dataset, experiment, frame = written(config, made.with_tabs())
    assert dataset.actions == ["1", "2"] and dataset.columns.subject == "SubjectID"
    plain = made.plain()
    assert frame["action"].tolist() == plain["action"].tolist()
    assert frame["reward"].tolist() == plain["reward"].tolist()
    assert (experiment.task.kind, experiment.task.n_blocks) == ("bernoulli", made.BLOCKS)
    assert experiment.task.trials_per_block == made.TRIALS
    # 3.5 changes in a session of 60 trials.
    assert experiment.dynamics["switching"].hazard == 0.058
    assert experiment.estimators.drnn is None


def test_left_and_right_with_missed_trials_and_blocks(config):
    content, missed = made.with_words()
    rewards = {"win": 1, "loss": 0}
    dataset, experiment, frame = written(config, content, reward_map=rewards)
    assert dataset.actions == ["left", "right"] and dataset.reward_map == rewards
    plain = made.plain()
    assert frame["action"].tolist() == plain["action"].where(~missed, -1).tolist()
    assert frame["reward"][~missed].tolist() == plain["reward"][~missed].tolist()
    assert experiment.task.trials_per_block == made.TRIALS
    assert experiment.task.miss_rate == pytest.approx(missed.mean(), abs=1e-3)
    text = (config / "datasets/mystudy.yaml").read_text()
    assert "4 trials without a response: keep" in text and "Not used: age" in text


def test_points_with_decimal_commas(config):
    dataset, experiment, frame = written(config, made.with_points())
    assert dataset.reward_scale == 100 and experiment.task.kind == "gaussian"
    assert frame["action"].tolist() == made.plain()["action"].tolist()
    assert 0.04 < experiment.task.reward_sd < 0.25 and not experiment.task.rounded
    # The task that exists draws means around 0.
    assert "simulated agents' about 0" in (config / "experiments/mystudy.yaml").read_text()


def grouped():
    """People of two groups, with the probabilities of both arms, and further columns."""
    frame = made.plain(MANY)
    number = frame["subject"].str[1:].astype(int)
    frame["Diagnosis"] = number.mod(2).map({0: "Healthy Controls", 1: "MDD"})
    rate = frame.groupby(["subject", "block", "action"])["reward"].mean().unstack(fill_value=0)
    better = frame.set_index(["subject", "block"]).index.map(rate[0] > rate[1])
    frame["p0"] = better.map({True: 0.8, False: 0.2})
    frame["p1"] = (1 - frame["p0"]).round(1)
    frame["mu_0"] = frame["p1"]  # what rewards do not follow
    frame["mu_1"] = frame["p0"]
    return frame


def test_groups_and_arms_are_found_by_names_and_cells(config):
    dataset, experiment, _ = written(config, grouped().to_csv(index=False).encode())
    assert dataset.groups == ["healthy_controls", "mdd"] and dataset.columns.group == "Diagnosis"
    assert (dataset.columns.mu_0, dataset.columns.mu_1) == ("p0", "p1")
    assert sorted(experiment.task.arm_probabilities) == [(0.2, 0.8), (0.8, 0.2)]
    assert experiment.estimators.drnn.within == "all"  # of so few people
    text = (config / "datasets/mystudy.yaml").read_text()
    assert "'mu_0' and 'mu_1' are not used: rewards do not follow" in text


def test_who_cannot_be_used_is_named_and_the_others_go_on(config):
    text = made.plain(3).to_csv(index=False)
    path = config.parent / "my.csv"
    path.write_text(text + "1,1,7,0,p9,1\n")
    new = new_experiment("mystudy", path, "q_learning", actions=["0", "1"])
    assert list(new.read.left_out) == ["p9"] and new.read.frame["subject"].nunique() == 3
    told = next(line for line in new.lines if line.startswith("Left out"))
    assert "column 'action', line 182: '7': expected '0' or '1'" in told


def test_files_that_are_there_are_kept(config):
    path = config.parent / "my.csv"
    path.write_bytes(made.with_tabs())
    new = new_experiment("mystudy", path, "q_learning")
    (config / "experiments/mystudy.yaml").write_text("mine")
    with pytest.raises(ConfigError, match=r"experiments/mystudy\.yaml: there already.*--replace"):
        write_new(new, "mystudy", config)
    assert not (config / "datasets/mystudy.yaml").exists()
    write_new(new, "mystudy", config, replace=True)
    assert (config / "experiments/mystudy.yaml").read_text() != "mine"
    with pytest.raises(ConfigError, match="no settings are there"):
        write_new(new, "mystudy", config / "nowhere")


@pytest.mark.parametrize(
    ("name", "model", "change", "words"),
    [
        ("My study", "q_learning", {}, "name: got 'My study'; .*as 'my_study'"),
        ("mystudy", "q_lerning", {}, "Did you mean 'q_learning'"),
        ("mystudy", "q_learning", {"action": "chosen"}, "no column 'chosen'"),
        ("mystudy", "q_learning", {"subject": "none", "trial": "none"}, "1 person can be used"),
    ],
)
def test_what_cannot_be_is_refused(config, name, model, change, words):
    path = config.parent / "my.csv"
    path.write_bytes(made.with_tabs())
    change = dict(change)
    if "subject" in change:  # all rows are one person's, and a block cannot begin again
        change["block"] = "none"
    with pytest.raises((ConfigError, DataError), match=words):
        new_experiment(name, path, model, **change)
    assert not list((config / "datasets").iterdir())


def test_comments_change_nothing_of_what_is_written():
    settings = {
        "a": {"b": [1, 2.5, None], "c": {"no": "yes", "1": "x: y"}},
        "long": {f"key{i}": "word " * 5 for i in range(9)},
        "list": ["word " * 12] * 3,
    }
    comments = {"a": "of\u2028two lines\nor three", "a.c": "within", "long": "w" * 200}
    text = commented(settings, comments, "# head\n\x85more")
    assert yaml.safe_load(text) == settings
    assert text.count("\n") > 15 and "# within" in text


def test_few_learning_parameters_are_followed_on_a_grid_and_many_in_sets_that_lie_apart():
    ranges = {name: Range(low=-1, high=3) for name in "abcd"}
    for n, sizes in enumerate(([], [8], [3, 3], [2, 2, 2])):
        grid = _references(dict(list(ranges.items())[:n]))
        assert [len(values) for values in grid.values()] == sizes
    assert _references({"a": ranges["a"]})["a"][0] == -0.88
    sets = _references(ranges)
    assert len(sets) == 8 and all(list(own) == list("abcd") for own in sets)
    for name in "abcd":
        values = sorted(own[name] for own in sets)
        np.testing.assert_allclose(values, np.linspace(-0.75, 2.75, 8), atol=0.01)
    for a, b in ("ab", "cd"):
        pairs = np.array([[own[a], own[b]] for own in sets])
        assert abs(np.corrcoef(pairs.T)[0, 1]) < 0.5
