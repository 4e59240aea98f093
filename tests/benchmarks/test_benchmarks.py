"""The benchmarks run, agree with their references, and fill the document; on tiny problems."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import counts, document, full_run
from benchmarks.architectures import with_network
from benchmarks.derive import fit_exponent
from benchmarks.schema import MEASUREMENTS
from tests.conftest import ROOT
from trnn.estimators.trnn.checkpoint import new_network
from trnn.tables.parquet import read_table

DOCUMENT = ROOT / "docs/performance.md"


def test_everything_runs_on_tiny_problems_and_fills_the_document(tmp_path):
    table, text = tmp_path / "benchmarks.parquet", tmp_path / "performance.md"
    shutil.copy(DOCUMENT, text)
    outputs = ["--table", str(table), "--document", str(text)]
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks", *outputs],
        cwd=ROOT,
        env={**os.environ, "BENCH_SIZES": "tiny"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    frame = read_table(table, MEASUREMENTS)
    stages = {"simulate", "mle", "filter", "bayes", "train_trnn", "infer_trnn", "train_drnn"}
    for kind in ("project", "plain", "scaling"):
        assert stages | {"prepare"} <= set(frame.loc[frame["kind"] == kind, "stage"])
    compared = frame[frame["difference"].notna()]
    assert stages | {"prepare"} <= set(compared["stage"])
    filled = text.read_text()
    assert "16 agents × 40 trials" in filled
    assert filled.count("not measured") == 4  # what needs a full run, or runs the workflow


def test_the_document_has_every_section():
    text = DOCUMENT.read_text()
    for section in ("machine", "targets", "speed", "scaling", "limits", "workflow", "run"):
        assert document.fill(text, section, "x").count("x\n<!-- end") == 1
    with pytest.raises(ValueError, match="begin: weather"):
        document.fill(text, "weather", "x")


def test_an_exponent_is_the_slope_on_logarithms():
    sizes = np.array([1.0, 2, 4, 8])
    assert fit_exponent(sizes, 3 * sizes**1.5) == pytest.approx((1.5, 0.0), abs=1e-7)


def test_the_products_of_a_network_are_two_operations_a_weight(experiments):
    experiment = with_network(experiments["dezfouli"], "trnn_published")
    settings = experiment.estimators.trnn.network
    weights = new_network(experiment, 0, 0).state_dict()
    n_weights = sum(w.numel() for name, w in weights.items() if "weight" in name)
    bins = [head.units for head in settings.heads.values()]
    need = counts.trnn_forward_trial(4, settings.hidden_units, settings.action_units, bins)
    assert need.operations == 2 * n_weights


def write_job(folder, name, seconds, cpu, memory, ended):
    path = folder / "benchmarks" / f"{name}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"s\tmax_rss\tcpu_time\n{seconds}\t{memory}\t{cpu}\n")
    os.utime(path, (ended, ended))


def test_the_jobs_of_a_run_are_summed_by_rule(tmp_path):
    write_job(tmp_path, "train/a", 10, 9, 500, ended=1010)
    write_job(tmp_path, "train/b", 30, 28, 700, ended=1030)
    write_job(tmp_path, "infer/a", 5, 4, "-", ended=2000)
    jobs = full_run.read_jobs(tmp_path)
    # From 1000 to 1030, then nothing for 965 s, then 5 s.
    assert full_run.elapsed(jobs) == (35.0, 1)
    train = full_run.by_rule(jobs).iloc[0]
    assert train[["rule", "jobs", "seconds", "longest", "peak_mb"]].tolist() == [
        "train",
        2,
        40.0,
        30.0,
        700.0,
    ]
    assert full_run.fresh_network(tmp_path, jobs) is None
    with pytest.raises(FileNotFoundError, match="no file"):
        full_run.read_jobs(tmp_path / "elsewhere")
