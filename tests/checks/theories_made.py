"""Made-up tables of theories, shaped as the pipeline's."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trnn.checks.theories.compare import theories_frame
from trnn.checks.theories.matrix import recovery_matrix
from trnn.checks.theories.scored import Scored, scored
from trnn.config.theories import Theories

CANDIDATES = {
    "forgetting_and_perseveration": {"model": "q_learning_perseveration"},
    "no_perseveration": {"model": "q_learning"},
    "narrow": {"model": "q_learning", "parameters": {"beta": {"low": 0, "high": 5}}},
}
HAZARDS = (0.0025, 0.005, 0.01)


def settings(**changes: object) -> Theories:
    """Return settings of the made-up candidates."""
    raw = {"candidates": CANDIDATES, "hazards": list(HAZARDS), "n_particles": 100}
    return Theories.model_validate(raw | {"published": "narrow"} | changes)


def evidence_of(
    theory: str, log: np.ndarray, error: np.ndarray, n_trials: Sequence[int]
) -> pd.DataFrame:
    """Return the table of a candidate from (n_hazards, n_subjects) numbers."""
    n_hazards, n = log.shape
    return pd.DataFrame(
        {
            "theory": theory,
            "model": "x",
            "hazard": np.repeat(HAZARDS[:n_hazards], n),
            "subject": [f"s{i}" for i in range(n)] * n_hazards,
            "n_trials": list(n_trials) * n_hazards,
            "log_evidence": log.ravel(),
            "log_evidence_error": error.ravel(),
            "n_particles": 100,
        }
    )


def found_of(log: np.ndarray, error: np.ndarray, n_trials: Sequence[int]) -> Scored:
    """Return the evidences of the made-up candidates from (c, n_hazards, n_subjects) numbers."""
    names = list(CANDIDATES)[: len(log)]
    tables = {
        name: evidence_of(name, own, of_own, n_trials)
        for name, own, of_own in zip(names, log, error, strict=True)
    }
    subjects = [f"s{i}" for i in range(log.shape[2])]
    return scored(tables, HAZARDS[: log.shape[1]], subjects)


def fake_theories(n_subjects: int, seed: int = 1) -> pd.DataFrame:
    """Return the table of theories of `n_subjects` people in each half."""
    rng = np.random.default_rng(seed)
    n = 2 * n_subjects
    base = -400.0 + 30.0 * rng.standard_normal(n)
    better = (
        np.array([0.0, -12.0, -15.0])[:, None, None] + np.array([0.0, 0.3, -1.0])[None, :, None]
    )
    log = np.minimum(base + better + rng.standard_normal((3, 3, n)), -1.0)
    found = found_of(log, np.full(log.shape, 0.2), [1300] * n)
    half = np.repeat(["choosing", "reporting"], n_subjects)
    return theories_frame(found, settings(), half, "made", 1, 50)


def fake_recovery(n_agents: int, seed: int = 1) -> pd.DataFrame:
    """Return a model recovery matrix of `n_agents` agents of each candidate."""
    rng = np.random.default_rng(seed)
    tables = {}
    for i, true in enumerate(CANDIDATES):
        parts = []
        for k, name in enumerate(CANDIDATES):
            columns = {"true": true, "scored": name, "agent": [f"a{j}" for j in range(n_agents)]}
            log = -100.0 - 2.0 * (i != k) + rng.standard_normal(n_agents)
            parts.append(pd.DataFrame(columns).assign(log_evidence=log, log_evidence_error=0.1))
        tables[true] = pd.concat(parts)
    return recovery_matrix(tables)
