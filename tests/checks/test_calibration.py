"""Calibration of posteriors whose coverage is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.checks.calibration_made import agents, calibration_table, uniform
from trnn.checks.calibration.calibration_stage import calibration_stage
from trnn.checks.calibration.calibration_table import CALIBRATION
from trnn.checks.calibration.coverage import rank_weights
from trnn.config.dynamics import Range, Stationary, Switching
from trnn.config.experiment import Experiment
from trnn.errors import NumericalError, TableError
from trnn.tables.parquet import Provenance, check_frame, read_table, write_table
from trnn.theory.quantiles import PROBABILITIES, quantile_names


def _of(table, **values):
    for column, value in values.items():
        table = table[table[column] == value]
    return table


@pytest.fixture(scope="module")
def trials():
    frames = [agents(150, 200, 0.02, 3, "switching"), agents(150, 200, 0.0, 4, "stationary")]
    return pd.concat(frames, ignore_index=True)


def test_an_exact_posterior_has_nominal_coverage_and_flat_ranks(trials):
    table = calibration_table(trials, {"bayes": uniform(trials["alpha"].to_numpy(), 0.3, 5)})
    check_frame(table, CALIBRATION, "test")
    # Trials are independent here, so that every share has a binomial standard error.
    z = table["deviation"] / np.sqrt(table["nominal"] * (1 - table["nominal"]) / table["n_trials"])
    # Agents count alike although not all have as many trials after a change.
    assert np.abs(z).max() < 4.5 and z.std() < 1.5
    tenths = _of(table, by="tenth", measure="coverage_90")
    assert len(tenths) == 20 and tenths["met"].all()
    assert (tenths["ci_low"] <= tenths["share"]).all()
    assert (tenths["share"] <= tenths["ci_high"]).all()


@pytest.mark.parametrize("scale, below", [(0.5, True), (1.5, False)])
def test_posteriors_of_the_wrong_width_cover_what_normal_tails_say(trials, scale, below):
    """A normal posterior whose SD is `scale` times the right one covers 2 Phi(z scale) - 1."""
    rng = np.random.default_rng(7)
    truth = trials["alpha"].to_numpy()
    centre = truth + 0.1 * rng.standard_normal(len(truth))
    quantiles = centre[:, None] + 0.1 * scale * stats.norm.ppf(PROBABILITIES)
    table = calibration_table(trials, {"trnn": quantiles})
    for measure, p in (("coverage_50", 0.75), ("coverage_90", 0.95)):
        expected = 2 * stats.norm.cdf(scale * stats.norm.ppf(p)) - 1
        found = _of(table, by="session", measure=measure, dynamics="stationary")
        assert found["share"].item() == pytest.approx(expected, abs=0.01)
    edges = np.concatenate([[-np.inf], scale * stats.norm.ppf(PROBABILITIES), [np.inf]])
    ranks = _of(table, measure="rank", dynamics="stationary")
    np.testing.assert_allclose(ranks["share"], np.diff(stats.norm.cdf(edges)), atol=0.01)
    assert ranks["share"].sum() == pytest.approx(1)
    judged = _of(table, by="tenth", measure="coverage_90")
    assert not judged["met"].any() and ((judged["deviation"] < 0) == below).all()


def test_shares_are_means_of_agents_and_differences_are_paired(trials):
    truth = trials["alpha"].to_numpy()
    worse = uniform(truth, 0.3, 5) + 0.05
    table = calibration_table(trials, {"bayes": uniform(truth, 0.3, 5), "trnn": worse})
    inside = {"trnn": (worse[:, 0] <= truth) & (truth <= worse[:, 4])}
    exact = uniform(truth, 0.3, 5)
    inside["bayes"] = (exact[:, 0] <= truth) & (truth <= exact[:, 4])
    # By a plain loop: the 20 trials from each change on, a change inside them starting anew.
    rows = {"trnn": [], "bayes": []}
    for _, own in trials[trials["dynamics"] == "switching"].groupby("subject"):
        values, since, kept = own["alpha"].to_numpy(), None, []
        for t in range(len(values)):
            if t and values[t] != values[t - 1]:
                since = t
            kept.append(since is not None and t - since < 20)
        if any(kept):
            for name, list_ in rows.items():
                list_.append(inside[name][own.index[kept]].mean())
    by = _of(table, by="just_changed", measure="coverage_90").set_index("estimator")
    assert set(by["dynamics"]) == {"switching"}
    for name, values in rows.items():
        assert by.loc[name, "share"] == pytest.approx(np.mean(values))
        assert by.loc[name, "n"] == len(values)
    difference = np.array(rows["trnn"]) - np.array(rows["bayes"])
    assert by.loc["trnn", "difference"] == pytest.approx(difference.mean())
    half = stats.sem(difference) * 1.96
    assert by.loc["trnn", "difference_ci_high"] == pytest.approx(
        difference.mean() + half, abs=0.3 * half
    )
    assert by.loc["trnn", "reference"] == "bayes" and by["reference"].isna()["bayes"]
    assert np.isnan(by.loc["bayes", "difference"])


def test_smoothers_alone_have_trials_before_a_change(trials):
    exact = uniform(trials["alpha"].to_numpy(), 0.3, 5)
    table = calibration_table(trials, {"trnn": exact, "bayes_smooth": exact, "trnn_smooth": exact})
    assert set(_of(table, by="before_change")["estimator"]) == {"bayes_smooth", "trnn_smooth"}
    assert set(_of(table, by="before_change")["dynamics"]) == {"switching"}
    smooth = _of(table, estimator="trnn_smooth")
    assert (smooth["reference"] == "bayes_smooth").all() and (smooth["difference"] == 0).all()
    # Its reference is not there.
    assert _of(table, estimator="trnn")["reference"].isna().all()


def test_a_value_equal_to_quantiles_is_divided_between_the_parts():
    quantiles = np.array([[0.1, 0.2, 0.3, 1.0, 1.0], [0.1, 0.2, 0.3, 0.4, 0.5], [1, 1, 1, 1, 1.0]])
    weights = rank_weights(np.array([1.0, 0.35, 1.0]), quantiles)
    np.testing.assert_allclose(
        weights, [[0, 0, 0, 1 / 3, 1 / 3, 1 / 3], [0, 0, 0, 1, 0, 0], np.full(6, 1 / 6)]
    )


EXPERIMENT = Experiment.model_construct(
    name="made",
    parameters={"alpha": Range(low=0, high=1)},
    dynamics={
        "switching": Switching(kind="switching", hazard=0.02),
        "stationary": Stationary(kind="stationary"),
    },
)


def _write(frame, path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    return path


def _estimates(trials, quantiles):
    keys = trials[["subject", "block", "trial"]].copy()
    return keys.assign(**dict(zip(quantile_names("alpha"), quantiles.T, strict=True)))


def _run(tmp_path, trials, estimates):
    paths = {name: _write(frame, tmp_path / f"{name}.parquet") for name, frame in estimates.items()}
    output = tmp_path / "calibration.parquet"
    calibration_stage(
        _write(trials, tmp_path / "trials.parquet"),
        paths,
        output,
        EXPERIMENT,
        1,
        50,
        Provenance({}, 1, "synthetic"),
    )
    return read_table(output, CALIBRATION)


def test_the_stage_writes_what_the_rows_say_and_leaves_out_points(tmp_path, trials):
    exact = uniform(trials["alpha"].to_numpy(), 0.3, 5)
    points = trials[["subject", "block", "trial", "alpha"]]
    got = _run(tmp_path, trials, {"filter": points, "bayes": _estimates(trials, exact)})
    expected = calibration_table(trials, {"bayes": exact}, n=50)
    assert got["reference"].isna().all() and expected["reference"].isna().all()
    beside = [table.drop(columns="reference").convert_dtypes() for table in (got, expected)]
    pd.testing.assert_frame_equal(*beside)
    none = _run(tmp_path, trials, {"filter": points})
    assert none.empty


def test_estimates_of_other_trials_and_impossible_quantiles_are_refused(tmp_path, trials):
    exact = uniform(trials["alpha"].to_numpy(), 0.3, 5)
    table = _estimates(trials, exact)
    with pytest.raises(TableError, match=r"bayes.parquet: row 0 has .* other trials"):
        _run(tmp_path, trials, {"bayes": table.iloc[::-1].reset_index(drop=True)})
    for spoilt in (np.nan, 99.0):
        wrong = table.copy()
        wrong.loc[203, "alpha_q25"] = spoilt
        with pytest.raises(NumericalError, match=r"'bayes', subject 'switching-0001' .* trial 3"):
            _run(tmp_path, trials, {"bayes": wrong})


def test_one_agent_has_no_interval_and_the_table_is_written(tmp_path):
    trials = agents(1, 30, 0.1, 2, "switching")
    got = _run(tmp_path, trials, {"trnn": _estimates(trials, uniform(trials["alpha"], 0.3, 5))})
    assert len(got) and got["ci_low"].isna().all() and (got["n"] == 1).all()


def test_the_numbers_depend_on_no_order(tmp_path, trials):
    """The same agents' rows give the same intervals whatever other estimators there are."""
    exact = uniform(trials["alpha"].to_numpy(), 0.3, 5)
    alone = calibration_table(trials, {"trnn": exact})
    both = calibration_table(trials, {"bayes": exact, "trnn": exact})
    columns = ["share", "ci_low", "ci_high"]
    np.testing.assert_array_equal(alone[columns], _of(both, estimator="trnn")[columns])


def test_a_table_without_rows_can_be_written(tmp_path):
    empty = calibration_table(agents(1, 5, 0, 1, "stationary"), {})
    write_table(empty, tmp_path / "empty.parquet", CALIBRATION, Provenance({}, 1))
