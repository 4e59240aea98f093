"""What a checkpoint binds: model, ranges and rewards, in the pipeline's stage and in `infer`."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.conftest import ROOT
from trnn.config.dynamics import Range, Stationary
from trnn.config.models import parameters_of
from trnn.errors import CheckpointError, DataError
from trnn.estimators.recurrent.weights_io import load
from trnn.estimators.trnn import inference_stage
from trnn.estimators.trnn.binding import far_rewards
from trnn.estimators.trnn.checkpoint import new_network, read_checkpoint, write_checkpoint
from trnn.estimators.trnn.infer import Noise, bound_network, infer
from trnn.estimators.trnn.inference_stage import infer_stage
from trnn.tables.parquet import Provenance
from trnn.theory.agents import experiment_agents
from trnn.theory.models import get_model
from trnn.theory.simulation_stage import simulate_stage
from trnn.trials.sequences import from_frame

STILL = Stationary(kind="stationary")
NOISE = Noise(4, 1, ("any", "trnn", "test"))


@pytest.fixture(scope="module")
def trained(tiny_experiments, tmp_path_factory):
    """Return a function from a tiny experiment's name to it, and a checkpoint of its network."""
    folder = tmp_path_factory.mktemp("bound")

    def make(name):
        experiment, path = tiny_experiments[name], folder / f"{name}.pt"
        if not path.exists():
            write_checkpoint(path, experiment, new_network(experiment, 1, 0).state_dict(), 1, 0, "")
        return experiment, path

    return make


def people(rewards, blocks=6):
    """Return two sessions of these rewards, by name, in blocks of equal length."""
    parts = []
    for subject, own in rewards.items():
        length = len(own) // blocks
        t = np.arange(len(own))
        keys = {"subject": subject, "block": t // length, "trial": t % length}
        parts.append(pd.DataFrame(keys | {"action": t % 2, "reward": np.asarray(own, float)}))
    return from_frame(pd.concat(parts, ignore_index=True))


def test_other_ranges_and_models_are_refused_and_both_are_shown(trained):
    """Under a range half as wide every estimate was halved."""
    experiment, path = trained("artificial")
    sequences = people({"a": np.tile([0, 1], 30)})
    infer([path], sequences, experiment, "first", NOISE)
    half = experiment.parameters | {"alpha": Range(low=0, high=0.5)}
    narrower = experiment.model_copy(update={"parameters": half})
    with pytest.raises(
        CheckpointError,
        match=r"artificial\.pt: trained for parameters alpha \[0\.0, 1\.0\], beta .* but "
        r"experiment 'artificial' has alpha \[0\.0, 0\.5\], .* trained anew",
    ):
        infer([path], sequences, narrower, "first", NOISE)
    turned = dict(reversed(experiment.parameters.items()))
    with pytest.raises(CheckpointError, match="trained for parameters alpha"):
        other = experiment.model_copy(update={"parameters": turned})
        infer([path], sequences, other, "first", NOISE)
    with pytest.raises(CheckpointError, match=r"for model q_learning, but .* has q_learning_other"):
        other = experiment.model_copy(update={"model": "q_learning_other"})
        infer([path], sequences, other, "first", NOISE)


@pytest.mark.parametrize("value", [-1.0, 0.5, 100.0])
def test_rewards_that_a_task_of_zeros_and_ones_cannot_pay_are_refused(trained, value):
    experiment, path = trained("artificial")
    odd = np.tile([0.0, 1.0], 30)
    odd[[13, 20]] = value
    with pytest.raises(
        DataError,
        match=rf"reward of subject 'b' at trial 13 of the .* is {value:g} \(2 such trials of 1 .*"
        r"artificial\.pt was trained on rewards of 0 and 1 alone",
    ):
        infer([path], people({"a": np.tile([0, 1], 30), "b": odd}), experiment, "mean", NOISE)


def test_who_has_rewards_far_outside_of_a_gaussian_tasks_is_named(trained, tmp_path, caplog):
    experiment, path = trained("gershman")
    alike = experiment_agents(experiment, "train", experiment.train.dynamics, 50, 1).sequences
    assert far_rewards(experiment, alike) == {}
    own = alike.reward[0][alike.valid[0]][:60]
    rewards = {"points": own, "cents": 100 * own, "thousandths": own / 1000, "nothing": 0 * own}
    sequences = people(rewards)
    found = infer([path], sequences, experiment, "first", NOISE).far
    assert list(found) == ["cents", "thousandths", "nothing"]
    assert f"largest reward is {abs(100 * own).max():.3g}" in found["cents"]
    # So few blocks may pay little by chance.
    assert "thousandths" not in far_rewards(experiment, people(rewards, blocks=4))

    trials, output = tmp_path / "trials.parquet", tmp_path / "estimates.parquet"
    simulate_stage(experiment, "test", trials, 1, Provenance({}, 1))
    table = pd.read_parquet(trials)
    assert not _warned(path, trials, output, experiment, caplog)
    first = table["subject"].iloc[0]
    table.loc[table["subject"] == first, "reward"] *= 100
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inference_stage, "read_trials", lambda _: from_frame(table))
        (message,) = _warned(path, trials, output, experiment, caplog)
    assert message.startswith("1 of ") and f"{first}: its largest reward is" in message


def _warned(path, trials, output, experiment, caplog):
    caplog.clear()
    infer_stage([path], trials, output, experiment, "mean", NOISE, 1, Provenance({}, 1))
    return [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]


# --- models of one's own --------------------------------------------------------------------------

OWN_MODEL = (ROOT / "tests/theory/two_rates.py").read_text()


@pytest.fixture()
def own(tiny_experiments, tmp_path, monkeypatch):
    """An experiment of a model in a file of the working folder, and a checkpoint of its network."""
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(OWN_MODEL)
    base = tiny_experiments["artificial"]
    ranges = {p.name: Range(low=p.low, high=p.high) for p in parameters_of("mine.py").parameters}
    trnn = base.estimators.trnn
    network = trnn.network.model_copy(update={"reference_values": None})
    estimators = base.estimators.model_copy(
        update={"trnn": trnn.model_copy(update={"network": network})}
    )
    changed = {"model": "mine.py:TwoRates", "parameters": ranges, "estimators": estimators}
    experiment = base.model_copy(update={**changed, "dynamics": {"still": STILL}})
    train = experiment.train.model_copy(update={"dynamics": "still"})
    experiment = experiment.model_copy(update={"train": train})
    weights = new_network(experiment, 1, 0).state_dict()
    write_checkpoint(tmp_path / "own.pt", experiment, weights, 1, 0, "")
    return experiment, tmp_path / "own.pt"


def test_a_network_of_a_model_of_ones_own_is_read_where_its_file_lies_now(own, monkeypatch):
    experiment, path = own
    bound_network(path, experiment)
    Path("elsewhere").mkdir()
    # A comment is no other model; nor is another place.
    Path("elsewhere/moved.py").write_text(f"# Moved.\n{OWN_MODEL}")
    Path("mine.py").unlink()
    monkeypatch.chdir("elsewhere")
    _, trained = read_checkpoint(path, "moved.py:TwoRates")
    assert trained.model == "moved.py:TwoRates"


def test_a_model_that_is_gone_or_changed_or_not_named_is_refused_in_words(own):
    """And no file is run that nobody has named."""
    experiment, path = own
    trace = Path("trace")
    run = f"from pathlib import Path\nPath('trace').touch()\n{OWN_MODEL}"
    Path("mine.py").write_text(run)
    with pytest.raises(
        CheckpointError, match=r"model 'two_rates' of the file mine\.py:TwoRates\. S"
    ):
        read_checkpoint(path)
    with pytest.raises(CheckpointError, match=r"mine\.py:TwoRates has other equations .* Restore"):
        bound_network(path, experiment)
    assert not trace.exists()
    Path("mine.py").unlink()
    with pytest.raises(CheckpointError, match=r"no file mine\.py; looked for .* Put the file back"):
        bound_network(path, experiment)
    with pytest.raises(CheckpointError, match="and not for the model 'q_learning'"):
        read_checkpoint(path, "q_learning")


def test_a_network_is_of_the_equations_that_its_training_began_with(own):
    experiment, _ = own
    get_model(experiment.model)
    Path("mine.py").write_text(OWN_MODEL.replace("beta * (", "2 * beta * ("))
    weights = new_network(experiment, 1, 0).state_dict()
    write_checkpoint(Path("late.pt"), experiment, weights, 1, 0, "")
    Path("mine.py").write_text(OWN_MODEL)
    bound_network(Path("late.pt"), experiment)


def test_a_checkpoint_of_the_packages_models_holds_nothing_of_files(trained):
    assert "own_model" not in load(trained("artificial")[1])
