"""From a run's folder or a table of `trnn estimate` to CSV, BIDS and ArviZ."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.anybody.made import with_words
from tests.export.made import NAME, people, record, write_run
from trnn.cli import app
from trnn.errors import AlteredFileError, ConfigError, DataError, TableError
from trnn.export.bids_names import labels
from trnn.export.export import Wanted, export
from trnn.tables.parquet import read_table

VALIDATOR = shutil.which("bids-validator-deno")
ONLY_OWNER = {"TOO_FEW_AUTHORS"}  # who they are only the owner knows: --author


@pytest.fixture(scope="module")
def run(tiny_experiments, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return write_run(folder, tiny_experiments["artificial"], network=True)


@pytest.fixture(scope="module")
def estimated(run, tmp_path_factory):
    """A table of `trnn estimate` in Parquet, of two people with missed trials."""
    folder = tmp_path_factory.mktemp("estimated")
    content, _ = with_words()
    (folder / "my.csv").write_bytes(content.replace(b"subject", b"participant"))
    checkpoint = run / "checkpoints/trnn/seed0.pt"
    words = ["estimate", folder / "my.csv", "--network", checkpoint, "--no-page", "--out"]
    more = [folder / "my.parquet", "--reward-map", "win=1,loss=0"]
    result = CliRunner().invoke(app, [str(word) for word in (*words, *more)])
    assert result.exit_code == 0, result.output
    return folder / "my.parquet"


def own_events(folder: Path, change=None) -> Path:
    """The people's own table: rows not by person, blocks and trials from 1, onsets in seconds."""
    frame = people().drop(columns=["group"])
    frame["stimulus"] = "a, b"
    frame["start"] = 2.5 * frame.groupby("subject").cumcount() + 0.25
    frame["scan"] = frame["block"] + 1
    frame[["block", "trial"]] += 1
    frame = frame.sort_values(["block", "trial", "subject"], kind="stable")
    frame = frame.reset_index(drop=True).astype(object)
    if change is not None:
        frame = change(frame)
    frame.to_csv(folder / "own.csv", index=False)
    return folder / "own.csv"


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def validate(folder: Path) -> None:
    """Let the validator of BIDS judge a dataset, where it is installed."""
    if VALIDATOR is None:
        pytest.skip("bids-validator-deno is not installed")
    done = subprocess.run(
        [VALIDATOR, str(folder), "--format", "json"], capture_output=True, text=True, check=False
    )
    issues = json.loads(done.stdout)["issues"]["issues"]
    assert not [i for i in issues if i["code"] not in ONLY_OWNER], issues
    assert done.returncode == 0


def test_csv_has_the_owners_columns_first_and_the_estimates_as_they_are(run, tmp_path):
    out = tmp_path / "out"
    told = export(run, Wanted("csv", out, estimators=("bayes", "bayes_smooth"), n_draws=8))
    frame = pd.read_csv(out / "trials.csv")
    own = people()
    pd.testing.assert_frame_equal(frame[own.columns.tolist()], own, check_dtype=False)
    assert list(frame.columns[: len(own.columns)]) == list(own.columns)
    for name, end in (("bayes", "causal"), ("bayes_smooth", "smoothed")):
        table = read_table(run / f"estimates/{name}/human.parquet")
        for column in ("alpha", "beta"):
            np.testing.assert_array_equal(frame[f"{column}_{end}"], table[column])
            np.testing.assert_array_equal(frame[f"{column}_{end}_sd"], table[f"{column}_sd"])
    p = read_table(run / "estimates/bayes/human.parquet")["p_action_0"]
    np.testing.assert_array_equal(frame["p_choice_causal"], np.where(own["action"] == 0, p, 1 - p))
    assert "p_choice_smoothed" not in frame
    columns = json.loads((out / "trials.json").read_text())["Columns"]
    assert list(columns) == list(frame.columns)
    assert columns["alpha_causal"]["Given"] == "causal"
    assert columns["group"]["Levels"] == {"old": "old", "young": "young"}
    assert columns["prediction_error_smoothed"]["Units"] == "reward"
    assert any("not joint" in line for line in told)


def test_the_network_is_chosen_and_drawn_from_where_it_is_there(run, tmp_path):
    told = export(run, Wanted("csv", tmp_path / "out", n_draws=8))
    assert told[0].endswith("trnn (causal), bayes_smooth (smoothed).")
    assert any("joint over the parameters of a trial" in line for line in told)
    network = read_table(run / "estimates/trnn/human.parquet")
    np.testing.assert_array_equal(
        pd.read_csv(tmp_path / "out/trials.csv")["alpha_causal"], network["alpha"]
    )


def test_bids_joins_the_regressors_to_the_owners_onsets(run, tmp_path):
    events = own_events(tmp_path)
    out = tmp_path / "out"
    wanted = Wanted("bids", out, events=events, onset="start", duration="0.5", n_draws=8)
    export(run, wanted)
    csv_out = tmp_path / "csv"
    export(run, Wanted("csv", csv_out, n_draws=8))
    flat = pd.read_csv(csv_out / "trials.csv", dtype=str)
    frame = pd.read_csv(events)
    for subject in ("p-0", "p-1", "p-2"):
        stem = f"sub-{subject.replace('-', '')}"
        rows = cells(out / f"{stem}/beh/{stem}_task-{NAME}_events.tsv")
        own, same = frame[frame["subject"] == subject], flat[flat["subject"] == subject]
        assert [float(row["onset"]) for row in rows] == own["start"].tolist()
        assert {row["duration"] for row in rows} == {"0.5"}
        assert {row["stimulus"] for row in rows} == {"a, b"}
        for name in ("alpha_causal", "chosen_value_causal_sd", "prediction_error_smoothed"):
            got = [float(row[name]) for row in rows]
            np.testing.assert_array_equal(got, same[name].astype(float))
    sidecar = json.loads((out / f"task-{NAME}_events.json").read_text())
    assert set(rows[0]) <= set(sidecar)
    assert sidecar["beta_smoothed"]["Given"] == "smoothed"
    assert sidecar["beta_smoothed"]["Units"] == "1/value"
    assert "estimated inverse temperature" in sidecar["beta_smoothed"]["Description"]
    assert sidecar["onset"]["Units"] == "s"
    assert [r["participant_id"] for r in cells(out / "participants.tsv")] == [
        *("sub-p0", "sub-p1", "sub-p2")
    ]
    validate(out)


def test_runs_are_files_of_their_own_whose_onsets_start_anew(run, tmp_path):
    def anew(frame):
        frame["start"] = 2.5 * frame["trial"].astype(float)
        return frame

    events = own_events(tmp_path, anew)
    with pytest.raises(DataError, match=r"column 'start', line \d+: '2\.5'.*--run NAME"):
        export(run, Wanted("bids", tmp_path / "no", events=events, onset="start", n_draws=4))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["own.csv"]
    out = tmp_path / "out"
    export(run, Wanted("bids", out, events=events, onset="start", run="scan", n_draws=4))
    files = sorted(p.name for p in (out / "sub-p0/beh").iterdir())
    assert files == [f"sub-p0_task-{NAME}_run-{k}_events.tsv" for k in (1, 2)]
    assert len(list((out / "sub-p1/beh").iterdir())) == 1
    assert cells(out / "sub-p0/beh" / files[1])[0]["duration"] == "n/a"
    validate(out)


def test_bids_without_onsets_is_behaviour_and_has_the_groups(run, tmp_path):
    out = tmp_path / "out"
    export(run, Wanted("bids", out, n_draws=4, authors=("A", "B")))
    rows = cells(out / f"sub-p1/beh/sub-p1_task-{NAME}_beh.tsv")
    assert len(rows) == 7 and "onset" not in rows[0] and rows[0]["action"] in "01"
    assert [row["group"] for row in cells(out / "participants.tsv")] == ["old", "young", "young"]
    assert json.loads((out / "dataset_description.json").read_text())["Authors"] == ["A", "B"]
    validate(out)


def test_a_table_of_estimate_keeps_missed_trials_as_rows_without_values(estimated, tmp_path):
    out = tmp_path / "out"
    export(estimated, Wanted("bids", out, n_draws=8))
    rows = cells(out / "sub-p0/beh/sub-p0_task-my_beh.tsv")
    whole = pd.read_parquet(estimated)
    own = whole[whole["participant"] == "p0"]
    assert len(rows) == len(own)
    missed = (own["row_status"] == "no choice").tolist()
    assert [row["alpha_causal"] == "n/a" for row in rows] == missed and any(missed)
    used = own[~own["row_status"].eq("no choice")]
    got = [float(row["alpha_causal"]) for row in rows if row["alpha_causal"] != "n/a"]
    np.testing.assert_array_equal(got, used["alpha"])
    reward = [float(row["reward_code"]) for row in rows if row["reward_code"] != "n/a"]
    assert reward == used["feedback"].map({"win": 1.0, "loss": 0.0}).tolist()
    assert [row["choice"] for row in rows] == own["choice"].tolist()
    error = [float(r["prediction_error_causal"]) for r in rows if r["reward_code"] != "n/a"]
    value = [float(r["chosen_value_causal"]) for r in rows if r["reward_code"] != "n/a"]
    np.testing.assert_allclose(np.array(error) + value, reward, atol=1e-12)
    validate(out)


def test_what_is_no_table_of_estimate_is_refused(estimated, run, tmp_path):
    with pytest.raises(ConfigError, match=r"got a '\.csv' file.*--out NAME\.parquet"):
        export(estimated.with_suffix(".csv"), Wanted("csv", tmp_path / "o"))
    with pytest.raises(TableError, match="no table of `trnn estimate` of this version"):
        export(run / "human/trials.parquet", Wanted("csv", tmp_path / "o"))
    with pytest.raises(ConfigError, match=r"--population: .* is one table"):
        export(estimated, Wanted("csv", tmp_path / "o", population="human"))
    assert not list(tmp_path.iterdir())


def test_r_reads_the_csv(run, tmp_path):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    export(run, Wanted("csv", tmp_path / "out", n_draws=4))
    code = f"d <- read.csv('{tmp_path}/out/trials.csv'); cat(nrow(d), class(d$alpha_causal))"
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{len(people())} numeric"


def test_arviz_summarises_the_draws(run, tmp_path):
    az = pytest.importorskip("arviz", reason="arviz is not installed")
    xr = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    export(run, Wanted("arviz", tmp_path / "out", n_draws=400))
    for file, table, kind in (
        ("trnn.nc", "trnn", "joint_within_trial"),
        ("bayes_smooth.nc", "bayes_smooth", "marginal"),
    ):
        tree = xr.open_datatree(tmp_path / "out" / file, engine="h5netcdf").load()
        posterior = tree["posterior"].to_dataset()
        assert posterior["alpha"].dims == ("chain", "draw", "subject", "trial")
        assert tree.attrs["draws"] == kind and tree.attrs["chains_meaning"]
        known = read_table(run / f"estimates/{table}/human.parquet")
        known = known[known["subject"] == "p-2"]
        for name, width in (("alpha", 1), ("beta", 10)):
            drawn = posterior[name].sel(subject="p-2")
            off = (drawn.mean(("chain", "draw")).to_numpy() - known[name]) / width
            assert np.abs(off).max() < 0.02
            off = (drawn.std(("chain", "draw")).to_numpy() - known[f"{name}_sd"]) / width
            assert np.abs(off).max() < 0.02
        assert posterior["alpha"].sel(subject="p-1")[..., 7:].isnull().all()
        summary = az.summary(az.from_netcdf(tmp_path / "out" / file), var_names=["alpha"])
        assert len(summary) == 3 * 14
        means = posterior["alpha"].mean(("chain", "draw")).to_numpy().ravel()
        found = pd.to_numeric(summary["mean"]).to_numpy()
        np.testing.assert_allclose(found, means, atol=0.011)
        assert (tree["observed_data"]["action"].sel(subject="p-0") >= 0).all()


def test_arviz_that_is_absent_is_named(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "xarray", None)
    monkeypatch.setitem(sys.modules, "h5netcdf", None)
    result = CliRunner().invoke(
        app, ["export", str(run), "--to", "arviz", "--out", str(tmp_path / "o")]
    )
    assert "pip install 'trnn[arviz]'" in str(result.exception)
    assert not list(tmp_path.iterdir())


def spoilt(**cell):
    """A change of the fourth line's cells."""

    def change(frame):
        for name, value in cell.items():
            frame.loc[2, name] = value
        return frame

    return change


@pytest.mark.parametrize(
    ("change", "more", "message"),
    [
        (spoilt(start=""), {}, r"own\.csv: column 'start', line 4: ''.*finite number \(--onset\)"),
        (spoilt(action=7), {}, r"column 'action', line 4: '7'.*other choices"),
        (spoilt(subject="x"), {}, r"line \d+: block 1 of subject 'p-2' has 6 rows; expected 7"),
        (spoilt(trial=9), {}, r"column 'trial', line 7.*no later than that of the row before"),
        (spoilt(stimulus="a\tb"), {}, r"column 'stimulus', line 4: the cell holds a tab"),
        (lambda f: f.assign(subject="x"), {}, r"column 'subject': no row of 3 of the 3 subjects"),
        (None, {"duration": "long"}, r"--duration long: expected a column"),
        (None, {"run": "stimulus"}, r"column 'stimulus', line 2: 'a, b'.*\(--run\)"),
        (None, {"onset": "no"}, r"--onset no: .*own\.csv has no such column"),
    ],
)
def test_events_that_do_not_fit_are_refused_and_nothing_is_left(
    run, tmp_path, change, more, message
):
    events = own_events(tmp_path, change)
    wanted = {"onset": "start", "events": events, "n_draws": 4, **more}
    with pytest.raises((DataError, ConfigError), match=message):
        export(run, Wanted("bids", tmp_path / "out", **wanted))
    assert [p.name for p in tmp_path.iterdir()] == ["own.csv"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"to": "bids", "onset": "start"}, r"no such column.*--events my\.csv"),
        ({"to": "bids", "run": "scan"}, r"--run: given without onsets"),
        ({"to": "csv", "onset": "start"}, r"only events of BIDS"),
        ({"to": "csv", "population": "test"}, r"--population test: .*\['human'\]"),
        ({"to": "csv", "estimators": ("drnn",)}, r"--estimator drnn: .*it has \['mle', 'bayes'"),
        ({"to": "csv", "estimators": ("mle", "bayes_smooth")}, r"both smoothed"),
        ({"to": "arviz", "events": Path("x.csv")}, r"holds none of the owner's columns"),
    ],
)
def test_what_cannot_be_is_refused(run, tmp_path, wanted, message):
    with pytest.raises(ConfigError, match=message):
        export(run, Wanted(out=tmp_path / "out", n_draws=4, **wanted))
    assert not list(tmp_path.iterdir())


def test_what_is_there_is_not_replaced(run, tmp_path):
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(ConfigError, match="is there already"):
        export(run, Wanted("csv", tmp_path, n_draws=4))
    assert (tmp_path / "kept").read_text() == "mine"


def test_folders_that_are_none_or_altered_are_refused(tiny_experiments, tmp_path, monkeypatch):
    folder = write_run(tmp_path / "run", tiny_experiments["artificial"])
    for place, message in (
        (tmp_path / "run", r"holds no estimates.*\['mine'\]"),
        (tmp_path / "nothing", "no such folder"),
    ):
        with pytest.raises(ConfigError, match=message):
            export(place, Wanted("csv", tmp_path / "out"))
    monkeypatch.setattr("trnn.workflow.records.PATIENCE_SECONDS", 0.0)
    path = folder / "estimates/bayes/human.parquet"
    frame = path.read_bytes()
    path.write_bytes((folder / "estimates/bayes_smooth/human.parquet").read_bytes())
    with pytest.raises(AlteredFileError, match="not the file that was made"):
        export(folder, Wanted("csv", tmp_path / "out"))
    path.write_bytes(frame)
    record(tmp_path / "run", {"params": {}, "inputs": {}})
    with pytest.raises(TableError, match="cannot be told which model"):
        export(folder, Wanted("csv", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_names_that_would_be_one_label_are_refused():
    assert labels(["sub-01", "a_b"], "sub", "t") == {"sub-01": "01", "a_b": "ab"}
    for names, message in ((["a-1", "A1"], "would both be sub-A1"), (["é"], "no letter")):
        with pytest.raises(DataError, match=message):
            labels(names, "sub", "t")


def test_the_command_writes_and_tells_and_help_imports_none_of_it(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["export", str(run), "--to", "csv", "--draws", "4"])
    assert result.exit_code == 0, result.output
    assert f"Written: {NAME}_csv" in result.output and (tmp_path / f"{NAME}_csv").is_dir()
    code = "import trnn.cli, sys; print('trnn.export.export' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
