"""The command line."""

import shutil

import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.conftest import ROOT
from trnn.cli import app, main
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
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder)
    config = folder / "config.yaml"
    assert CliRunner().invoke(app, ["check", str(config)]).exit_code == 0
    config.write_text(config.read_text().replace("seed:", "sed:"))
    monkeypatch.setattr("sys.argv", ["trnn", "check", str(config)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    message = capsys.readouterr().err
    assert "sed: unknown key" in message and "Traceback" not in message


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
