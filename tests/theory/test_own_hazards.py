"""Agents with hazards of their own: which they have, and the table that tells it."""

import numpy as np
import pytest

from trnn.config.dynamics import Range, Stationary, Switching
from trnn.config.task import BernoulliTask, BlockLength
from trnn.tables.parquet import Provenance, read_table
from trnn.theory.agents import experiment_agents
from trnn.theory.agents_table import synthetic_trials
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate
from trnn.theory.simulation_stage import simulate_stage

RANGES = {"alpha": Range(low=0, high=1), "beta": Range(low=0, high=10)}
TASK = BernoulliTask(
    kind="bernoulli",
    n_blocks=4,
    trials_per_block=BlockLength(mean=20, sd=8, low=3, high=40),
    arm_probabilities=[(0.9, 0.1), (0.1, 0.9)],
    schedule="permuted",
    miss_rate=0.1,
)
HAZARDS = [0.01, 0.05, 0.25]
FIELDS = [
    {},
    {"min_gap": 3},
    {"max_changes": [0, 2, 5]},
    {"stationary_share": 0.4},
    {"min_gap": 2, "max_changes": [1, 4], "stationary_share": 0.3},
]


def agents(hazard, n=60, **more):
    settings = Switching(kind="switching", hazard=hazard, **more)
    dynamics = get_dynamics(settings, RANGES)
    return simulate(get_model("q_learning"), dynamics, TASK, n, 1, ("hazards",))


@pytest.mark.parametrize("more", FIELDS, ids=["free", "gap", "limits", "share", "all"])
def test_an_agent_is_the_same_as_if_all_had_its_hazard(more):
    """To the last bit: nothing that it draws is shifted by the draw of its hazard."""
    found = agents(HAZARDS, **more)
    assert set(found.hazard) == set(HAZARDS)
    for hazard in HAZARDS:
        alone, own = agents(hazard, **more), found.hazard == hazard
        assert alone.hazard is None
        for name in ("parameters", "p_action_0", "latent", "arm_mean"):
            np.testing.assert_array_equal(getattr(found, name)[own], getattr(alone, name)[own])
        for name in ("action", "reward", "block"):
            np.testing.assert_array_equal(
                getattr(found.sequences, name)[own], getattr(alone.sequences, name)[own]
            )
        others = ~own & (alone.parameters != found.parameters).any(axis=(1, 2))
        assert others.any()


def test_any_hazard_is_as_likely_as_another():
    whole = agents(HAZARDS, n=3000)
    found = whole.hazard
    shares = np.array([(found == hazard).mean() for hazard in HAZARDS])
    assert (np.abs(shares - 1 / 3) < 4 * np.sqrt(2 / 9 / 3000)).all()
    # Whatever else an agent has drawn; some 1,000 have each hazard.
    for hazard in HAZARDS:
        first = whole.parameters[found == hazard, 0] / [1, 10]
        assert (np.abs(first.mean(axis=0) - 0.5) < 4 * np.sqrt(1 / 12 / 900)).all()
    few = agents(HAZARDS, n=20).hazard
    np.testing.assert_array_equal(few, found[:20])


@pytest.fixture(scope="module")
def experiment(tiny_experiments):
    """Test agents of constant, walking, switching parameters; of hazards shared and their own."""
    base = tiny_experiments["artificial"]
    shared = Switching(kind="switching", hazard=0.02)
    own = Switching(kind="switching", hazard=HAZARDS, stationary_share=0.3)
    dynamics = dict(base.dynamics) | {"shared": shared, "own": own}
    walking = next(name for name, d in base.dynamics.items() if d.kind == "random_walk")
    still = next(name for name, d in base.dynamics.items() if isinstance(d, Stationary))
    names = [still, walking, "shared", "own"]
    test = base.test.model_copy(update={"dynamics": names, "n_agents": 12})
    train = base.train.model_copy(update={"dynamics": "shared"})
    return base.model_copy(update={"dynamics": dynamics, "test": test, "train": train})


def test_the_table_tells_each_agents_hazard_only_where_some_have_their_own(experiment, tmp_path):
    provenance = Provenance(settings={}, seed=1)
    simulate_stage(experiment, "test", tmp_path / "test", 1, provenance)
    schema = synthetic_trials(experiment.model, experiment.task, own_hazards=True)
    table = read_table(tmp_path / "test", schema)
    assert table.columns.tolist() == schema.names()
    still, walking, *_ = experiment.test.dynamics
    of = dict(iter(table.groupby("dynamics")["hazard"]))
    assert of[still].isna().all() and of[walking].isna().all()
    assert (of["shared"] == 0.02).all()
    # An agent that stays constant by its share has drawn a hazard too.
    truth = experiment_agents(experiment, "test", "own", 12, 1)
    first = table[table["dynamics"] == "own"].groupby("subject", sort=False)["hazard"]
    assert (first.nunique() == 1).all() and first.first().tolist() == truth.hazard.tolist()
    assert len(set(truth.hazard)) > 1
    simulate_stage(experiment, "train", tmp_path / "train", 1, provenance)
    plain = read_table(tmp_path / "train")
    assert plain.columns.tolist() == synthetic_trials(experiment.model, experiment.task).names()
    assert "hazard" not in plain
