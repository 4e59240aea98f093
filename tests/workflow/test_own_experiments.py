"""Experiments of one's own: agents alone, and people of a third data set, to report and summary."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from benchmarks.checkout import checkout
from tests.workflow.runs import RESULTS, TINY, snakemake

pytestmark = pytest.mark.workflow

SMALL = {
    "task": {"n_blocks": 3, "trials_per_block": 30},
    "test": {"recovery_trials": [25, 50]},
}
MINE = {
    **{"extends": "artificial", "name": "mine", "description": "agents of my own"},
    **SMALL,
    "estimators": {"variants": {"trnn_published": None, "trnn_smooth": None}},
}
OURS = {
    **SMALL,
    "extends": "artificial",
    "name": "ours",
    "description": "people of our own",
    "human": "ours",
    "estimators": {
        "drnn": {"members": 1, "n_epochs": 2, "epochs_per_check": 1, "window": 30},
        "variants": {"trnn_published": None},
    },
}
ROW = {
    "name": "ours",
    "columns": ["group", "mu_0", "mu_1"],
    "groups": ["young", "old"],
    "file_names": ["ours.csv"],
    "manual_folder": "data/manual/ours",
}


def people() -> pd.DataFrame:
    """Return four people of each of two groups, who mostly choose the better arm."""
    rng = np.random.default_rng(1)
    rows = []
    for person in range(8):
        for block in range(3):
            means = rng.permutation([0.2, 0.8])
            better = int(means.argmax())
            actions = np.where(rng.random(30) < 2 / 3, better, 1 - better)
            rows += [
                {
                    "subject": f"p{person}",
                    "group": "old" if person % 2 else "young",
                    "block": block + 1,
                    "trial": trial + 1,
                    "action": action,
                    "reward": int(rng.random() < means[action]),
                    "mu_0": means[0],
                    "mu_1": means[1],
                }
                for trial, action in enumerate(actions)
            ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """The results of both, made in one run in which nothing else was chosen."""
    folder = checkout(tmp_path_factory.mktemp("own") / "checkout")
    for settings in (MINE, OURS):
        path = folder / f"config/experiments/{settings['name']}.yaml"
        path.write_text(yaml.safe_dump(settings))
    registry = folder / "config/datasets.yaml"
    rows = yaml.safe_load(registry.read_text())
    registry.write_text(yaml.safe_dump({"datasets": [*rows["datasets"], ROW]}))
    by_hand = folder / "data/manual/ours"
    by_hand.mkdir(parents=True)
    people().to_csv(by_hand / "ours.csv", index=False)
    chosen = ["--config", "experiments=[mine,ours]", "data_source=real"]
    result = snakemake(folder, "--cores", "2", *TINY, *chosen)
    assert result.returncode == 0, (result.stdout + result.stderr)[-5000:]
    return folder / RESULTS


def test_nothing_speaks_of_another_study(results):
    for name in ("summary.md", "report.html"):
        text = (results / name).read_text()
        assert "mine" in text and "ours" in text
        assert "Ger et al" not in text and "original study" not in text, name
    assert not list(results.glob("replication*"))


def test_no_test_of_agents_of_ones_own_belongs_to_a_finding(results, tiny):
    for kind in ("recovery", "statistics"):
        own = pd.read_parquet(results / f"mine/{kind}.parquet")
        assert len(own) and own["finding"].isna().all()
    of_the_study = pd.read_parquet(tiny / RESULTS / "artificial/recovery.parquet")
    assert set(of_the_study["finding"]) == {"6"}


def test_an_experiment_of_any_name_has_its_figures(results):
    for name, least in (("mine", 9), ("ours", 12)):
        figures = sorted((results / "figures" / name).glob("*.png"))
        assert len(figures) >= least, [path.stem for path in figures]


def test_agents_have_the_figures_of_the_experiment_that_they_extend(results, tiny):
    made = {path.stem for path in (tiny / RESULTS / "figures/artificial").glob("*.png")}
    own = {path.stem for path in (results / "figures/mine").glob("*.png")}
    assert own == made - {"variants"}


def test_people_of_a_third_data_set_reach_every_table(results):
    trials = pd.read_parquet(results / "ours/human/trials.parquet")
    assert trials["group"].drop_duplicates().tolist() == ["young", "old"]
    metrics = pd.read_parquet(results / "ours/metrics.parquet")
    mine = metrics[metrics["population"] == "human"]
    assert set(mine["estimator"]) >= {"mle", "bayes", "trnn", "drnn"}
    assert mine.groupby("estimator")["subject"].nunique().eq(8).all()
    for kind in ("statistics", "misspecification", "predictive", "nonstationarity"):
        assert len(pd.read_parquet(results / f"ours/{kind}.parquet"))


def test_what_does_not_apply_is_named_with_its_reason(results):
    text = (results / "summary.md").read_text()
    own = text[text.index("## ours") :]
    for line in (
        "perseveration by group: not computed, the model has no κ",
        "priors compared on the people: not computed, `prior_grid` is null",
    ):
        assert line in own, line
