"""The map: cells, agents in them, rows, and what the summary and the figure say of it."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

import trnn.checks.identifiability.agents
from tests.checks.identifiability_made import fake_map
from trnn.checks.identifiability.agents import (
    InCells,
    agents_summaries,
    numbers_of_trials,
    summaries,
)
from trnn.checks.identifiability.cells import cells_of, root
from trnn.checks.identifiability.constant_stage import identifiability_stage
from trnn.checks.identifiability.exact_rows import exact_rows
from trnn.checks.identifiability.identifiability_table import identifiability
from trnn.checks.identifiability.moving_stage import moving_stage
from trnn.checks.identifiability.posterior import posterior
from trnn.checks.identifiability.rows import table_of
from trnn.checks.identifiability.while_moving import moving_rows
from trnn.config.dynamics import Range
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import TableError
from trnn.figures.identifiability import other_axis, source
from trnn.report.text.identifiability import identifiability_sections
from trnn.tables.parquet import Provenance, check_frame, read_table
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate
from trnn.trials.join import join_estimates
from trnn.trials.sequences import first_trials

RANGES = {"alpha": Range(low=0, high=1), "beta": Range(low=0, high=10)}
THREE = {"alpha": (0.0, 0.2), "beta": (0.0, 10.0), "kappa": (-1.0, 1.0)}
ORIGIN = Provenance({}, 1, "synthetic")


def small(experiments, name, **settings):
    """Return an experiment with small settings of its map."""
    experiment = experiments[name]
    own = experiment.identifiability.model_copy(update=settings)
    return experiment.model_copy(update={"identifiability": own})


def test_cells_fill_the_ranges_and_hold_their_own_values():
    assert [root(64, d) for d in (1, 2, 3)] == [64, 8, 4]
    assert [root(n, 3) for n in (1, 7, 8, 26, 27, 3375)] == [1, 1, 2, 2, 3, 15]
    cells = cells_of(RANGES, 16)
    low, high = cells.bounds()
    assert cells.n == 16 and np.prod(high - low, axis=1).sum() == pytest.approx(10)
    np.testing.assert_array_equal(cells.number_of((low + high) / 2), np.arange(16))
    assert cells.number_of(np.array([1.0, 10.0])) == 15  # the upper end belongs to the last cell


def test_agents_are_constant_and_in_their_own_cells(experiments):
    cells = cells_of(RANGES, 16)
    low, high = (np.repeat(end, 3, axis=0) for end in cells.bounds())
    task = experiments["artificial"].task
    agents = simulate(
        get_model("q_learning"), InCells(RANGES, low, high), task, 48, 1, ("x",), detail=False
    )
    values = agents.parameters
    np.testing.assert_array_equal(values, np.broadcast_to(values[:, :1], values.shape))
    np.testing.assert_array_equal(cells.number_of(values[:, 0]), np.repeat(np.arange(16), 3))


def test_numbers_of_trials_end_with_the_session(experiments):
    assert numbers_of_trials(small(experiments, "gershman", trials=[50, 200, 1000])) == [50, 200]
    assert numbers_of_trials(small(experiments, "dezfouli", trials=[9000, 10])) == [10, 1308]
    assert numbers_of_trials(small(experiments, "artificial", trials=[2000])) == [1000]


def test_what_is_kept_of_a_posterior_adds_up(experiments):
    experiment = experiments["artificial"]
    model, cells = get_model("q_learning"), cells_of(RANGES, 64)
    low, high = cells.bounds()
    agents = simulate(
        model, InCells(RANGES, low, high), experiment.task, 64, 1, ("y",), detail=False
    )
    truth = agents.parameters[:, 0]
    one = posterior(model, first_trials(agents.sequences, 1), RANGES, 30)
    # Of the prior, every cell holds as much, though the grid's slices lie across their edges.
    np.testing.assert_allclose(summaries(one, truth, cells).cell_mass, 1 / 64)
    seen = posterior(model, first_trials(agents.sequences, 80), RANGES, 30)
    found = summaries(seen, truth, cells)
    np.testing.assert_allclose(found.cell_mass.sum(axis=1), 1)
    np.testing.assert_allclose(found.cell_error.sum(axis=1), found.variance)
    np.testing.assert_allclose(found.squared_error, (seen.mean() - truth) ** 2)
    assert (found.conditional_variance <= found.variance + 1e-12).all()
    # By hand: the posterior's points, each in the cell that it lies in, of one agent.
    by_points = np.zeros(64)
    np.add.at(by_points, cells.number_of(seen.points()[0].reshape(-1, 2)), seen.weights[0].ravel())
    assert np.abs(by_points - found.cell_mass[0]).max() < 0.05
    w = seen.weights[0].ravel()
    covariance = np.cov(seen.points()[0].reshape(-1, 2).T, aweights=w, ddof=0)
    expected = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert np.tanh(found.fisher_z[0, 0, 1]) == pytest.approx(expected)


@pytest.fixture(scope="module")
def of_one(tiny_experiments):
    """The map of a task with one unknown: cells, summaries of 480 agents, rows."""
    experiment = small(
        tiny_experiments, "recovery_one", trials=[30], cells=6, agents_per_cell=80, points=40
    )
    cells, found = agents_summaries(experiment, seed=3)
    return cells, found, exact_rows(["alpha"], cells, found, 100, 3, "recovery_one")


def test_expected_and_simulated_errors_agree(of_one):
    """The posterior variance is what the squared error is on average: only of exact posteriors."""
    _, found, rows = of_one
    prior = 1 / 12
    for n, s in found.items():
        difference = (s.squared_error[:, 0] - s.variance[:, 0]) / prior
        error = difference.std(ddof=1) / np.sqrt(len(difference))
        assert abs(difference.mean()) < 3 * error
        own = [r for r in rows if r["kind"] == "cell" and r["n_trials"] == n]
        overall = next(r for r in rows if r["kind"] == "overall" and r["n_trials"] == n)
        assert overall["relative_error"] == pytest.approx(s.variance.mean() / prior)
        assert overall["simulated_error"] == pytest.approx(s.squared_error.mean() / prior)
        for c, row in enumerate(own):
            # 80 agents were drawn in the cell itself; the map's numbers are of all agents.
            part = s.squared_error[80 * c : 80 * (c + 1), 0] / prior
            assert abs(part.mean() - row["relative_error"]) < 4 * part.std() / np.sqrt(80)
            left = s.variance[80 * c : 80 * (c + 1), 0] / prior
            assert abs(left.mean() - row["relative_variance"]) < 4 * left.std() / np.sqrt(80)


def test_more_trials_leave_less_and_the_prior_is_wrong_by_one(of_one):
    _, _, rows = of_one
    first, second = (r for r in rows if r["kind"] == "overall")
    assert second["relative_error"] < first["relative_error"] < 1
    assert second["information"] > first["information"] > 0
    own = [r["prior_error"] for r in rows if r["kind"] == "cell" and r["n_trials"] == 30]
    assert np.mean(own) == pytest.approx(1)
    # (x - 1/2)^2 over [0, 1/6], relative to 1/12.
    assert own[0] == pytest.approx(12 * 6 * (0.5**3 - (1 / 3) ** 3) / 3)


def test_the_stage_writes_the_same_table_twice(tiny_experiments, tmp_path):
    # After 20, 60 and, the session's mean length, 240 trials.
    experiment = small(
        tiny_experiments, "dezfouli", trials=[20, 60], cells=8, agents_per_cell=1, points=125
    )
    viewed = from_view(view(experiment, "identifiability"))
    for name in ("a", "b"):
        identifiability_stage(viewed, tmp_path / f"{name}.parquet", 1, 50, ORIGIN)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    table = read_table(
        tmp_path / "a.parquet", identifiability(get_model("q_learning_perseveration").unit_of)
    )
    assert dict(table["kind"].value_counts()) == {"cell": 3 * 3 * 8, "overall": 9, "pair": 9}
    identifiability_stage(viewed, tmp_path / "c.parquet", 2, 50, ORIGIN)
    assert not read_table(tmp_path / "c.parquet").equals(table)


def moving_tables():
    """Return two switching agents of three trials and one stationary, and their estimates."""
    trials = pd.DataFrame(
        {
            "subject": ["a"] * 3 + ["b"] * 3 + ["c"],
            "dynamics": ["switching"] * 6 + ["stationary"],
            "block": 0,
            "trial": [0, 1, 2, 0, 1, 2, 0],
            "alpha": [0.1, 0.1, 0.9, 0.2, 0.2, 0.2, 0.5],
        }
    )
    estimates = trials[["subject", "block", "trial"]].assign(
        alpha=[0.4, 0.2, 0.5, 0.5, 0.3, 0.2, 0.0], alpha_sd=[0.3, 0.2, 0.1, 0.3, 0.2, 0.1, 9.0]
    )
    return trials, estimates


def test_moving_parameters_by_hand():
    joined = join_estimates(*moving_tables())
    cells = cells_of({"alpha": Range(low=0, high=1)}, 3)
    rows = moving_rows(["alpha"], cells, joined, "switching", "bayes", 50, 1, "x")
    overall, low, middle, high = rows
    errors = 12 * np.array([0.3, 0.1, 0.4, 0.3, 0.1, 0.0]) ** 2
    assert overall["relative_error"] == pytest.approx(errors.mean())
    assert overall["n"] == 2 and overall["n_trials"] == 3
    assert low["relative_error"] == pytest.approx(errors[[0, 1, 3, 4, 5]].mean())
    assert low["relative_variance"] == pytest.approx(12 * (0.09 + 0.04 + 0.09 + 0.04 + 0.01) / 5)
    assert (low["n"], middle["n"], high["n"]) == (2, 0, 1)
    assert np.isnan(middle["relative_error"])
    assert high["relative_error"] == pytest.approx(12 * 0.16)
    schema = identifiability({"alpha": "1"})
    check_frame(table_of(rows, ["alpha"], schema, cells), schema, "here")


def test_moving_needs_switching_agents_and_the_same_trials(experiments, tmp_path):
    trials, estimates = moving_tables()
    cells = cells_of({"alpha": Range(low=0, high=1)}, 3)
    joined = join_estimates(trials, estimates)
    with pytest.raises(TableError, match=r"dynamics 'walk'; there are.*Add it to test.dynamics"):
        moving_rows(["alpha"], cells, joined, "walk", "bayes", 5, 1, "x")
    trials.to_parquet(tmp_path / "trials.parquet")
    estimates.to_parquet(tmp_path / "estimates.parquet")
    estimates[::-1].to_parquet(tmp_path / "others.parquet")
    experiment = small(experiments, "recovery_one", cells=3)
    viewed = from_view(view(experiment, "identifiability_moving"))
    paths = (tmp_path / "trials.parquet", tmp_path / "estimates.parquet")
    out = tmp_path / "map.parquet"
    with pytest.raises(TableError, match="build them again"):
        moving_stage(
            viewed,
            paths[0],
            tmp_path / "others.parquet",
            "bayes",
            ["switching"],
            out,
            1,
            50,
            ORIGIN,
        )
    moving_stage(viewed, *paths, "bayes", ["switching"], out, 1, 50, ORIGIN)
    table = read_table(out, identifiability({"alpha": "1"}))
    assert list(table["kind"]) == ["overall", "cell", "cell", "cell"]
    assert table["alpha_high"].tolist() == pytest.approx([1, 1 / 3, 2 / 3, 1])
    # Dynamics are known by what they are handed in as, each apart.
    moving_stage(viewed, *paths, "bayes", ["switching", "stationary"], out, 1, 50, ORIGIN)
    both = read_table(out)
    assert both["dynamics"].tolist() == ["switching"] * 4 + ["stationary"] * 4
    pd.testing.assert_frame_equal(both[:4], table)


def test_the_summary_says_what_cannot_be_recovered_and_what_trades_off():
    table = fake_map(THREE, "stationary", (50, 200))
    text = "\n".join(identifiability_sections(table, fake_map(THREE, "switching", (1308,))))
    after = "after 200 trials its error is"
    assert f"α can be recovered: {after} 30.0 % [20.0 %, 40.0 %] of a guess's" in text
    assert f"β lies on the border of what counts as recovered: {after} 55.0 % [45.0 %" in text
    assert f"κ cannot be recovered**: {after} 80.0 % [70.0 %, 90.0 %] of that of a guess" in text
    assert "after 200 trials: learning rate α and perseveration κ (mean correlation -0.40" in text
    assert (
        "dynamics `switching`: the same relative error of `bayes`" in text
        and "(1,308 on average)" in text
    )
    assert "nan" not in text
    alone = fake_map({"alpha": (0, 1)}, "stationary", (50,))
    assert "trades off" not in "\n".join(identifiability_sections(alone, None))
    assert identifiability_sections(None, None) == []


def test_the_figure_averages_over_the_parameter_on_neither_axis():
    tables = {
        "identifiability": fake_map(THREE, "stationary", (50, 200)),
        "identifiability_moving": fake_map(THREE, "switching", (1308,)),
    }
    assert [other_axis(name, THREE) for name in THREE] == ["beta", "alpha", "beta"]
    drawn = source(tables, THREE)
    cells = tables["identifiability"]
    cells = cells[(cells["kind"] == "cell") & (cells["parameter"] == "kappa")]
    cells = cells[cells["n_trials"] == 200]
    here = (cells["beta_low"] == 0) & np.isclose(cells["kappa_low"], -1 / 3)
    assert here.sum() == 3  # the parts of alpha
    own = drawn[drawn["panel"] == "κ, 200 trials"]
    at = own[(own["x_low"] == 0) & np.isclose(own["y"], 0)]
    assert at["value"].item() == pytest.approx(cells.loc[here, "relative_variance"].mean())
    assert set(own["x_axis"]) == {"true β"} and len(own) == 9


def test_agents_do_not_depend_on_how_many_are_simulated_together(experiments, monkeypatch):
    one = small(experiments, "gershman", trials=[40], cells=4, agents_per_cell=2, points=144)
    together = agents_summaries(one, 1)[1][40]
    monkeypatch.setattr(trnn.checks.identifiability.agents, "AGENTS", 3)
    apart = agents_summaries(one, 1)[1][40]
    assert len(np.unique(together.variance[:, 0])) == 8
    for field in fields(together):
        np.testing.assert_array_equal(getattr(together, field.name), getattr(apart, field.name))
