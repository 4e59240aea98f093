"""Agents matched to people: the stage, on people whose fits and schedules are known."""

import numpy as np
import pandas as pd
import pytest

from tests.checks.test_predictive import BERNOULLI, person
from trnn.checks.matched.matched_stage import matched_stage
from trnn.checks.matched.matched_table import matched_trials
from trnn.checks.predictive.schedules import schedule
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.errors import TableError
from trnn.estimators.mle.fits_table import mle
from trnn.tables.parquet import Provenance, check_frame, read_table, write_table
from trnn.theory.models import get_model

ORIGIN = Provenance({}, 1)


def made(folder, experiment, trials, values, n_agents=3, seed=1):
    """Run the stage on people with the fits `values`, and return its table."""
    names = tuple(experiment.parameters)
    fits = pd.DataFrame({"population": "human", "subject": list(values), "nll": 9.0})
    fits = fits.assign(n_trials=60, converged=True, at_bound=False)
    for k, name in enumerate(names):
        fits[name] = [own[k] for own in values.values()]
    fits = fits.assign(**{f"{name}_identified": True for name in names})
    schema = mle(get_model(experiment.model).unit_of)
    write_table(fits[schema.names()], folder / "fits", schema, ORIGIN)
    trials.to_parquet(folder / "trials")
    settings = from_view(view(experiment, "people_checks"))
    matched_stage(
        folder / "trials", folder / "fits", folder / "out", settings, n_agents, seed, ORIGIN
    )
    return read_table(folder / "out")


FITS = {"p2": (0.3, 4.0, 0.2), "p1": (0.1, 2.0, -0.3)}


@pytest.fixture()
def dezfouli(tiny_experiments):
    frames = [person((30, 44), 1, subject="p1"), person((38, 31, 7), 2, subject="p2")]
    return tiny_experiments["dezfouli"], pd.concat(frames, ignore_index=True)


def test_agents_have_their_persons_fit_and_schedule(tmp_path, dezfouli):
    experiment, trials = dezfouli
    table = made(tmp_path, experiment, trials, FITS)
    check_frame(table, matched_trials(experiment.model), "matched")
    assert table["subject"].nunique() == 6 and table["person"].unique().tolist() == ["p1", "p2"]
    for _, agent in table.groupby("subject"):
        name = agent["person"].iloc[0]
        own = trials[trials["subject"] == name]
        for key in ("block", "trial"):
            np.testing.assert_array_equal(agent[key], own[key])
        for parameter, value in zip(experiment.parameters, FITS[name], strict=True):
            assert (agent[parameter] == value).all()
        # The better arm of a block is the person's.
        gap = (agent["arm_mean_0"] - agent["arm_mean_1"]).to_numpy()
        np.testing.assert_array_equal(gap < 0, own["block"].to_numpy() % 2 == 1)
    # Choices are drawn, and drawn anew for each agent.
    first, second = (table[table["subject"] == f"p1-{k}"]["action"].to_numpy() for k in (1, 2))
    assert (first != second).any()
    again = made(tmp_path, experiment, trials, FITS)
    pd.testing.assert_frame_equal(table, again)
    other = made(tmp_path, experiment, trials, FITS, seed=2)
    assert (other["action"] != table["action"]).any()
    # An agent is the same whoever else there is.
    fewer = made(tmp_path, experiment, trials[trials["subject"] == "p2"], FITS, n_agents=1)
    same = table[table["subject"] == "p2-1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(fewer, same)


def test_choices_are_made_with_the_probability_that_the_table_says(tmp_path, dezfouli):
    experiment, trials = dezfouli
    table = made(tmp_path, experiment, trials, FITS, n_agents=200)
    p = table["p_action_0"].to_numpy()
    error = ((table["action"] == 0).to_numpy() - p).sum() / np.sqrt((p * (1 - p)).sum())
    assert abs(error) < 4 and p.std() > 0.05
    rewards = table.groupby(["arm_mean_0", "arm_mean_1", "action"])["reward"].agg(["mean", "size"])
    for (first, second, action), row in rewards.iterrows():
        mean = second if action else first
        assert abs(row["mean"] - mean) < 4 * np.sqrt(mean * (1 - mean) / row["size"])


def test_gaussian_agents_face_the_arms_of_the_person(tmp_path, tiny_experiments):
    experiment = tiny_experiments["gershman"]
    trials = person((10, 10), kind="gaussian")
    table = made(tmp_path, experiment, trials, {"p1": (1.5, 0.2)}, n_agents=2)
    check_frame(table, matched_trials(experiment.model), "matched")
    own = np.tile(trials[["mu_0", "mu_1"]].to_numpy(), (2, 1))
    np.testing.assert_array_equal(table[["arm_mean_0", "arm_mean_1"]], own)


def test_where_the_better_arm_is_not_known_any_pair_can_be_a_blocks():
    frame = person((40, 25), seed=3)
    known, unknown = (
        schedule(frame, BERNOULLI),
        schedule(frame.drop(columns="best_action"), BERNOULLI),
    )
    assert (unknown.best == -1).all() and (unknown.weights > 0).all()
    for own, given in zip(unknown.weights, known.weights, strict=True):
        kept = given > 0
        np.testing.assert_allclose(own[kept] / own[kept].sum(), given[kept])


def test_a_person_without_a_fit_is_named(tmp_path, dezfouli):
    experiment, trials = dezfouli
    with pytest.raises(TableError, match=r"no fit of 1 of the 2 subjects .*p2"):
        made(tmp_path, experiment, trials, {"p1": FITS["p1"]})
    assert not (tmp_path / "out").exists()
