"""The published numbers that maximum likelihood and the filter must reach on real people."""

from pathlib import Path

import numpy as np
import pytest

from trnn.data.prepare import prepare
from trnn.data.registry import load_registry
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.estimators.mle.fit import fit
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.trials.sequences import from_frame

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT.parent / "shared" / "data" / "gershman" / "data2.csv"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not RAW.exists(), reason=f"the real data are not at {RAW}"),
]


@pytest.fixture(scope="module")
def people():
    dataset = load_registry(ROOT / "config" / "datasets")["gershman"]
    return from_frame(prepare(RAW, dataset))


def test_maximum_likelihood(people, experiments):
    experiment = experiments["gershman"]
    model, settings = get_model(experiment.model), experiment.estimators.mle
    fitted = fit(model, people, experiment.parameters, settings, 1, "test")
    assert len(fitted) == 44 and fitted["converged"].all()
    assert (fitted["nll"] / fitted["n_trials"]).mean() <= 0.3319
    wide = settings.model_copy(update={"n_candidates": 40, "n_starts": 40})
    again = fit(model, people, experiment.parameters, wide, 2, "test")
    assert (fitted["nll"] - again["nll"]).max() <= 0.01


def test_random_walk_filter(people, experiments):
    experiment = experiments["gershman"]
    settings = experiment.estimators.filter
    motions = motions_of(experiment.dynamics[settings.dynamics], experiment.parameters)
    filtered = particle_filter(get_model(experiment.model), motions, people, settings, 1, "test")
    p = np.where(people.action == 0, filtered.p_action_0, 1 - filtered.p_action_0)
    assert -np.nanmean(np.log(p), axis=1).mean() <= 0.3327
