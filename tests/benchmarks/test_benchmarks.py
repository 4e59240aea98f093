"""The benchmarks run, agree with their references, and fill the document; on tiny problems."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import counts, document, full_run
from benchmarks.architectures import with_network
from benchmarks.derive import STAGES, fit_exponent
from benchmarks.plain.network import PlainTrnn
from benchmarks.schema import MEASUREMENTS
from benchmarks.targets import Target
from tests.conftest import ROOT
from trnn.estimators.trnn.checkpoint import new_network
from trnn.tables.parquet import read_table

DOCUMENT = ROOT / "docs/performance.md"
LAWS = ("switching", "walk")


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
    filters = {f"{wanted}_{law}" for wanted in ("evidence", "posterior") for law in LAWS}
    compared = {"simulate", "mle", "train_published", "infer_trnn", "train_drnn", "prepare"}
    assert set(STAGES) == filters | compared | {"train_default"}
    kinds = {kind: set(rows["stage"]) for kind, rows in frame.groupby("kind")}
    assert kinds["project"] == set(STAGES)
    assert kinds["plain"] == filters | compared
    unscaled = {"evidence_switching", "evidence_walk", "train_published"}
    assert kinds["scaling"] == set(STAGES) - unscaled
    assert set(frame.loc[frame["difference"].notna(), "stage"]) == filters | compared
    filled = text.read_text()
    assert "16 agents × 40 trials" in filled
    assert filled.count("not measured") == 6  # what needs a full run, or runs the workflow


def test_the_document_has_every_section():
    text = DOCUMENT.read_text()
    for section in ("machine", "targets", "stages", "workflow", "run"):
        assert document.fill(text, section, "x").count("x\n<!-- end") == 1
    with pytest.raises(ValueError, match="begin: weather"):
        document.fill(text, "weather", "x")


def test_an_exponent_is_the_slope_on_logarithms():
    sizes = np.array([1.0, 2, 4, 8])
    assert fit_exponent(sizes, 3 * sizes**1.5) == pytest.approx((1.5, 0.0), abs=1e-7)


def test_a_target_is_a_bound_from_below_or_from_above():
    assert Target("", 40, "%", 41, at_least=True).met and not Target("", 40, "%", 41).met
    assert Target("", 3, "s", 3).met and not Target("", 3, "s", 2, at_least=True).met
    assert Target("", 3, "s", float("nan")).met is None


def test_the_products_of_a_network_are_those_that_torch_does(experiments):
    experiment = with_network(experiments["dezfouli"], "trnn_published")
    plain = PlainTrnn(experiment, new_network(experiment, 0, 0).state_dict())
    grus = (plain.recurrent, plain.action_recurrent)
    n_inputs = plain.recurrent.input_size
    with FlopCounterMode(display=False) as counter:
        states = [torch.zeros(1, 1, gru.hidden_size, requires_grad=True) for gru in grus]
        logit, bins, values, _ = plain(torch.zeros(7, n_inputs), states)
        forward = counter.get_total_flops()
        (logit.sum() + sum(b.sum() for b in bins) + values.sum()).backward()
    assert 7 * counts.forward_trial(plain) == forward
    # What the second GRU reads includes the inputs: torch goes back to them, though nobody asks.
    needless = 2 * 3 * plain.action_recurrent.hidden_size * n_inputs
    assert 7 * (counts.training_trial(plain) + needless) == counter.get_total_flops()


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
        700.0 * 1.048576,
    ]
    assert np.isnan(full_run.seconds_to_score(tmp_path, jobs))
    with pytest.raises(FileNotFoundError, match="no file"):
        full_run.read_jobs(tmp_path / "elsewhere")


def test_a_score_is_reached_at_the_end_of_an_epoch(tmp_path):
    history = tmp_path / "artificial/training/trnn/seed0.parquet"
    history.parent.mkdir(parents=True)
    epochs = {"validation_score": [-1.0, -1.5, -1.7], "seconds": [10.0, 20.0, 30.0]}
    pd.DataFrame(epochs).to_parquet(history)
    # Of the 70 s by the clock 10 come before the first epoch, and half are the processor's.
    write_job(tmp_path, "train/artificial_trnn_seed0", 70, 35, 500, ended=1000)
    jobs = full_run.read_jobs(tmp_path)
    assert full_run.seconds_to_score(tmp_path, jobs, 1.5) == (10 + 10 + 20) / 2
    assert full_run.seconds_to_score(tmp_path, jobs, 1.8) == np.inf
