"""Small trial and estimates tables, made of simulated agents, that the tests share."""

import numpy as np
import pandas as pd

from trnn.config.dynamics import Range, Stationary
from trnn.config.task import BernoulliTask, GaussianTask
from trnn.theory.dynamics import get_dynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import simulate, to_frame

COLUMNS = ["estimator", "population", "subject", "log_evidence", "log_evidence_error"]
GROUPS = ("bipolar", "depression", "healthy")
KAPPA_RANGES = {
    "alpha": Range(low=0.05, high=0.2),
    "beta": Range(low=2, high=6),
    "kappa": Range(low=-0.5, high=0.5),
}
GAMMA_RANGES = {"beta": Range(low=0.5, high=3), "gamma": Range(low=0, high=1)}


def dezfouli_people(per_group: int = 4, n_blocks: int = 3, length: int = 30) -> pd.DataFrame:
    """People with perseveration, in three groups."""
    task = BernoulliTask(
        kind="bernoulli",
        n_blocks=n_blocks,
        trials_per_block=length,
        arm_probabilities=[(0.25, 0.05), (0.05, 0.25)],
        schedule="independent",
    )
    return _people("q_learning_perseveration", KAPPA_RANGES, task, 3 * per_group, per_group)


def gershman_people(n: int = 6, n_blocks: int = 8) -> pd.DataFrame:
    """People without groups, with the means of the arms."""
    task = GaussianTask(
        kind="gaussian", n_blocks=n_blocks, trials_per_block=10, arm_mean_sd=10, reward_sd=1
    )
    return _people("hybrid_exploration", GAMMA_RANGES, task, n, None)


def agents(n: int = 4, model: str = "q_learning_perseveration") -> pd.DataFrame:
    """Synthetic agents: half stationary, half called switching."""
    task = BernoulliTask(
        kind="bernoulli",
        n_blocks=3,
        trials_per_block=30,
        arm_probabilities=[(0.25, 0.05), (0.05, 0.25)],
        schedule="independent",
    )
    law = get_dynamics(Stationary(kind="stationary"), KAPPA_RANGES)
    frames = []
    for name in ("stationary", "switching"):
        simulated = simulate(get_model(model), law, task, n, 7, ("test", name), prefix=name)
        frames.append(to_frame(simulated, get_model(model), name))
    return pd.concat(frames, ignore_index=True)


def jittered(trials: pd.DataFrame, parameters: tuple[str, ...], seed: int = 0) -> pd.DataFrame:
    """Estimates around constants (or the truth, where the trials have it), clipped p_action_0."""
    rng = np.random.default_rng(seed)
    frame = trials[["subject", "block", "trial"]].copy()
    frame["p_action_0"] = np.clip(0.5 + 0.2 * rng.standard_normal(len(frame)), 0.02, 0.98)
    for name in parameters:
        base = trials[name].to_numpy() if name in trials else 0.3
        frame[name] = base + 0.05 * rng.standard_normal(len(frame))
    return frame


def by_hand(blocks: list[tuple[str, int, list[int]]], **columns: object) -> pd.DataFrame:
    """Trials from (subject, block, actions); other columns as given."""
    rows = [
        (subject, block, trial, action)
        for subject, block, actions in blocks
        for trial, action in enumerate(actions)
    ]
    frame = pd.DataFrame(rows, columns=["subject", "block", "trial", "action"])
    frame["reward"] = 0.0
    return frame.assign(**columns)


def evidence_of(metrics: pd.DataFrame, error: float = 0.1) -> pd.DataFrame:
    """The evidence of the models among the estimators: what their predictions say."""
    own = metrics[metrics["estimator"].isin(["mle", "filter", "bayes"])]
    logs = -own["bce"] * own["n_trials"]
    return own.assign(log_evidence=logs, log_evidence_error=error)[COLUMNS]


def _people(
    model_name: str, ranges: dict[str, Range], task: object, n: int, per_group: int | None
) -> pd.DataFrame:
    model = get_model(model_name)
    law = get_dynamics(Stationary(kind="stationary"), ranges)
    simulated = simulate(model, law, task, n, 5, ("test", model_name), prefix="person")
    frame = to_frame(simulated, model, "stationary")
    codes = pd.factorize(frame["subject"])[0]
    group = None if per_group is None else np.array(GROUPS, dtype=object)[codes // per_group]
    kept = frame[["subject", "block", "trial", "action", "reward"]].copy()
    kept.insert(1, "group", pd.Series(group, index=frame.index, dtype="str"))
    if per_group is None:
        kept["mu_0"], kept["mu_1"] = frame["arm_mean_0"], frame["arm_mean_1"]
    return kept
