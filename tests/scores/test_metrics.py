"""Metrics against numbers worked out by hand and against a plain loop over trials."""

import math
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tests.scores.frames import agents, by_hand, dezfouli_people, jittered
from trnn.config.dynamics import Range
from trnn.errors import NumericalError, TableError
from trnn.estimators.estimates_table import estimates as estimates_schema
from trnn.scores.metric_groups import groups_of
from trnn.scores.metrics import Scored, metrics_stage, subject_metrics
from trnn.scores.metrics_table import metrics as metrics_schema
from trnn.tables.parquet import Provenance, read_metadata, read_table, write_table
from trnn.theory.agents_table import synthetic_trials
from trnn.theory.models import get_model
from trnn.trials.halves import halves

Q_LEARNING = get_model("q_learning")
PERSEVERATION = get_model("q_learning_perseveration")
NAMES = ("alpha", "beta", "kappa")
RANGES = {
    "alpha": Range(low=0, high=1),
    "beta": Range(low=0, high=10),
    "kappa": Range(low=-0.5, high=0.5),
}


def test_metrics_by_hand():
    trials = by_hand([("a", 0, [0, 1]), ("b", 0, [1, 0, 1])])
    estimates = trials[["subject", "block", "trial"]].assign(
        # Half but for rounding is a tie.
        p_action_0=[0.8, 0.6, 0.5 - 2e-16, 0.25, 0.25],
        alpha=0.5,
        beta=1.0,
    )
    got = subject_metrics(trials, estimates, Q_LEARNING, "mle", RANGES).set_index("subject")
    a = -(math.log(0.8) + math.log(0.4)) / 2
    b = -(math.log(0.5) + math.log(0.25) + math.log(0.75)) / 3
    np.testing.assert_allclose(got["bce"], [a, b], rtol=1e-14)
    np.testing.assert_allclose(got["pseudo_r2"], [1 - a / math.log(2), 1 - b / math.log(2)])
    np.testing.assert_allclose(
        got["normalized_likelihood"], [(0.8 * 0.4) ** 0.5, (0.5 * 0.25 * 0.75) ** (1 / 3)]
    )
    # b: a tie counts half, a wrong one nothing, a right one one.
    np.testing.assert_allclose(got["accuracy"], [0.5, (0.5 + 0 + 1) / 3])
    assert got["n_trials"].tolist() == [2, 3]
    assert got[["mse_alpha", "mse_beta"]].isna().all(axis=None)
    assert (got["bce_theory"] == got["bce"]).all()


def test_squared_errors_are_over_trials_and_beta_in_0_to_10_is_divided_by_ten():
    trials = by_hand([("a", 0, [0, 1]), ("b", 0, [1])], alpha=[0.1, 0.3, 0.5], beta=[2.0, 4.0, 5.0])
    estimates = trials[["subject", "block", "trial"]].assign(
        p_action_0=0.5, alpha=[0.2, 0.6, 0.5], beta=[3.0, 4.0, 8.0]
    )
    got = subject_metrics(trials, estimates, Q_LEARNING, "mle", RANGES).set_index("subject")
    np.testing.assert_allclose(got["mse_alpha"], [(0.01 + 0.09) / 2, 0.0], atol=1e-15)
    np.testing.assert_allclose(got["mse_beta"], [(0.01 + 0.0) / 2, 0.09])
    narrow = {**RANGES, "beta": Range(low=0, high=4)}
    got = subject_metrics(trials, estimates, Q_LEARNING, "mle", narrow)
    np.testing.assert_allclose(got["mse_beta"], [(1.0 + 0.0) / 2, 9.0])


def test_tails_are_exact():
    # 1 - 1e-17 is 1 in floating point; log1p keeps what log(1 - p) would lose.
    trials = by_hand([("a", 0, [1, 0])])
    estimates = trials[["subject", "block", "trial"]].assign(p_action_0=[1e-17, 1e-300])
    got = subject_metrics(trials, estimates, Q_LEARNING, "drnn", RANGES)
    assert got["bce"].item() == pytest.approx(300 * math.log(10) / 2, rel=1e-14)


@pytest.mark.parametrize(("p", "action"), [(1.0, 1), (0.0, 0), (math.nan, 0)])
def test_a_certain_prediction_that_failed_names_subject_and_trial(p, action):
    trials = by_hand([("a", 0, [0, 0]), ("b", 3, [0, action])])
    estimates = trials[["subject", "block", "trial"]].assign(p_action_0=[0.5, 0.5, 0.5, p])
    with pytest.raises(NumericalError, match="'trnn' gave subject 'b' at block 3, trial 1"):
        subject_metrics(trials, estimates, Q_LEARNING, "trnn", RANGES)


def test_bce_theory_of_a_network_is_the_model_run_forward():
    trials = dezfouli_people(per_group=1, n_blocks=2, length=15)
    estimates = jittered(trials, NAMES)
    got = subject_metrics(trials, estimates, PERSEVERATION, "trnn", RANGES)
    merged = trials.assign(**{name: estimates[name] for name in NAMES})
    expected = [_plain_loop(part) for _, part in merged.groupby("subject", sort=False)]
    np.testing.assert_allclose(got["bce_theory"], expected, rtol=1e-12)
    assert (got["bce_theory"] != got["bce"]).all()
    variant = subject_metrics(trials, estimates, PERSEVERATION, "trnn_unlinked", RANGES)
    np.testing.assert_array_equal(variant["bce_theory"], got["bce_theory"])
    without = subject_metrics(
        trials, estimates.drop(columns=list(NAMES)), PERSEVERATION, "drnn", RANGES
    )
    assert without["bce_theory"].isna().all()


def _plain_loop(trials: pd.DataFrame) -> float:
    total = 0.0
    q, last = [0.0, 0.0], None
    for row in trials.itertuples():
        if row.trial == 0:
            q, last = [0.0, 0.0], None
        value = list(q)
        if last is not None:
            value[last] += row.kappa
        x = row.beta * (value[0] - value[1])
        total += math.log1p(math.exp(-x if row.action == 0 else x))
        q[row.action] += row.alpha * (row.reward - q[row.action])
        last = row.action
    return total / len(trials)


def test_the_stage_writes_both_populations_with_one_schema(tmp_path):
    provenance = Provenance({}, 1, "synthetic")
    people, synthetic = dezfouli_people(), agents()
    experiment = SimpleNamespace(
        dynamics={}, model="q_learning_perseveration", parameters=RANGES
    )  # fmt: skip
    scored = {}
    for population, trials in (("test", synthetic), ("human", people)):
        trial_path = tmp_path / f"{population}.parquet"
        if population == "test":
            write_table(trials, trial_path, synthetic_trials(experiment.model), provenance)
        else:
            trials.to_parquet(trial_path)
        paths = {}
        for i, name in enumerate(("mle", "trnn")):
            paths[name] = tmp_path / f"{population}_{name}.parquet"
            frame = jittered(trials, NAMES, seed=i)
            write_table(
                frame, paths[name], estimates_schema(PERSEVERATION.unit_of, False), provenance
            )
        scored[population] = Scored(trial_path, paths)
    output = tmp_path / "metrics.parquet"
    metrics_stage(scored, output, experiment, provenance)
    assert read_metadata(output)["table"] == "metrics"
    table = read_table(output, metrics_schema(PERSEVERATION.unit_of))
    assert table["population"].drop_duplicates().tolist() == ["test", "human"]
    for population, trials in (("test", synthetic), ("human", people)):
        got = table[table["population"] == population]
        assert len(got) == 2 * trials["subject"].nunique()
        known = population == "test"
        assert got["mse_kappa"].notna().all() == known
        assert got["dynamics"].notna().all() == known
        assert got["group"].notna().all() != known
    assert table["half"].isna().all()
    # Twice the same bytes.
    first = output.read_bytes()
    metrics_stage(scored, output, experiment, provenance)
    assert output.read_bytes() == first
    # Half of the people chose settings: of every group, under every estimator.
    metrics_stage(scored, output, experiment, provenance, "dezfouli")
    table = read_table(output, metrics_schema(PERSEVERATION.unit_of))
    assert table.loc[table["population"] == "test", "half"].isna().all()
    own = table[table["population"] == "human"]
    half = halves(people, "dezfouli", 1)
    assert own["half"].tolist() == [half[subject] for subject in own["subject"]]
    assert (own.groupby(["estimator", "group", "half"]).size() == 2).all()
    names = [(population, group) for population, group, _ in groups_of(table)]
    assert names[0] == ("human", "reporting half") and names[1] == ("human", "all")
    reporting = next(part for _, group, part in groups_of(table) if group == "reporting half")
    assert set(reporting["half"]) == {"reporting"} and len(reporting) == len(own) / 2
    assert ("test", "all") in names and ("test", "reporting half") not in names


def test_estimates_of_other_trials_are_refused(tmp_path):
    trials = dezfouli_people(per_group=1)
    trials.to_parquet(tmp_path / "trials.parquet")
    experiment = SimpleNamespace(
        dynamics={}, model="q_learning_perseveration", parameters=RANGES
    )  # fmt: skip
    for spoil, words in (
        (lambda frame: frame.iloc[:-1], "269 rows"),
        (
            lambda frame: frame.assign(block=frame["block"] + (frame["trial"] == 3)),
            r"row 3 has \(subject, block, trial\) .* 1, 3\), but that .* 0, 3\)",
        ),
    ):
        path = tmp_path / "estimates.parquet"
        spoil(jittered(trials, NAMES)).to_parquet(path)
        with pytest.raises(TableError, match=words):
            metrics_stage(
                {"human": Scored(tmp_path / "trials.parquet", {"mle": path})},
                tmp_path / "out.parquet",
                experiment,
                Provenance({}, 1),
            )
    assert not (tmp_path / "out.parquet").exists()


def test_evaluation_loads_neither_networks_nor_plots():
    code = (
        "import sys, trnn.scores.metrics, trnn.scores.statistics_stage, "
        "ger2024.findings.findings_stage, trnn.report.text.summary; "
        "print(sorted({'torch', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
