"""Experiments of one's own: people of a third data set, and agents of a model of one's own."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from benchmarks.checkout import checkout
from tests.workflow.runs import RESULTS, TINY, run, snakemake
from trnn.estimators.recurrent.weights_io import load
from trnn.tables.parquet import read_metadata

pytestmark = pytest.mark.workflow

# What `trnn new` writes is for a study; here it is run on small settings.
OVERRIDES = {
    "ours": {
        "estimators": {
            "trnn": {"training": {"window": 30}},
            "drnn": {"members": 1, "n_epochs": 2, "epochs_per_check": 1, "window": 30},
            "variants": {"trnn_smooth": {"network": {"posterior": {"units": 8}}}},
        },
    },
}
OVERRIDES["ours"]["estimators"]["variants"]["trnn_smooth"]["training"] = {"n_steps": 60}
# Of a model that is no part of the package: a file beside this one, its path relative to it. It
# states no ranges, which are the model's own.
MODEL = "models/two_rates.py:TwoRates"
CALLED = f"config/experiments/{MODEL}"  # from the working folder
THEORY = Path(__file__).parents[1] / "theory"
RATES = ("alpha_up", "alpha_down", "forgetting")
THEIRS = {
    "name": "theirs",
    "description": "a model of their own",
    "model": MODEL,
    "task": {
        **{"kind": "bernoulli", "n_blocks": 3, "trials_per_block": 30},
        **{"arm_probabilities": [[0.2, 0.8], [0.8, 0.2]], "schedule": "independent"},
    },
    "dynamics": {
        "stationary": {"kind": "stationary"},
        "switching": {"kind": "switching", "hazard": 0.02},
        "walk": {
            "kind": "random_walk",
            "parameters": {
                name: {
                    "scale": "log" if name == "beta" else "logit",
                    **{"start_mean": 0, "start_sd": 1, "step_sd": 0.1},
                }
                for name in (*RATES, "beta")
            },
        },
    },
    "train": {"dynamics": "switching", "n_agents": 40, "n_validation": 10},
    "test": {"dynamics": ["stationary", "switching"], "n_agents": 4, "recovery_trials": [25, 50]},
    "estimators": {
        "mle": {"n_candidates": 32, "n_starts": 3},
        "filter": {"dynamics": "walk", "n_particles": 200},
        "bayes": {"dynamics": "switching", "n_particles": 200},
        "trnn": {
            "network": {"reference_values": {rate: [0.1, 0.4] for rate in RATES}},
            "training": {"n_steps": 60, "optimizer": "muon", "schedule": "linear"},
        },
    },
}


def people() -> pd.DataFrame:
    """Return four people of each of two groups, who mostly choose the better arm.

    The table is another's: choices are words, some are missed, and a ninth person has pressed a key
    that there is not.
    """
    rng = np.random.default_rng(1)
    rows = []
    for person in range(8):
        for block in range(3):
            means = rng.permutation([0.2, 0.8])
            better = int(means.argmax())
            actions = np.where(rng.random(30) < 2 / 3, better, 1 - better)
            rows += [
                {
                    "participant": f"p{person}",
                    "diagnosis": "Old" if person % 2 else "Young",
                    "block": block + 1,
                    "trial": trial + 1,
                    "response": "" if trial == person else ("left", "right")[action],
                    "outcome": "" if trial == person else int(rng.random() < means[action]),
                    "p_left": means[0],
                    "p_right": means[1],
                }
                for trial, action in enumerate(actions)
            ]
    return pd.DataFrame([*rows, {**rows[0], "participant": "p8", "response": "up", "outcome": 1}])


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """The results of all, made in one run in which nothing else was chosen."""
    folder = checkout(tmp_path_factory.mktemp("own") / "checkout")
    (folder / "config/experiments/models").mkdir()
    shutil.copy(THEORY / "two_rates.py", folder / "config/experiments/models")
    path = folder / "config/experiments/theirs.yaml"
    path.write_text(yaml.safe_dump(THEIRS))
    people().to_csv(folder / "my table.csv", index=False, sep="\t")
    new = run(folder, "trnn.cli", "new", "ours", "--data", "my table.csv", "--model", "q_learning")
    assert new.returncode == 0 and "p8: column 'response', line 722: 'up'" in new.stdout, new.stderr
    (folder / "small.yaml").write_text(yaml.safe_dump({"overrides": OVERRIDES}))
    chosen = ["--config", "experiments=[ours,theirs]", "data_source=real"]
    result = snakemake(folder, "--cores", "2", *TINY, "small.yaml", *chosen)
    assert result.returncode == 0, (result.stdout + result.stderr)[-5000:]
    return folder / RESULTS


def test_nothing_speaks_of_another_study(results):
    for name in ("summary.md", "report.html"):
        text = (results / name).read_text()
        assert "ours" in text and "theirs" in text
        assert "Ger et al" not in text and "original study" not in text, name
    assert not list(results.glob("replication*"))


def test_no_test_of_agents_of_ones_own_belongs_to_a_finding(results, tiny):
    for kind in ("recovery", "statistics"):
        own = pd.read_parquet(results / f"theirs/{kind}.parquet")
        assert len(own) and own["finding"].isna().all()
    of_the_study = pd.read_parquet(tiny / RESULTS / "artificial/recovery.parquet")
    assert set(of_the_study["finding"]) == {"6"}


def test_an_experiment_of_any_name_has_its_figures(results):
    for name, least in (("theirs", 8), ("ours", 12)):
        figures = sorted((results / "figures" / name).glob("*.png"))
        assert len(figures) >= least, [path.stem for path in figures]


def test_agents_have_the_figures_of_an_experiment_of_the_project(results, tiny):
    made = {path.stem for path in (tiny / RESULTS / "figures/artificial").glob("*.png")}
    own = {path.stem for path in (results / "figures/ours").glob("*.png")}
    assert own >= made - {"variants"}


def test_people_of_a_third_data_set_reach_every_table(results):
    trials = pd.read_parquet(results / "ours/human/trials.parquet")
    assert trials["group"].drop_duplicates().tolist() == ["old", "young"]
    # Eight people, three blocks, a missed trial in each.
    assert len(trials) == 8 * 3 * 30 and set(trials["mu_0"]) == {0.2, 0.8}
    missed = trials[trials["action"] == -1]
    assert missed.groupby(["subject", "block"]).size().eq(1).all() and len(missed) == 8 * 3
    assert missed["reward"].isna().all()
    metrics = pd.read_parquet(results / "ours/metrics.parquet")
    mine = metrics[metrics["population"] == "human"]
    assert set(mine["estimator"]) >= {"mle", "bayes", "trnn", "drnn"}
    assert mine.groupby("estimator")["subject"].nunique().eq(8).all()
    for kind in ("statistics", "misspecification", "predictive", "nonstationarity"):
        assert len(pd.read_parquet(results / f"ours/{kind}.parquet"))


def test_who_was_left_out_is_named_and_what_was_used_is_kept(results):
    own = (results / "ours/summary.md").read_text()
    assert "Left out of the people: 1" in own and "'response', line 722: 'up'" in own
    kept = json.loads((results.parents[1] / "config/datasets/ours.first_use.json").read_text())
    assert kept["sha256"] == read_metadata(results / "ours/human/trials.parquet")["content_sha256"]


def test_a_model_of_ones_own_reaches_every_table_and_figure(results):
    metrics = pd.read_parquet(results / "theirs/metrics.parquet")
    assert set(metrics["estimator"]) >= {"mle", "filter", "bayes", "bayes_smooth", "trnn"}
    for name in (*RATES, "beta"):
        errors = metrics.loc[metrics["estimator"] != "oracle", f"mse_{name}"]
        assert np.isfinite(errors).all() and (errors > 0).all(), name
    for kind in ("calibration", "optimality", "identifiability", "nonstationarity", "convergence"):
        assert len(pd.read_parquet(results / f"theirs/{kind}.parquet")), kind
    # Parameters that the settings leave out lie in the ranges that the model states.
    agents = pd.read_parquet(results / "theirs/synthetic/test.parquet")
    assert 0.3 < agents["forgetting"].max() <= 0.5
    assert "rate of better" in (results / "theirs/summary.md").read_text()


def test_the_models_file_belongs_to_the_provenance_of_all_that_is_made_of_it(results):
    """And no file of the run says where on this machine it lay."""
    file = CALLED.partition(":")[0]
    makes = set()
    for path in (results / "provenance").rglob("*.json"):
        text = path.read_text()
        job = json.loads(text)["job"]
        if f"{file}" in job["code"]:
            makes.add(job["rule"])
        assert str(results.parents[1]) not in text, path
    assert {"simulate", "train", "infer", "fit_mle", "figures_theirs", "summary", "report"} <= makes
    checkpoint = load(results / "theirs/checkpoints/trnn/seed0.pt")
    assert checkpoint["experiment"]["model"] == CALLED
    assert checkpoint["own_model"]["name"] == "two_rates"
    kept = results / "workflow/models/theirs/two_rates.py"
    assert kept.read_text() == (THEORY / "two_rates.py").read_text()
    text = (results / "theirs/summary.md").read_text()
    assert f"model: TwoRates, of the file {file}; " in text


def test_a_changed_equation_makes_all_that_is_made_of_it_stale_and_a_comment_does_not(results):
    folder = results.parents[1]
    path = folder / CALLED.partition(":")[0]
    text = path.read_text()
    options = ["--config", "config/tiny.yaml", "--config", "small.yaml"]
    options += ["--set", "experiments=[ours,theirs]", "--set", "data_source=real"]
    try:
        path.write_text(f"# A comment.\n{text}")
        said = run(folder, "trnn.cli", "verify", RESULTS, *options)
        assert "synthetic" not in said.stdout, said.stdout
        path.write_text(text.replace("1.0 - forgetting", "1.0 - 0.5 * forgetting"))
        said = run(folder, "trnn.cli", "verify", RESULTS, *options)
    finally:
        path.write_text(text)
    stale = [line.split()[1].rstrip(":") for line in said.stdout.splitlines() if "stale" in line]
    of_it = {file.name for file in (results / "theirs/synthetic").iterdir()}
    assert {f"theirs/synthetic/{name}" for name in of_it} <= set(stale)
    assert "theirs/checkpoints/trnn/seed0.pt" in stale and "report.html" in stale
    assert not [file for file in stale if file.startswith("ours/")]


def test_what_does_not_apply_is_named_with_its_reason(results):
    own = (results / "ours/summary.md").read_text()
    for line in (
        "perseveration by group: not computed, the model has no κ",
        "priors compared on the people: not computed, `prior_grid` is null",
        "theories compared on the people: not computed, `theories` is null",
    ):
        assert line in own, line
