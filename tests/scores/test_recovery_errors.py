"""Recovery errors against a plain loop, at both ends of the session."""

import numpy as np
import pandas as pd
import pytest

from trnn.config.dynamics import Range
from trnn.errors import TableError
from trnn.scores.recovery_errors import COLUMNS, recovery_errors

RANGES = {"alpha": Range(low=0, high=1), "beta": Range(low=0, high=10)}
LENGTHS = {"a": 7, "b": 5, "moving": 6}


@pytest.fixture
def trials() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    parts = []
    for subject, n in LENGTHS.items():
        part = pd.DataFrame({"block": np.arange(n) // 3, "trial": np.arange(n) % 3})
        part.insert(0, "subject", subject)
        part["dynamics"] = "switching" if subject == "moving" else "stationary"
        part["alpha"], part["beta"] = rng.random(), 10 * rng.random()
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def fits() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    keys = [("a", 2), ("a", 5), ("a", 7), ("b", 2), ("b", 5)]
    frame = pd.DataFrame(keys, columns=["subject", "n_trials"])
    return frame.assign(alpha=rng.random(5), beta=10 * rng.random(5))


def estimates(trials: pd.DataFrame, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = len(trials)
    keys = trials[["subject", "block", "trial"]]
    return keys.assign(p_action_0=0.5, alpha=rng.random(n), beta=10 * rng.random(n))


def test_errors_are_those_of_a_loop(trials, fits):
    given = {"trnn": estimates(trials, 2), "prior": estimates(trials, 3)}
    got = recovery_errors(trials, fits, given, RANGES, ["stationary"])
    assert list(got.columns) == COLUMNS
    assert len(got) == len(fits) * 3 * 2
    assert set(got["subject"]) == {"a", "b"}
    for row in got.itertuples():
        own = trials["subject"] == row.subject
        truth = trials.loc[own, row.parameter].iloc[0]
        if row.estimator == "mle":
            same = (fits["subject"] == row.subject) & (fits["n_trials"] == row.n_trials)
            value = fits.loc[same, row.parameter].item()
        else:
            session = given[row.estimator].loc[own, row.parameter].to_list()
            # The estimate of trial n has seen trials 0 ... n - 1.
            value = session[row.n_trials] if row.n_trials < len(session) else session[-1]
        scale = 10 if row.parameter == "beta" else 1
        assert row.squared_error == pytest.approx(((value - truth) / scale) ** 2)


def test_fits_of_other_agents_and_estimates_of_other_trials_are_refused(trials, fits):
    with pytest.raises(TableError, match=r"no constant agents.*'moving'"):
        recovery_errors(trials, fits.assign(subject="moving"), {}, RANGES, ["stationary"])
    with pytest.raises(TableError, match="build them again"):
        recovery_errors(
            trials, fits, {"trnn": estimates(trials, 2).iloc[:-1]}, RANGES, ["stationary"]
        )
    with pytest.raises(ValueError, match="'mle'"):
        recovery_errors(trials, fits, {"mle": estimates(trials, 2)}, RANGES, ["stationary"])


def test_no_fits_give_no_rows(trials, fits):
    got = recovery_errors(
        trials, fits.iloc[:0], {"trnn": estimates(trials, 2)}, RANGES, ["stationary"]
    )
    assert got.empty and list(got.columns) == COLUMNS
