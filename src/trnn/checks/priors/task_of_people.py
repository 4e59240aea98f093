"""The settings of a task like the people's: measured from their trials."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.priors.measured import task_measured
from trnn.config.task import BernoulliTask, GaussianTask
from trnn.trials.arms import MEANS, has_better_arm, has_means
from trnn.trials.missed import is_choice

Array = np.ndarray

MOST_PAIRS = 24  # of reward probabilities that settings list
ALIKE = 0.02  # difference of two probabilities below which they are taken for one
RARE = 0.1  # probability that an arm is the better one, below which the other always is
FAR = 0.7  # of the root mean square of the arms' means, from which their mean is told
ROUNDS = 500  # of expectation and maximisation: far more than it takes
# What is measured does not depend on what is configured beside it.
_ANY = {"n_blocks": 1, "trials_per_block": 1}
_ANY_BERNOULLI = BernoulliTask(
    kind="bernoulli", arm_probabilities=[(0.0, 1.0)], schedule="independent", **_ANY
)


@dataclass(frozen=True)
class TaskOfPeople:
    """Settings of a task as plain data, and for some of them, by key, how they were found."""

    settings: dict[str, Any]
    words: dict[str, str]


def task_of_people(trials: pd.DataFrame) -> TaskOfPeople:
    """Return a task in which simulated agents face what the people faced, as far as it shows.

    Rewards that are all 0 or 1 make a Bernoulli task, others a Gaussian one.

    Parameters
    ----------
    trials : DataFrame
        A prepared table of people's trials, with the arms' means in `mu_0` and `mu_1`, or whether
        the better arm was chosen in `best_action`, where they are known.
    """
    lengths, made = _lengths(trials), trials[is_choice(trials)]
    own = _bernoulli(made) if made["reward"].isin([0, 1]).all() else _gaussian(made)
    settings, words = own.settings | lengths.settings, own.words | lengths.words
    if settings.get("schedule") == "permuted" and settings["n_blocks"] % len(
        settings["arm_probabilities"]
    ):
        settings["schedule"] = "independent"
    return TaskOfPeople(settings, words)


def digits(value: float, n: int = 3) -> float:
    """Return a number to some significant digits."""
    return float(f"{value:.{n}g}")


def _lengths(trials: pd.DataFrame) -> TaskOfPeople:
    found = _measured(trials[["subject", "block", "action"]], _ANY_BERNOULLI)
    blocks = trials.groupby("subject")["block"].nunique()
    n_blocks = max(round(found["n_blocks"]), 1)
    words: dict[str, str] = {}
    more: dict[str, Any] = {}
    if "miss_rate" in found:
        more, words["miss_rate"] = {"miss_rate": digits(found["miss_rate"])}, "mean over people"
    if blocks.nunique() > 1:
        words["n_blocks"] = f"people have {blocks.min()} to {blocks.max()}; their mean"
    low, high = int(found["block_length_min"]), int(found["block_length_max"])
    if low == high:
        return TaskOfPeople({"n_blocks": n_blocks, "trials_per_block": low, **more}, words)
    length = {
        "mean": digits(found["block_length_mean"]),
        "person_sd": digits(found["block_length_person_sd"]),
        "sd": digits(found["block_length_sd"]),
        "low": low,
        "high": high,
    }
    words["trials_per_block"] = "as people's blocks vary, between persons and within"
    return TaskOfPeople({"n_blocks": n_blocks, "trials_per_block": length, **more}, words)


def _measured(trials: pd.DataFrame, task: BernoulliTask | GaussianTask) -> dict[str, float]:
    found = task_measured(trials, task).set_index("quantity")["measured"]
    return {str(name): float(value) for name, value in found.items()}


def _bernoulli(trials: pd.DataFrame) -> TaskOfPeople:
    schedule, about = "independent", ""
    if has_means(trials.columns):
        pairs, schedule, about = _known_pairs(trials)
    elif has_better_arm(trials.columns):
        rates = _measured(trials, _ANY_BERNOULLI)
        pairs = _both_ways(rates["reward_rate_better"], rates["reward_rate_other"], 0.5)
        about = "what the better arm and the other paid, over all people and blocks"
    else:
        high, low, share = two_rates(trials)
        pairs = _both_ways(high, low, share)
        about = (
            "no column tells them: estimated from what was paid, for one arm of a block that pays "
            "more than the other"
        )
    settings = {"kind": "bernoulli", "arm_probabilities": pairs, "schedule": schedule}
    return TaskOfPeople(settings, {"arm_probabilities": about})


def _known_pairs(trials: pd.DataFrame) -> tuple[list[list[float]], str, str]:
    """Return the pairs that people met, their schedule, and how they were found."""
    blocks = trials.drop_duplicates(["subject", "block"])
    met = blocks[list(MEANS)].round(4)
    counts = met.assign(subject=blocks["subject"]).value_counts().unstack(list(MEANS), fill_value=0)
    pairs = [list(map(float, pair)) for pair in sorted(counts.columns.to_list())]
    if len(pairs) > MOST_PAIRS:
        ordered = met.sort_values(list(MEANS)).to_numpy()
        some = ordered[np.linspace(0, len(ordered) - 1, MOST_PAIRS).round().astype(int)]
        about = f"{MOST_PAIRS} of the {len(pairs)} pairs that the people met, evenly picked"
        return [[float(a), float(b)] for a, b in some], "independent", about
    each = counts.to_numpy()
    schedule = "permuted" if (each == each[0, 0]).all() else "independent"
    return pairs, schedule, "the pairs that the people met"


def _both_ways(high: float, low: float, share: float) -> list[list[float]]:
    """Return the pairs of an arm that pays more, which is arm 0 in a share of the blocks."""
    high, low = digits(high), digits(low)
    if abs(high - low) < ALIKE:
        return [[high, low]]
    pairs = {"first": [high, low], "second": [low, high]}
    if share < RARE:
        return [pairs["second"]]
    return [pairs["first"]] if share > 1 - RARE else list(pairs.values())


def two_rates(trials: pd.DataFrame) -> tuple[float, float, float]:
    """Return what the better arm pays, what the other, and how often arm 0 is the better one.

    By maximum likelihood of a mixture: in each block one arm pays with the one probability and the
    other with the other, and which of them is not seen (expectation and maximisation).
    """
    sums = trials.groupby(["subject", "block", "action"])["reward"].agg(["sum", "size"])
    # (n_blocks, 2 arms)
    won, n = (
        sums[what].unstack("action", fill_value=0).reindex(columns=[0, 1], fill_value=0).to_numpy()
        for what in ("sum", "size")
    )
    mean = won.sum() / n.sum()
    rates, share = np.clip([mean + 0.2, mean - 0.2], 0.02, 0.98), 0.5
    for _ in range(ROUNDS):
        # (n_blocks, 2 arms, 2 rates): log likelihood of an arm under a rate
        each = won[:, :, None] * np.log(rates) + (n - won)[:, :, None] * np.log1p(-rates)
        first = each[:, 0, 0] + each[:, 1, 1] + np.log(share)
        second = each[:, 0, 1] + each[:, 1, 0] + np.log1p(-share)
        is_first = 1.0 / (1.0 + np.exp(np.clip(second - first, -500, 500)))
        weight = np.stack([is_first, 1.0 - is_first], axis=1)  # that arm 0 (1) is the better
        better = ((won * weight).sum() + 0.5) / ((n * weight).sum() + 1.0)
        other = ((won * weight[:, ::-1]).sum() + 0.5) / ((n * weight[:, ::-1]).sum() + 1.0)
        rates = np.clip([better, other], 1e-4, 1 - 1e-4)
        share = float(np.clip(is_first.mean(), 1e-4, 1 - 1e-4))
    if rates[0] < rates[1]:
        return float(rates[1]), float(rates[0]), 1.0 - share
    return float(rates[0]), float(rates[1]), share


def _gaussian(trials: pd.DataFrame) -> TaskOfPeople:
    known = has_means(trials.columns)
    amounts = trials[["reward", *(MEANS if known else ())]].to_numpy(dtype=float)
    rounded = bool((amounts == np.round(amounts)).all())
    if known:
        any_task = GaussianTask(
            kind="gaussian", arm_mean_sd=1.0, reward_sd=1.0, rounded=rounded, **_ANY
        )
        found = _measured(trials, any_task)
        mean_sd, reward_sd = found["arm_mean_sd"], found["reward_sd"]
        about = {"arm_mean_sd": "of the means that the people met, about 0"}
        centre = found["arm_mean"]
    else:
        mean_sd, reward_sd, centre = _components(trials)
        about = {
            "arm_mean_sd": "no column tells the arms' means: estimated from what each arm of a "
            "block paid"
        }
    # `mean_sd` is about 0: so far is the centre from 0 as the means are from it.
    if abs(centre) > FAR * mean_sd:
        about["arm_mean_sd"] += (
            f". The people's means lie about {centre:.3g}, the simulated agents' about 0: take "
            f"{centre:.3g} from the rewards (and means) of your table if it is to be like theirs"
        )
    settings = {
        "kind": "gaussian",
        "arm_mean_sd": digits(max(mean_sd, 1e-3)),
        "reward_sd": digits(max(reward_sd, 1e-3)),
        "rounded": rounded,
    }
    return TaskOfPeople(settings, about)


def _components(trials: pd.DataFrame) -> tuple[float, float, float]:
    """Return the SD of arms' means about 0, of rewards around them, and the mean of the means."""
    cells = trials.groupby(["subject", "block", "action"])["reward"].agg(["mean", "size", "var"])
    several = cells[cells["size"] > 1]
    freedom = (several["size"] - 1).sum()
    within = (several["var"] * (several["size"] - 1)).sum() / freedom if freedom else 0.0
    square = (cells["mean"] ** 2 - within / cells["size"]).mean()
    return float(np.sqrt(max(square, 0.0))), float(np.sqrt(within)), float(cells["mean"].mean())
