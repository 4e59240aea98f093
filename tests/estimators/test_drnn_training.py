"""Networks side by side are single networks, see nobody whom they are tested on, and learn."""

import numpy as np
import pandas as pd
import pytest
import torch

from trnn.config.drnn import Drnn
from trnn.errors import NumericalError
from trnn.estimators.drnn.cohort import NETWORKS_AT_ONCE, train_all
from trnn.estimators.drnn.folds import Plan, make_plan
from trnn.estimators.drnn.network import Networks
from trnn.estimators.drnn.train import people_of, person_losses, predict, train_networks
from trnn.trials.sequences import Sequences, from_frame

SETTINGS = Drnn(
    n_epochs=4, window=7, members=2, hidden_units=3, epochs_per_check=2, block_start_input=True
)


def sequences(n: int = 5, seed: int = 0, stay: float = 0.9) -> Sequences:
    """People of different lengths who stay with probability `stay`."""
    rng = np.random.default_rng(seed)
    rows = []
    for subject in range(n):
        for block in range(2):
            action = int(rng.integers(2))
            for trial in range(8 + subject):
                if trial and rng.random() > stay:
                    action = 1 - action
                reward = float(rng.random() < 0.5)
                rows.append((f"s{subject}", block, trial, action, reward))
    return from_frame(pd.DataFrame(rows, columns=["subject", "block", "trial", "action", "reward"]))


def plan_of(n: int = 5) -> Plan:
    return make_plan(n, None, 2, np.random.default_rng(1))


@pytest.mark.parametrize("symmetric", [True, False])
def test_each_is_a_network_of_its_own(symmetric):
    """The stacked networks against torch's own layers, one at a time, whole sessions at once."""
    people = people_of(sequences(), SETTINGS)
    networks = Networks(4, 3, symmetric, [11, 12])
    together = predict(networks, people, window=7)
    for i, seed in enumerate((11, 12)):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            gru, readout = torch.nn.GRU(4, 3), torch.nn.Linear(3, 1)
        with torch.no_grad():
            inputs = people.inputs.permute(1, 2, 0)
            alone = readout(gru(inputs)[0]).squeeze(-1)
            if symmetric:
                alone = alone - readout(gru(inputs[..., [0, 2, 1, 3]])[0]).squeeze(-1)
        torch.testing.assert_close(together[i], alone * people.valid)


def test_exchanging_the_actions_turns_the_prediction_round():
    people = people_of(sequences(), SETTINGS)
    exchanged = people._replace(inputs=people.inputs[[0, 2, 1, 3]])
    networks = Networks(4, 3, True, [1])
    torch.testing.assert_close(predict(networks, people, 50), -predict(networks, exchanged, 50))


def test_losses_are_means_over_a_persons_own_trials():
    data = sequences()
    networks = Networks(4, 3, True, [1])
    people = people_of(data, SETTINGS)
    logit = predict(networks, people, 7).double().numpy()[0].T
    p = 1 / (1 + np.exp(-logit))
    taken = np.where(data.action == 0, p, 1 - p)
    expected = [-np.log(taken[i, : data.lengths[i]]).mean() for i in range(5)]
    np.testing.assert_allclose(person_losses(networks, people, 7)[0], expected, rtol=1e-5)


def test_the_choices_of_the_tested_change_nothing_before_them():
    """Neither weights, nor the epoch, nor the predictions up to the change see a tested choice."""
    data, plan, seeds = sequences(), plan_of(), list(range(10))
    before = train_all(data, plan, seeds, SETTINGS)
    for person in range(5):
        action = data.action.copy()
        action[person, 3] = 1 - action[person, 3]
        changed = Sequences(data.subjects, action, data.reward, data.block, data.trial, data.valid)
        after = train_all(changed, plan, seeds, SETTINGS)
        np.testing.assert_array_equal(after.p_action_0[person, :4], before.p_action_0[person, :4])
        assert after.p_action_0[person, 4] != before.p_action_0[person, 4]
        others = np.arange(5) != person
        assert (after.p_action_0[others] != before.p_action_0[others]).any()


def test_a_network_depends_on_no_other(monkeypatch):
    data, plan, seeds = sequences(), plan_of(), list(range(10))
    together = train_all(data, plan, seeds, SETTINGS)
    assert len(seeds) <= NETWORKS_AT_ONCE
    monkeypatch.setattr("trnn.estimators.drnn.cohort.NETWORKS_AT_ONCE", 3)
    apart = train_all(data, plan, seeds, SETTINGS)
    np.testing.assert_allclose(apart.p_action_0, together.p_action_0, atol=1e-6)
    pd.testing.assert_frame_equal(
        apart.history.drop(columns="seconds"), together.history.drop(columns="seconds"), atol=1e-5
    )


@pytest.mark.parametrize(("states", "at_once"), [(1, 1), (3, 3), (99, 10)])
def test_few_networks_are_carried_together_where_their_states_are_many(
    monkeypatch, states, at_once
):
    data, plan, seeds = sequences(), plan_of(), list(range(10))
    of_each = len(data.subjects) * SETTINGS.window * SETTINGS.hidden_units
    monkeypatch.setattr("trnn.estimators.drnn.cohort.STATES_AT_ONCE", states * of_each)
    carried = []

    def seen(networks, *arguments):
        carried.append(len(networks.readout))
        return train_networks(networks, *arguments)

    monkeypatch.setattr("trnn.estimators.drnn.cohort.train_networks", seen)
    train_all(data, plan, seeds, SETTINGS)
    assert carried[0] == at_once and sum(carried) == len(seeds)


def test_the_same_seeds_give_the_same_bytes_and_others_do_not():
    data, plan = sequences(), plan_of()
    first, second = (train_all(data, plan, list(range(10)), SETTINGS) for _ in range(2))
    assert first.p_action_0.tobytes() == second.p_action_0.tobytes()
    other = train_all(data, plan, list(range(1, 11)), SETTINGS)
    assert first.p_action_0.tobytes() != other.p_action_0.tobytes()


def test_it_keeps_the_epoch_that_the_choosers_like_best():
    settings = SETTINGS.model_copy(
        update={"n_epochs": 30, "epochs_per_check": 1, "learning_rate": 0.3}
    )
    people, plan = people_of(sequences(), settings), plan_of()
    networks = Networks(4, 3, True, range(10))
    history = train_networks(networks, people, plan, settings)
    losses = person_losses(networks, people, settings.window).numpy()
    kept = (losses * plan.choose).sum(axis=1) / plan.choose.sum(axis=1)
    np.testing.assert_allclose(kept, history.choose.min(axis=0), rtol=1e-6)
    assert (history.choose.argmin(axis=0) < 29).any()  # else nothing was chosen


def test_it_learns_to_stay_from_people_who_stay():
    settings = SETTINGS.model_copy(update={"n_epochs": 60, "learning_rate": 0.05})
    data = sequences(n=10, stay=0.9)
    plan = make_plan(10, 5, 2, np.random.default_rng(0))
    trained = train_all(data, plan, list(range(10)), settings)
    p = np.where(data.action == 0, trained.p_action_0, 1 - trained.p_action_0)
    bce = -np.log(p[data.valid]).mean()
    # Knowing the law, and a coin for the first trial: 0.325 and 0.693 a trial.
    assert bce < 0.48
    assert trained.history["n_best"].sum() == 10


def test_a_loss_that_is_not_finite_names_fold_and_member():
    people = people_of(sequences(), SETTINGS)
    broken = people._replace(inputs=people.inputs.clone())
    broken.inputs[0, 0, 0] = torch.nan
    with pytest.raises(NumericalError, match="fold 0, member 0"):
        train_networks(Networks(4, 3, True, range(10)), broken, plan_of(), SETTINGS)
