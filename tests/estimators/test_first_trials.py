"""Maximum likelihood on the first trials of a session."""

import numpy as np
import pandas as pd
import pytest

from trnn.config.experiment import Experiment
from trnn.estimators.mle.first_trials import first_trials, fit_recovery, recovery_fits
from trnn.estimators.mle.fit import fit
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.theory.agents import experiment_agents
from trnn.theory.agents_table import synthetic_trials
from trnn.theory.models import get_model
from trnn.theory.simulate import to_frame

PROVENANCE = Provenance({}, 0)


def with_test(experiment: Experiment, **changes) -> Experiment:
    data = experiment.model_dump(mode="json")
    data["test"] |= changes
    return Experiment.model_validate(data)


@pytest.fixture(scope="module")
def experiment(tiny_experiments) -> Experiment:
    return with_test(tiny_experiments["artificial"], recovery_trials=[100, 25, 1000])


@pytest.fixture(scope="module")
def fitted(experiment, tmp_path_factory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("recovery")
    model = get_model(experiment.model)
    agents = [
        to_frame(experiment_agents(experiment, "test", law, 3, 1), model, law)
        for law in ("stationary", "switching")
    ]
    schema = synthetic_trials(experiment.model)
    write_table(pd.concat(agents), folder / "test.parquet", schema, PROVENANCE)
    fit_recovery(
        folder / "test.parquet", folder / "out.parquet", experiment, ["stationary"], 1, PROVENANCE
    )
    return read_table(folder / "out.parquet", recovery_fits(model.unit_of))


def test_stationary_agents_alone_at_the_lengths_that_their_sessions_have(fitted):
    assert list(fitted["n_trials"].unique()) == [25, 100]  # sessions have 180 trials
    assert fitted["subject"].str.startswith("stationary").all()
    assert len(fitted) == 6


def test_a_fit_sees_the_first_trials_and_no_later_one(experiment, fitted):
    sequences = experiment_agents(experiment, "test", "stationary", 3, 1).sequences
    short = first_trials(sequences, 25)
    assert short.action.shape == (3, 25) and (short.lengths == 25).all()
    settings = experiment.estimators.mle
    keys = (experiment.name, "recovery")
    model = get_model(experiment.model)
    again = fit(model, short, experiment.parameters, settings, 1, *keys)
    rows = fitted[fitted["n_trials"] == 25]
    np.testing.assert_allclose(rows["alpha"], again["alpha"])
    np.testing.assert_allclose(rows["nll"], again["nll"])


def test_more_trials_cost_more_nats(fitted):
    wide = fitted.pivot(index="subject", columns="n_trials", values="nll")
    assert (wide[100] > wide[25]).all()
