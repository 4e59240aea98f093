"""Kinds of trials, by what was there before the choice.

What was paid last, whether the last choice was a repetition, how many equal choices stand in a row,
and where in the block the trial is. A kind never depends on the choice that is predicted: among the
trials on which people switched, whoever predicts a switch everywhere would come first.

Trials without a response are passed over, as in `trnn.trials.missed`: what came before a choice is
the choice made last in its block.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trnn.trials.index import subject_codes
from trnn.trials.missed import is_choice

Array = np.ndarray

ALL = "all trials"
FIRST, SECOND = "first choice of a block", "second choice of a block"
REPEATED, SWITCHED = "after a repetition", "after a switch"
REWARDED, UNREWARDED = "after a reward", "after no reward"
# The shortest run of each kind, and what the kind is called.
RUNS = {
    low: f"after a run of {length}"
    for low, length in ((1, "1"), (2, "2"), (3, "3 to 5"), (6, "6 or more"))
}
THIRDS = ("first third of a block", "middle third of a block", "last third of a block")
WHOLE, OUTCOME, LAST_CHOICE = "whole", "outcome and choice", "last choice"
RUN, PLACE = "run of equal choices", "place in the block"
PARTITIONS = (WHOLE, OUTCOME, LAST_CHOICE, RUN, PLACE)


@dataclass(frozen=True)
class Partition:
    """Kinds of which every choice has exactly one: `kind_of`, (n_choices,), the number of it."""

    name: str
    kinds: tuple[str, ...]
    kind_of: Array


def partitions_of(trials: pd.DataFrame) -> list[Partition]:
    """Return the partitions of the choices of a table of trials, in the order of `PARTITIONS`.

    Parameters
    ----------
    trials : DataFrame
        Columns subject, block, action, reward; a subject's trials stand together, in order.
        Choices are the rows with a response: see `trnn.trials.missed.is_choice`.

    Returns
    -------
    list of Partition
        Kinds that no choice has are left out: without a reward above 0 there are none after one.
    """
    made = is_choice(trials)
    choices = trials[made]
    first, repeated, run = _before(choices)
    after_first = np.zeros(len(choices), dtype=bool)
    after_first[1:] = first[:-1]
    second = after_first & ~first
    # As everywhere in the project, what is above 0 is a reward.
    rewarded = np.zeros(len(choices), dtype=bool)
    rewarded[1:] = choices["reward"].to_numpy(dtype=float)[:-1] > 0
    edges: list[tuple[str, Array]] = [(FIRST, first), (SECOND, second)]
    paid = [(REWARDED, rewarded), (UNREWARDED, ~rewarded)]
    last = [(REPEATED, repeated), (SWITCHED, ~repeated)]
    longer = [*list(RUNS)[1:], np.inf]
    runs = [
        (name, (run >= low) & (run < end))
        for (low, name), end in zip(RUNS.items(), longer, strict=True)
    ]
    third = _third(trials)[made]
    return [
        _partition(WHOLE, [(ALL, np.ones(len(choices), dtype=bool))]),
        _partition(
            OUTCOME, [*edges, *((f"{a}, {b}", own & that) for a, own in paid for b, that in last)]
        ),
        _partition(LAST_CHOICE, [*edges, *last]),
        _partition(RUN, [(FIRST, first), *runs]),
        _partition(PLACE, [(name, third == place) for place, name in enumerate(THIRDS)]),
    ]


def _before(choices: pd.DataFrame) -> tuple[Array, Array, Array]:
    """Return what came before each choice, (n_choices,) each.

    Whether it is the first of its block; whether the choice before it repeated the one before that
    (False where there is no such choice); how many equal choices end with the one before it (0 for
    the first of a block).
    """
    n = len(choices)
    code, _ = subject_codes(choices)
    block, action = choices["block"].to_numpy(), choices["action"].to_numpy()
    first = np.ones(n, dtype=bool)
    first[1:] = (code[1:] != code[:-1]) | (block[1:] != block[:-1])
    same = np.zeros(n, dtype=bool)
    same[1:] = (action[1:] == action[:-1]) & ~first[1:]
    rows = np.arange(n)
    length = rows - np.maximum.accumulate(np.where(same, 0, rows)) + 1
    repeated, run = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64)
    repeated[1:], run[1:] = same[:-1], length[:-1]
    return first, repeated & ~first, np.where(first, 0, run)


def _third(trials: pd.DataFrame) -> Array:
    """Return in which third of its block each trial is, from 0, (n_trials,).

    Trials without a response count: time goes on.
    """
    blocks = trials.groupby(["subject", "block"], sort=False)["block"]
    place, length = blocks.cumcount().to_numpy(), blocks.transform("size").to_numpy()
    third: Array = 3 * place // length
    return third


def _partition(name: str, members: Sequence[tuple[str, Array]]) -> Partition:
    """Return the partition of kinds that are looked for in order: a choice is of the first."""
    kind_of = np.select([there for _, there in members], range(len(members)), default=-1)
    used = np.unique(kind_of)
    return Partition(name, tuple(members[k][0] for k in used), np.searchsorted(used, kind_of))
