"""The command line."""

import shutil

import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.anybody import made
from tests.conftest import ROOT
from trnn.cli import app, main
from trnn.errors import ConfigError
from trnn.estimators.estimates_table import estimates
from trnn.tables.parquet import Provenance, write_table


@pytest.fixture()
def table(tmp_path):
    path = tmp_path / "estimates.parquet"
    frame = pd.DataFrame(
        {
            "subject": [f"person-{i}" for i in range(9)],
            "block": 0,
            "trial": range(9),
            "p_action_0": 0.25,
            "beta": 1.5,
            "gamma": 0.5,
        }
    )
    schema = estimates({"beta": "1", "gamma": "1/points"}, spread=False)
    write_table(frame, path, schema, Provenance({}, seed=77, data_source="simulated"))
    return path


def test_show_prints_origin_columns_and_first_rows(table, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    result = CliRunner().invoke(app, ["show", str(table), "--rows", "2"])
    assert result.exit_code == 0
    for words in ("data_source: simulated", "seed: 77", "inverse temperature", "0 … 1", "9 rows"):
        assert words in result.output
    assert "person-1" in result.output and "person-2" not in result.output


def test_check_says_what_is_wrong_without_a_traceback(tmp_path, capsys, monkeypatch):
    """And in another folder than the checkout: of the package's own settings."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["check"]).exit_code == 0
    monkeypatch.setattr("sys.argv", ["trnn", "check", "--set", "sed=1"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    message = capsys.readouterr().err
    assert "sed: unknown key" in message and "Traceback" not in message
    settings = tmp_path / "mine.yaml"
    settings.write_text("experiments: [gershman]\noverrides: {all: {test: {n_agents: 1}}}\n")
    monkeypatch.setattr("sys.argv", ["trnn", "check", "--config", str(settings)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    assert "test.n_agents: got 1" in capsys.readouterr().err


def test_check_takes_any_file_of_an_experiment_and_settings_of_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text("extends: artificial\nname: base\n")
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: base\nname: mine\ntask: {n_blocks: 4}\n")
    changes = ["--set", "task.trials_per_block=1", "--set", "test.recovery_trials=[]"]
    told = CliRunner().invoke(app, ["check", str(mine), *changes])
    assert told.exit_code == 0 and "experiments: mine." in told.output
    assert "task.trials_per_block is 1" in told.output
    for setting, words in (
        ("task.n_blocks=four", "task.n_blocks: got 'four'"),
        ("tsk.n_blocks=4", "tsk: unknown key"),
    ):
        monkeypatch.setattr("sys.argv", ["trnn", "check", str(mine), "--set", setting])
        with pytest.raises(SystemExit):
            main()
        assert words in capsys.readouterr().err
    assert CliRunner().invoke(app, ["check", "recovery_one"]).output.count("recovery_one") == 1


def test_new_writes_what_check_accepts_and_doubts_where_data_and_task_differ(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "Snakefile").touch()
    (tmp_path / "src/trnn").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.tsv").write_bytes(made.with_tabs())
    given = ["new", "mystudy", "--data", "my.tsv", "--model", "q_learning"]
    told = CliRunner().invoke(app, given)
    assert told.exit_code == 0 and "trnn check mystudy" in told.output, told.output
    told = CliRunner().invoke(app, ["check", "mystudy"])
    assert told.exit_code == 0 and "mystudy: 2 people, 120 trials, of my.tsv" in told.output
    assert "doubtful" not in told.output
    told = CliRunner().invoke(app, ["check", "mystudy", "--set", "task.n_blocks=9"])
    assert "n_blocks (mean over people) is 3 in the people's data and 9" in told.output
    assert isinstance(CliRunner().invoke(app, given).exception, ConfigError)


def test_check_takes_the_settings_of_the_checkout_it_is_in(tmp_path, capsys, monkeypatch):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "Snakefile").touch()
    (tmp_path / "src/trnn").mkdir(parents=True)
    config = tmp_path / "config/config.yaml"
    config.write_text(config.read_text().replace("seed:", "sed:"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["trnn", "check"])
    with pytest.raises(SystemExit):
        main()
    assert "sed: unknown key" in capsys.readouterr().err


def test_check_tells_doubts_and_succeeds(tmp_path, monkeypatch):
    settings = tmp_path / "short.yaml"
    settings.write_text(
        "experiments: [artificial]\n"
        "overrides: {artificial: {task: {n_blocks: 1, trials_per_block: 100},"
        " test: {recovery_trials: [25]}}}\n"
    )
    found = CliRunner().invoke(app, ["check", "--config", str(settings)])
    assert found.exit_code == 0
    assert "doubtful  artificial: dynamics.training" in found.output
    assert "min_gap is 100, and a session has 100 trials" in found.output
    assert "valid; experiments: artificial." in found.output


def test_show_of_a_damaged_table_names_it(table, capsys, monkeypatch):
    table.write_bytes(table.read_bytes()[:100])
    monkeypatch.setattr("sys.argv", ["trnn", "show", str(table)])
    with pytest.raises(SystemExit):
        main()
    assert "not a readable Parquet file" in capsys.readouterr().err


def test_tables_prints_the_guide_with_what_a_study_adds(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    alone = CliRunner().invoke(app, ["tables"])
    with_study = CliRunner().invoke(app, ["tables", "--study", "ger2024.tables"])
    assert alone.exit_code == 0 and "## Statistics" in alone.output
    assert "## Findings" not in alone.output and "replication" not in alone.output
    assert with_study.output == (ROOT / "results/README.md").read_text()
    for module, words in (("ger2024.nothing", "cannot import"), ("ger2024.targets", "TABLES")):
        monkeypatch.setattr("sys.argv", ["trnn", "tables", "--study", module])
        with pytest.raises(SystemExit):
            main()
        assert words in capsys.readouterr().err
