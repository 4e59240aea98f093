"""Agents whose joint posteriors are known exactly, and tables of their joint calibration."""

import numpy as np
import pandas as pd

from trnn.checks.calibration.joint_ranks import Probes, joint_ranks, probes
from trnn.checks.calibration.joint_rows import joint_frame

LENGTH = 100


def posteriors(n: int, seed: int, d: int = 2, n_draws: int = 60, correlated: bool = True):
    """Return truth (n, 10, d) and draws (n, 10, n_draws, d) of a posterior by tenth.

    An agent's truth stays the same; from tenth to tenth more is known of the parameters' sum and
    little of what they are apart: posteriors are normal, and correlated the more the later. If not
    `correlated`, every parameter's draws are dealt anew: the marginals are right, and no
    parameter tells anything of another.
    """
    rng = np.random.default_rng(seed)
    ones = np.ones(d) / np.sqrt(d)
    truth = 0.5 + 0.2 * rng.standard_normal((n, d))
    precision = np.eye(d) / 0.2**2
    weighted = np.tile(precision @ np.full(d, 0.5), (n, 1))
    draws = np.empty((n, 10, n_draws, d))
    for tenth in range(10):
        seen = truth @ ones + 0.25 * rng.standard_normal(n)
        precision = precision + np.outer(ones, ones) / 0.25**2
        weighted = weighted + seen[:, None] * ones / 0.25**2
        covariance = np.linalg.inv(precision)
        noise = rng.standard_normal((n, n_draws, d)) @ np.linalg.cholesky(covariance).T
        draws[:, tenth] = (weighted @ covariance)[:, None] + noise
    if not correlated:
        draws = rng.permuted(draws, axis=2)
    return np.repeat(truth[:, None], 10, axis=1), draws


def probes_of(n: int, d: int, seed: int, length: int = LENGTH) -> Probes:
    """Return the probes of n agents with sessions of a length."""
    return probes([f"agent-{i}" for i in range(n)], np.full(n, length), d, seed, "made")


def frame_of(
    truth: np.ndarray, draws: np.ndarray, seed: int, estimator: str = "trnn"
) -> pd.DataFrame:
    """Return the table of agents' truth and draws."""
    n, _, d = truth.shape
    own = probes_of(n, d, seed)
    names = ["alpha", "beta", "kappa"][:d]
    return joint_frame(joint_ranks(draws, truth, own), own.picked, names, estimator, "switching")


def fake_joint(parameters, n: int) -> pd.DataFrame:
    """Return a table of two estimators of which one is calibrated, with parameters of any name."""
    parts = []
    for seed, (estimator, right) in enumerate((("bayes", True), ("trnn", False))):
        truth, draws = posteriors(n, seed, len(parameters), 20, right)
        own = probes_of(n, len(parameters), seed)
        ranks = joint_ranks(draws, truth, own)
        parts.append(joint_frame(ranks, own.picked, list(parameters), estimator, "switching"))
    return pd.concat(parts, ignore_index=True)
