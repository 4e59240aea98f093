"""Predictions by draws against plain loops."""

import numpy as np
import pytest

from tests.estimators.plain import MODEL_NAMES, RANGES, of_subject, predictions, random_sessions
from trnn.theory.models import get_model
from trnn.theory.prediction import predict_by_draws


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_a_prediction_is_the_mean_of_the_model_under_each_draw(name):
    sequences = random_sessions(name, [(6, 3), (1,), (4, 4, 5)], seed=2)
    n, t = sequences.valid.shape
    rng = np.random.default_rng(3)
    draws = np.array([rng.uniform(r.low, r.high, (t, n, 5)) for r in RANGES[name].values()])
    found = predict_by_draws(get_model(name), sequences, draws)
    for i in range(n):
        data = of_subject(sequences, i)
        k = len(data[0])
        each = [predictions(name, draws[:, :k, i, j].T, *data) for j in range(5)]
        np.testing.assert_allclose(found[i, :k], np.mean(each, axis=0)[:, 0], rtol=1e-12)
        assert np.isnan(found[i, k:]).all()
