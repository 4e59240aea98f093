"""The task as the people met it, measured from their trials, beside the configured one."""

from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.priors.moving import measured_reversals, measured_walk, root
from trnn.config.blocks import Pair, Reversing
from trnn.config.task import BernoulliTask, GaussianTask, TaskSettings, WalkTask
from trnn.trials.arms import better_arm, has_better_arm, has_means
from trnn.trials.missed import is_choice

Array = np.ndarray

# Rounding to whole points adds this to a variance (Sheppard's correction), points squared.
ROUNDING_VARIANCE = 1.0 / 12.0


def task_measured(trials: pd.DataFrame, task: TaskSettings) -> pd.DataFrame:
    """Return a row for each property of the task: columns of `priors_table.TASK_MEASURED`.

    With Bernoulli arms the pair of a block is not in the data, only which arm was the
    better one: what each of them paid is pooled over blocks, weighted by choices. So the better
    arm's rate leans to the pairs in which it is chosen more often.

    Parameters
    ----------
    trials : DataFrame
        A prepared table of people's trials. What it does not hold of the arms is not measured: the
        better one of Bernoulli arms, the means of others (`trnn.trials.arms`). Of arms that a file
        gives only the blocks are measured.
    """
    rows = _lengths(trials, task) + _misses(trials, task)
    if isinstance(task, BernoulliTask):
        rows += _bernoulli(trials, task) if has_better_arm(trials.columns) else []
    elif has_means(trials.columns) and isinstance(task, GaussianTask):
        rows += _gaussian(trials, task)
    elif has_means(trials.columns) and isinstance(task, WalkTask):
        rows += measured_walk(trials, task)
    if has_better_arm(trials.columns) and isinstance(task, Reversing):
        rows += measured_reversals(trials, task)
    frame = pd.DataFrame(rows, columns=["quantity", "estimator", "unit", "values", "configured"])
    measured = [_measured(values) for values in frame.pop("values")]
    for column, numbers in zip(
        ("measured", "measured_se", "n"), zip(*measured, strict=True), strict=True
    ):
        frame[column] = numbers
    return frame


def _measured(values: Any) -> tuple[float, float, int]:
    """Return a value, its standard error and n: of a mean, or as given."""
    if isinstance(values, tuple):
        return values
    values = np.asarray(values, dtype=float)
    n = len(values)
    return values.mean(), values.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan, n


def _lengths(trials: pd.DataFrame, task: TaskSettings) -> list[tuple[Any, ...]]:
    lengths = trials.groupby(["subject", "block"]).size()
    of_person = lengths.groupby("subject").mean()
    blocks = lengths.groupby("subject").size()
    configured = task.trials_per_block
    if isinstance(configured, int):
        mean, sd, person_sd, low, high = float(configured), 0.0, 0.0, configured, configured
    else:
        mean, sd, person_sd, low, high = (
            configured.mean,
            configured.sd,
            configured.person_sd,
            configured.low,
            configured.high,
        )
    n = len(lengths)
    within, between = _components(lengths)
    all_blocks = "over all blocks of all people"
    return [
        ("n_blocks", "mean over people", "block", blocks, float(task.n_blocks)),
        ("block_length_mean", "mean over people of their mean", "trial", of_person, mean),
        (
            "block_length_sd",
            "standard deviation within a person",
            "trial",
            (within, np.nan, n),
            sd,
        ),
        (
            "block_length_person_sd",
            "standard deviation between persons, less what chance within a person adds",
            "trial",
            (between, np.nan, len(blocks)),
            person_sd,
        ),
        ("block_length_min", f"least {all_blocks}", "trial", (lengths.min(), np.nan, n), low),
        ("block_length_max", f"most {all_blocks}", "trial", (lengths.max(), np.nan, n), high),
    ]


def _components(lengths: pd.Series) -> tuple[float, float]:
    """Return the SDs within and between persons of block lengths, by analysis of variance.

    Searle, Casella & McCulloch (1992), Variance Components, section 3.6: unequal numbers of blocks.
    """
    groups = lengths.groupby("subject")
    counts, means = groups.size().to_numpy(), groups.mean().to_numpy()
    n, people = counts.sum(), len(counts)
    if n == people:
        return 0.0, 0.0
    within = ((lengths - groups.transform("mean")) ** 2).sum() / (n - people)
    if people < 2:
        return float(np.sqrt(within)), 0.0
    between = (counts * (means - lengths.mean()) ** 2).sum() / (people - 1)
    typical = (n - (counts**2).sum() / n) / (people - 1)
    return float(np.sqrt(within)), float(np.sqrt(max(between - within, 0.0) / typical))


def _misses(trials: pd.DataFrame, task: TaskSettings) -> list[tuple[Any, ...]]:
    """Return the rate of missed responses; nothing where none is missed, nor expected."""
    missed = pd.Series(~is_choice(trials), index=trials.index)
    if not missed.any() and task.miss_rate == 0:
        return []
    of_person = missed.groupby(trials["subject"]).mean()
    words = "share of trials without a response, mean over people"
    return [("miss_rate", words, "share", of_person, task.miss_rate)]


def _bernoulli(trials: pd.DataFrame, task: BernoulliTask) -> list[tuple[Any, ...]]:
    trials = trials[is_choice(trials)]
    trials = trials.assign(better=better_arm(trials))
    trials = trials[trials["better"] >= 0]  # arms that pay alike have no better one
    best = trials["action"] == trials["better"]
    better_is_0 = trials["better"] == 0
    pairs = np.array(task.arm_probabilities)
    rows: list[tuple[Any, ...]] = []
    for arm, own, rate in (
        ("better", best, pairs.max(axis=1)),
        ("other", ~best, pairs.min(axis=1)),
    ):
        words = f"rewards over choices of the {arm} arm, pooled over people"
        paid = _pooled(trials[own], task.rewards)
        rows.append((f"reward_rate_{arm}", words, "probability", paid, rate.mean()))
    unequal = pairs[pairs[:, 0] != pairs[:, 1]]
    if len(unequal):
        of_block = better_is_0.groupby([trials["subject"], trials["block"]]).first()
        of_person = of_block.groupby("subject").mean()
        share = (unequal[:, 0] > unequal[:, 1]).mean()
        words = "share of blocks, mean over people"
        rows.append(("better_arm_is_0", words, "share", of_person, share))
    return rows


def _pooled(trials: pd.DataFrame, rewards: Pair) -> tuple[float, float, int]:
    """Return rewards over choices, with the ratio's standard error over people, and choices."""
    success = trials["reward"] == rewards[1] if rewards != (0.0, 1.0) else trials["reward"]
    sums = success.groupby(trials["subject"]).agg(["sum", "size"])
    successes, choices = sums["sum"].to_numpy(), sums["size"].to_numpy()
    n = len(sums)
    rate = successes.sum() / choices.sum()
    if n < 2:
        return rate, np.nan, int(choices.sum())
    # Delta method for a ratio of sums (Cochran 1977, Sampling Techniques, section 6.4).
    residual = successes - rate * choices
    error = residual.std(ddof=1) * np.sqrt(n) / choices.sum()
    return rate, error, int(choices.sum())


def _gaussian(trials: pd.DataFrame, task: GaussianTask) -> list[tuple[Any, ...]]:
    blocks = trials.drop_duplicates(["subject", "block"])
    means = blocks[["mu_0", "mu_1"]].to_numpy()
    trials = trials[is_choice(trials)]
    chosen = np.where(trials["action"] == 0, trials["mu_0"], trials["mu_1"])
    deviation = trials["reward"].to_numpy() - chosen
    rounding = ROUNDING_VARIANCE if task.rounded else 0.0
    less = ", less the 1/12 that rounding adds to the variance" if task.rounded else ""
    overall = (means.mean(), np.nan, means.size)
    rows: list[tuple[Any, ...]] = [
        ("arm_mean", "mean over arms of all blocks", "points", overall, 0.0)
    ]
    what = f"root mean square of the arms' means{less}"
    for name, own, sd in _of_arms("arm_mean_sd", task.arm_mean_sd, [means[:, 0], means[:, 1]]):
        rows.append((name, what, "points", root(own, rounding), sd))
    what = f"root mean square of a reward less its arm's mean{less}"
    chosen_arm = [deviation[trials["action"] == arm] for arm in (0, 1)]
    for name, own, sd in _of_arms("reward_sd", task.reward_sd, chosen_arm, deviation):
        if len(own):
            rows.append((name, what, "points", root(own, rounding), sd))
    return rows


def _of_arms(
    name: str, sd: float | Pair, each: list[Array], both: Array | None = None
) -> list[tuple[str, Array, float]]:
    """Return what is measured of both arms together, or of each where the task tells them apart."""
    if isinstance(sd, int | float):
        return [(name, np.stack(each, axis=1).ravel() if both is None else both, sd)]
    return [(f"{name}_{arm}", each[arm], sd[arm]) for arm in (0, 1)]
