"""Reversal learning and walking arms, from YAML alone: simulated, trained, filtered, scored."""

import numpy as np
import pytest

from tests.conftest import ROOT, untaught
from trnn.config.load import load_experiments, load_run, read_yaml
from trnn.config.merge import merge
from trnn.estimators.baselines import estimate_references
from trnn.estimators.filter.filter_stage import estimate_filter
from trnn.estimators.mle.mle_stage import fit_mle
from trnn.estimators.trnn.infer import Noise
from trnn.estimators.trnn.inference_stage import infer_stage
from trnn.estimators.trnn.training_stage import train_stage
from trnn.scores.metrics import Scored, metrics_stage
from trnn.tables.parquet import Provenance, read_table
from trnn.theory.simulation_stage import simulate_stage
from trnn.trials.read import read_trials
from trnn.workflow.doubts import doubts
from trnn.workflow.feasible import check_run

PROVENANCE = Provenance(settings={}, seed=1)
NAMES = ("reversal", "walking_arms")
SMALL = {
    "task": {"n_blocks": 2, "trials_per_block": 50},
    "train": {"n_agents": 12, "n_validation": 4},
    "test": {"dynamics": ["switching"], "n_agents": 3, "recovery_trials": []},
    "estimators": {
        "trnn": {"training": {"n_steps": 8, "steps_per_epoch": 4, "lanes": 4}},
        "bayes": {"smoother": {"n_particles": 50, "chains": 2, "burn_in": 1, "sweeps": 2}},
    },
}


@pytest.fixture(scope="module")
def settings():
    raw = merge(read_yaml(ROOT / "config/config.yaml"), read_yaml(ROOT / "config/tiny.yaml"))
    small = {"all": merge(raw["overrides"]["all"], SMALL)}
    run = load_run({**raw, "experiments": list(NAMES), "overrides": small})
    return run, load_experiments(run, ROOT / "config/experiments")


def test_nothing_is_doubtful_about_the_examples():
    raw = {**read_yaml(ROOT / "config/config.yaml"), "experiments": list(NAMES)}
    run = load_run(raw)
    experiments = load_experiments(run, ROOT / "config/experiments")
    check_run(run, experiments, {})
    assert doubts(run, experiments) == {name: [] for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_task_runs_from_its_settings_to_its_metrics(name, settings, tmp_path):
    experiment = untaught(settings[1][name])
    at = {split: tmp_path / f"{split}.parquet" for split in ("train", "validation", "test")}
    for split, path in at.items():
        simulate_stage(experiment, split, path, 1, PROVENANCE)
    sequences = read_trials(at["test"])
    assert sequences.fresh.sum() == 3  # once a session, of two blocks
    frame = read_table(at["test"])
    moves = frame.groupby(["subject", "block"])["arm_mean_0"].nunique()
    assert (moves > 1).all()
    made = {kind: tmp_path / f"{kind}.parquet" for kind in ("bayes", "bayes_smooth", "trnn", "mle")}
    outputs = {kind: made[kind] for kind in ("bayes", "bayes_smooth")}
    evidence = tmp_path / "evidence.parquet"
    estimate_filter(at["test"], outputs, evidence, experiment, "bayes", "test", 1, PROVENANCE)
    fits = tmp_path / "fits.parquet"
    fit_mle(at["test"], fits, experiment, "test", 1, PROVENANCE)
    estimate_references(at["test"], fits, {"mle": made["mle"]}, experiment, PROVENANCE)
    checkpoint, history = tmp_path / "seed0.pt", tmp_path / "history.parquet"
    own = (experiment, 1, 0, 1, "cpu", PROVENANCE)
    train_stage(at["train"], at["validation"], checkpoint, history, *own)
    noise = Noise(20, 1, (name, "trnn", "test"))
    infer_stage([checkpoint], at["test"], made["trnn"], experiment, "first", noise, 1, PROVENANCE)
    scored = tmp_path / "metrics.parquet"
    metrics_stage({"test": Scored(at["test"], made)}, scored, experiment, PROVENANCE)
    metrics = read_table(scored).set_index("estimator")
    assert set(metrics.index) == set(made)
    for parameter in experiment.parameters:
        assert np.isfinite(metrics[f"mse_{parameter}"]).all()
    # Who knows how the agents' parameters move, and the task, predicts better than a coin.
    assert metrics.loc["bayes", "bce"].mean() < np.log(2)
