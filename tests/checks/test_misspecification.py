"""How like the simulations a session is, against plain counts and independent computations."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.checks.people_made import fake_features
from trnn.checks.misspecification.distance import SHRINKAGE, reference, tail_p
from trnn.checks.misspecification.features import features_of, session_features
from trnn.checks.misspecification.judge import judge, measure, yardstick
from trnn.checks.misspecification.misspecification_stage import misspecification_stage
from trnn.checks.misspecification.misspecification_table import (
    MISSPECIFICATION,
    MISSPECIFICATION_FEATURES,
)
from trnn.checks.misspecification.surprise import surprise
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import TableError
from trnn.figures import misspecification as figure
from trnn.figures.about import About
from trnn.report.text.people import misspecification_sections
from trnn.tables.parquet import Provenance, check_frame, read_table


def sessions(lengths_of, seed=0, binary=True) -> pd.DataFrame:
    """Return random sessions of subjects with the given lengths of blocks."""
    rng = np.random.default_rng(seed)
    parts = []
    for i, lengths in enumerate(lengths_of):
        block = np.repeat(np.arange(len(lengths)), lengths)
        trial = np.concatenate([np.arange(n) for n in lengths])
        frame = pd.DataFrame({"subject": f"s{i}", "block": block, "trial": trial})
        frame["action"] = rng.integers(0, 2, len(frame))
        frame["reward"] = (
            rng.integers(0, 2, len(frame)) * 1.0 if binary else rng.normal(0, 5, len(frame))
        )
        frame["chosen_mean"] = rng.integers(-5, 5, len(frame)) * 1.0
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def counted(frame: pd.DataFrame, binary: bool) -> dict:
    """Count a subject's features trial by trial."""
    level = 0.0 if binary else frame["reward"].median()
    stays = {True: [], False: []}
    runs, run, lengths = [], 0, []
    for _, block in frame.groupby("block"):
        lengths.append(len(block))
        before = None
        for row in block.itertuples():
            if before is not None:
                stays[before.reward > level].append(before.action == row.action)
            run = run + 1 if before is not None and before.action == row.action else 1
            runs.append(run)
            before = row
    every = stays[True] + stays[False]
    return {
        "n_trials": len(frame),
        "miss_rate": 0.0,
        "block_mean": np.mean(lengths),
        "block_sd": np.std(lengths),
        "block_min": min(lengths),
        "block_max": max(lengths),
        "reward_sd": np.sqrt(np.mean((frame["reward"] - frame["chosen_mean"]) ** 2)),
        "reward_mean": frame["reward"].mean(),
        "switch_rate": 1 - np.mean(every),
        "longest_run": max(runs),
        "share_action_0": (frame["action"] == 0).mean(),
        "stay_after_win": np.mean(stays[True]),
        "stay_after_loss": np.mean(stays[False]),
    }


@pytest.mark.parametrize("binary", [True, False])
def test_features_are_those_that_are_counted_by_hand(binary):
    frame = sessions([[7, 12, 5], [30], [4, 4, 9, 11]], binary=binary)
    table = session_features(frame, binary)
    named = {f.name for f in features_of(binary, misses=True) if f.kind != "prediction"}
    assert set(table.columns) == named
    for subject, own in frame.groupby("subject"):
        expected = counted(own, binary)
        for name in named:
            assert table.loc[subject, name] == pytest.approx(expected[name]), (subject, name)


def test_a_rate_without_trials_is_missing():
    frame = sessions([[6, 6]]).assign(reward=0.0)
    table = session_features(frame, binary=True)
    assert np.isnan(table["stay_after_win"].iloc[0])
    assert np.isfinite(table["stay_after_loss"].iloc[0])


def test_excess_surprise_is_standard_normal_where_choices_follow_the_predictions():
    rng = np.random.default_rng(1)
    n, t = 2000, 200
    p = rng.uniform(0.02, 0.98, (n, t))
    frame = pd.DataFrame({"subject": np.repeat([f"s{i:04d}" for i in range(n)], t)})
    frame["p_action_0"] = p.ravel()
    frame["action"] = (rng.random((n, t)) >= p).ravel().astype(int)
    excess = surprise(frame)["excess"]
    assert stats.kstest(excess, "norm").pvalue > 0.001
    # Predictions that are too sure of themselves are met with more surprise than they expect.
    logit = np.log(p / (1 - p))
    frame["p_action_0"] = (1 / (1 + np.exp(-2 * logit))).ravel()
    assert surprise(frame)["excess"].median() > 3


def test_surprise_of_three_trials():
    frame = pd.DataFrame({"subject": "a", "action": [0, 1, 1], "p_action_0": [0.9, 0.5, 0.8]})
    taken = -np.log([0.9, 0.5, 0.2])
    entropy, variance = [], []
    for p in (0.9, 0.5, 0.8):
        outcomes = -np.log([p, 1 - p])
        entropy.append(np.dot([p, 1 - p], outcomes))
        variance.append(np.dot([p, 1 - p], outcomes**2) - entropy[-1] ** 2)
    row = surprise(frame).loc["a"]
    assert row["bce"] == pytest.approx(taken.mean())
    assert row["excess"] == pytest.approx((taken - entropy).sum() / np.sqrt(sum(variance)))


def test_scores_are_normal_quantiles_of_ranks_and_go_on_beyond_the_ends():
    agents = np.arange(1.0, 100.0)[:, None]  # median 50, ends 1 and 99
    own = reference(agents)
    end = stats.norm.ppf(1 - 0.5 / 99)
    values = np.array([[50.0], [99.0], [148.0], [-48.0], [20.0], [np.nan]])
    got = own.scores(values)[:, 0]
    np.testing.assert_allclose(got[[0, 1]], [0, end], atol=1e-12)
    # As far again beyond the end as the end is from the median.
    np.testing.assert_allclose(got[[2, 3]], [2 * end, -2 * end])
    assert got[4] == pytest.approx(stats.norm.ppf(19.5 / 99))
    assert np.isnan(got[5])
    np.testing.assert_allclose(own.percentiles(values)[:4, 0], [50, 98.5 / 0.99, 100, 0])
    assert own.beyond(values)[:, 0].tolist() == [False, False, True, True, False, False]


def test_ties_count_half_and_what_never_varies_is_left_out():
    agents = np.column_stack([[0.0, 0, 0, 1], np.full(4, 7.0)])
    own = reference(agents)
    assert own.percentiles(np.array([[0.0, 7.0]]))[0].tolist() == [37.5, 50.0]
    assert own.varies.tolist() == [True, False]
    assert np.isnan(own.scores(np.array([[0.0, 9.0]]))[0, 1])
    assert own.beyond(np.array([[0.0, 9.0]]))[0].tolist() == [False, True]
    assert np.isnan(reference(np.full((3, 1), 2.0)).distances(np.array([[2.0]])))[0]


def test_distances_are_those_of_mahalanobis():
    rng = np.random.default_rng(3)
    agents = rng.normal(size=(500, 3)) @ np.array([[1, 0.8, 0], [0, 0.6, 0], [0, 0, 1.0]])
    own = reference(agents)
    z = own.scores(agents)
    shrunk = (1 - SHRINKAGE) * np.corrcoef(z.T) + SHRINKAGE * np.eye(3)
    values = rng.normal(size=(4, 3))
    scores = own.scores(values)
    expected = [np.sqrt(s @ np.linalg.solve(shrunk, s)) for s in scores]
    np.testing.assert_allclose(own.distances(values), expected)


def test_p_counts_the_agents_that_are_as_far_out():
    agents = np.array([1.0, 2, 3, 3, np.nan])
    p = tail_p(np.array([0.0, 3.0, 3.5, np.nan]), agents)
    np.testing.assert_allclose(p, [1.0, 3 / 5, 1 / 5, np.nan])


def made_yardstick(seed=0, n=2000):
    rng = np.random.default_rng(seed)
    wanted = features_of(binary=True)
    names = [f.name for f in wanted]

    def draw(rows):
        # Skewed, tied and correlated: nothing that a normal distribution would fit.
        shared = rng.normal(size=(rows, 1))
        values = np.exp(shared + rng.normal(size=(rows, len(names))))
        values[:, 0] = np.rint(values[:, 0])
        index = pd.Index([f"s{i:05d}" for i in range(rows)], name="subject")
        return pd.DataFrame(values, columns=names, index=index)

    scale = yardstick(wanted, draw(1000), draw(999), draw(999))
    return scale, draw(n)


def test_agents_of_the_same_dynamics_are_flagged_at_the_nominal_rate():
    scale, own = made_yardstick()
    out = judge(own, measure(own, scale), scale, np.zeros(len(own), dtype=bool))
    for kind in ("session", "choices", "prediction"):
        # With 999 agents a p of at most 0.01 has probability 0.01 on average over agents, and
        # one set of agents moves the rate by sqrt(0.01 / 999), another sample by as much.
        assert abs(out[f"outside_{kind}"].mean() - 0.01) < 4 * np.sqrt(0.01 / 999 + 0.01 / 2000)
    flags = out[[f"outside_{k}" for k in ("session", "choices", "prediction")]]
    assert (out["outside"] == flags.any(axis=1)).all()


def test_one_who_is_far_out_is_flagged_with_the_feature_and_the_reason():
    scale, own = made_yardstick(n=5)
    own = own.copy()
    own.loc["s00003", "longest_run"] = 1e6
    out = judge(own, measure(own, scale), scale, np.zeros(5, dtype=bool)).loc["s00003"]
    assert out["outside_choices"] and out["furthest"] == "longest_run"
    assert out["reason"] == "longest run of one choice 1000000, higher than any agent's"
    assert out["n_beyond"] >= 1
    assert out["p_choices"] == pytest.approx(1 / 1000)


def test_an_agent_is_left_out_of_its_own_comparison():
    wanted = features_of(binary=True)
    rng = np.random.default_rng(2)
    names = [f.name for f in wanted]
    agents = pd.DataFrame(rng.normal(size=(50, len(names))), columns=names)
    agents.index = pd.Index([f"s{i}" for i in range(50)], name="subject")
    scale = yardstick(wanted, agents, agents, agents)
    out = judge(agents, measure(agents, scale), scale, np.ones(50, dtype=bool))
    size = agents["excess_trnn"].abs().to_numpy()
    others = [(np.delete(size, i) >= size[i]).sum() for i in range(50)]
    np.testing.assert_allclose(out["p_prediction"], (1 + np.array(others)) / 50)


@pytest.fixture()
def stage(tmp_path, tiny_experiments):
    """Return a function that runs the stage on random sessions, and its two tables."""

    def run(dynamics="switching", experiment="gershman"):
        binary = experiment == "dezfouli"
        trials, estimates = {}, {}
        sizes = {"human": 6, "train": 40, "validation": 20, "test": 8}
        for seed, (name, n) in enumerate(sizes.items()):
            frame = sessions([[5, 8, 9]] * n, seed, binary).drop(columns="chosen_mean")
            number = frame["subject"].str[1:].astype(int)
            frame["subject"] = name + frame["subject"]
            frame["group"] = np.where(number % 2 == 0, "healthy", "bipolar") if binary else None
            frame["dynamics"] = np.where(number % 2 == 0, "switching", "stationary")
            means = ("mu_0", "mu_1") if name == "human" else ("arm_mean_0", "arm_mean_1")
            for column in means:
                frame[column] = 1.0
            trials[name] = tmp_path / f"{name}.parquet"
            frame.to_parquet(trials[name])
            if name in ("human", "test"):
                for estimator in ("trnn", "bayes"):
                    path = tmp_path / f"{estimator}_{name}.parquet"
                    keys = frame[["subject", "block", "trial"]]
                    keys.assign(p_action_0=np.linspace(0.1, 0.9, len(keys))).to_parquet(path)
                    estimates[f"{estimator}_{name}"] = path
        outputs = tmp_path / "misspecification.parquet", tmp_path / "features.parquet"
        settings = from_view(view(tiny_experiments[experiment], "people_checks"))
        misspecification_stage(trials, estimates, *outputs, settings, dynamics, Provenance({}, 1))
        return tuple(read_table(path) for path in outputs)

    return run


@pytest.mark.parametrize("experiment", ["gershman", "dezfouli"])
def test_the_stage_writes_people_and_test_agents(stage, experiment):
    judged, features = stage(experiment=experiment)
    check_frame(judged, MISSPECIFICATION, "misspecification")
    check_frame(features, MISSPECIFICATION_FEATURES, "features")
    assert judged["population"].value_counts().to_dict() == {"test": 8, "human": 6}
    wanted = features_of(binary=experiment == "dezfouli")
    assert len(features) == 14 * len(wanted)
    first = features[features["subject"] == features["subject"].iloc[0]]
    assert first["feature"].tolist() == [f.name for f in wanted]
    # Among the 4 switching agents p is a multiple of 1/4, of all others one of 1/5.
    quarter = judged["dynamics"] == "switching"
    assert np.allclose((4 * judged.loc[quarter, "p_prediction"]) % 1, 0)
    assert np.allclose((5 * judged.loc[~quarter, "p_prediction"] + 1e-9) % 1, 0, atol=1e-6)
    # Blocks are all of the same lengths here, of agents and people alike.
    assert features.loc[features["feature"] == "block_max", "score"].isna().all()
    text = "\n".join(misspecification_sections(judged, " (stand-ins)"))
    assert "## Like the simulations? (stand-ins)" in text and "switching agents" in text


def test_no_agent_of_the_dynamics_is_an_error(stage):
    with pytest.raises(TableError, match=r"no agent has dynamics 'walking'.*switching"):
        stage(dynamics="walking")


def test_the_summary_counts_who_is_outside():
    table = pd.DataFrame(
        {
            "population": ["human"] * 4 + ["test"] * 2,
            "subject": list("pqrstu"),
            "group": ["a", "a", "b", "b", None, None],
            "dynamics": [None] * 4 + ["switching"] * 2,
            "outside_session": [True, False, False, False, False, False],
            "outside_choices": [True, True, False, False, False, True],
            "outside_prediction": False,
            "outside": [True, True, False, False, False, True],
            "furthest": ["n_trials", "n_trials", "x", "x", "x", "x"],
            "reason": ["many", "many", "x", "x", "x", "x"],
        }
    )
    text = "\n".join(misspecification_sections(table))
    assert "2 of 4 are outside" in text
    assert "- `n_trials`: 2; for example many" in text
    assert "reporting half" not in text
    half = "\n".join(misspecification_sections(table, reporting=("q", "r")))
    assert re.search(r"people, reporting half +\| 2 ", half)
    assert misspecification_sections(None) == []


def test_the_figure_names_the_features_beside_their_own_points():
    features = fake_features(("a", "b"), 5, binary=True)
    far = features["feature"] == "longest_run"
    features.loc[far, "score"] = 9.0
    axes = figure.draw({"misspecification_features": features}, About({}, {}))[0].axes[0]
    label = {tick.label1.get_text(): tick.get_loc() for tick in axes.yaxis.get_major_ticks()}[
        "longest run of one choice"
    ]
    points = np.concatenate([c.get_offsets() for c in axes.collections if c.get_gid() == "point"])
    at = points[points[:, 0] == 9.0, 1]
    assert len(at) == 10 and (np.abs(at - label) < 0.5).all()
