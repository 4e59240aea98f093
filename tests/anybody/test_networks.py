"""Networks on anybody's table: what the checkpoint binds, and who lies outside."""

import numpy as np
import pandas as pd
import pytest

import trnn
from tests.anybody.made import plain, trials
from trnn.anybody.estimate import estimate_table
from trnn.anybody.options import options_of
from trnn.data.own_table import from_frame
from trnn.errors import CheckpointError, ConfigError, DataError
from trnn.estimators.trnn.checkpoint import new_network, write_checkpoint
from trnn.estimators.trnn.infer import Noise, infer
from trnn.trials.sequences import from_frame as sequences_of


@pytest.fixture(scope="module")
def experiment(tiny_experiments):
    return tiny_experiments["artificial"]


@pytest.fixture(scope="module")
def checkpoint(experiment, tmp_path_factory):
    path = tmp_path_factory.mktemp("networks") / "seed0.pt"
    weights = new_network(experiment, 1, 0).state_dict()
    write_checkpoint(path, experiment, weights, 1, 0, "digest")
    return path


def test_the_numbers_are_the_pipelines(experiment, checkpoint):
    keys = ("artificial", "trnn", "human")
    found = trnn.estimate(plain(3), network=checkpoint, keys=keys, seed=5)
    sequences = sequences_of(plain(3).assign(trial=plain(3)["trial"] - 1))
    noise = Noise(experiment.estimators.trnn.draws, 5, keys)
    there = infer([checkpoint], sequences, experiment, "mean", noise)
    for name, values in (
        ("alpha", there.posterior.mean[:, :, 0]),
        ("beta_q05", there.posterior.quantiles[:, :, 1, 0]),
        ("p_action_0", there.p_action_0),
    ):
        np.testing.assert_array_equal(found[name], values[sequences.valid])
    # Not even the last bit depends on who else is there, or on how long the longest session is.
    for i in range(3):
        alone = infer([checkpoint], sequences.rows(i, i + 1), experiment, "mean", noise)
        np.testing.assert_array_equal(alone.values[0], there.values[i, : alone.values.shape[1]])
    told = found.attrs["assumed"]
    assert "reward 1 or 0 with probabilities 0.1/0.9" in told["trained on"]
    assert "hazard 0.005" in told["dynamics"]


def test_rewards_that_the_task_cannot_pay_are_refused(checkpoint):
    frame = plain(2)
    frame.loc[frame["subject"] == "p1", "reward"] *= 5
    with pytest.warns(UserWarning, match="p1: its rewards hold 5, but the network was trained on"):
        found = trnn.estimate(frame, network=checkpoint)
    assert found["alpha"].notna().tolist() == (frame["subject"] == "p0").tolist()
    with pytest.raises(DataError, match="nobody can be estimated"):
        trnn.estimate(frame.assign(reward=2.5), network=checkpoint)


def test_a_network_that_saw_no_misses_is_not_shown_any(checkpoint):
    frame = plain(1).astype({"action": object})
    frame.loc[[3, 30], "action"] = "too slow"
    found = trnn.estimate(frame, network=checkpoint)
    assert found["alpha"].isna().to_numpy().nonzero()[0].tolist() == [3, 30]
    assert "(the network was trained without such)" in found.attrs["assumed"]["missed"]


def test_who_is_outside_is_named(experiment, checkpoint):
    task = experiment.task
    alike = trials(1, task.n_blocks, task.trials_per_block).assign(subject="alike")
    odd = trials(2, task.n_blocks, task.trials_per_block).assign(subject="odd", action=0)
    longer = trials(3, 3 * task.n_blocks, task.trials_per_block).assign(subject="longer")
    frame = pd.concat([alike, odd, longer], ignore_index=True)
    outcome = estimate_table(from_frame(frame), options_of(network=checkpoint))
    assert set(outcome.outside) == {"odd", "longer"}
    assert "the choices (" in outcome.outside["odd"]
    n = task.n_blocks * task.trials_per_block
    assert f"number of trials {3 * n}, {n} in training" in outcome.outside["longer"]


def test_who_is_paid_in_other_units_than_the_training_is_named(tiny_experiments, tmp_path):
    experiment, path = tiny_experiments["gershman"], tmp_path / "seed0.pt"
    weights = new_network(experiment, 1, 0).state_dict()
    write_checkpoint(path, experiment, weights, 1, 0, "digest")
    task = experiment.task
    frame = trials(1, task.n_blocks, task.trials_per_block).assign(subject="cents")
    frame["reward"] = 10_000 * (frame["reward"] - 0.5)
    outcome = estimate_table(from_frame(frame), options_of(network=path))
    assert "the rewards (its largest reward is 5e+03" in outcome.outside["cents"]


def test_networks_of_two_tasks_and_what_is_no_network_are_refused(
    checkpoint, tiny_experiments, tmp_path
):
    other = tiny_experiments["gershman"]
    path = tmp_path / "other.pt"
    write_checkpoint(path, other, new_network(other, 1, 0).state_dict(), 1, 0, "digest")
    with pytest.raises(CheckpointError, match=r"other\.pt: trained for model"):
        trnn.estimate(plain(), network=[checkpoint, path])
    (tmp_path / "no.pt").write_text("no")
    with pytest.raises(CheckpointError, match="not a readable checkpoint"):
        trnn.estimate(plain(), network=tmp_path / "no.pt")
    with pytest.raises(ConfigError, match="either a model or a network"):
        trnn.estimate(plain(), "q_learning", network=checkpoint)


def test_a_table_without_people_columns_is_read_too(checkpoint):
    frame = plain(1)[["action", "reward"]]
    found = trnn.estimate(frame, network=checkpoint)
    assert isinstance(found, pd.DataFrame) and found["alpha"].notna().all()
