"""Who is held out, who trains a network, and who chooses its epoch."""

from dataclasses import dataclass

import numpy as np

from trnn.errors import TableError

Array = np.ndarray

FEWEST_LEFT = 2  # beside those who are held out: one to train on, one to choose by
FEWEST_PEOPLE = FEWEST_LEFT + 1
LARGEST_SHARE = 5  # at most one training person in five chooses


@dataclass(frozen=True)
class Plan:
    """What each network does with each person; all (n_networks, n_people) of bool.

    Every person is in exactly one of `train`, `choose` and `test` of a network. `fold` and
    `member` (n_networks,) say which network it is.
    """

    train: Array
    choose: Array
    test: Array
    fold: Array
    member: Array

    def part(self, start: int, stop: int) -> "Plan":
        """Return the plan of networks `start` to `stop`."""
        return Plan(*(array[start:stop] for array in vars(self).values()))


def check_folds(n_people: int, folds: int | None) -> None:
    """Check that every fold leaves people to train on and to choose by.

    Raises
    ------
    TableError
        If there are too few people, or too few folds for so many.
    """
    if n_people < FEWEST_PEOPLE:
        raise TableError(
            f"a d-RNN needs at least {FEWEST_PEOPLE} people (to train on, to choose the epoch by "
            f"and to test on), got {n_people}. Set estimators.drnn.within to 'all', or estimators."
            "drnn to null."
        )
    left = n_people - _largest(n_people, _number_of(n_people, folds))
    if left < FEWEST_LEFT:
        enough = next(
            f for f in range(2, n_people + 1) if n_people - _largest(n_people, f) >= FEWEST_LEFT
        )
        raise TableError(
            f"{n_people} people in {folds} folds: a d-RNN has {left} left to train on and to "
            f"choose the epoch by where a fold is held out, and needs {FEWEST_LEFT}. Use at least "
            f"{enough} folds, or null."
        )


def _number_of(n_people: int, folds: int | None) -> int:
    return n_people if folds is None else min(folds, n_people)


def _largest(n_people: int, n_folds: int) -> int:
    """Return how many people the largest fold holds."""
    return -(-n_people // n_folds)


def make_plan(
    n_people: int, folds: int | None, members: int, generator: np.random.Generator
) -> Plan:
    """Divide people into folds, and in each fold the others among its members.

    Parameters
    ----------
    folds : int or None
        How many; None, or more than there are people, holds out one person at a time.
    members : int
        Networks of a fold. The people who choose a member's epoch are another part of the fold's
        training people for each member: a share of 1 / max(members, 5) of them.

    Raises
    ------
    TableError
        If there are too few people, or too few folds for so many.
    """
    check_folds(n_people, folds)
    n_folds = _number_of(n_people, folds)
    fold_of = np.empty(n_people, dtype=np.int64)
    fold_of[generator.permutation(n_people)] = np.arange(n_people) % n_folds
    train, choose, test = (np.zeros((n_folds, members, n_people), dtype=bool) for _ in range(3))
    for fold in range(n_folds):
        test[fold] = fold_of == fold
        others = generator.permutation(np.flatnonzero(fold_of != fold))
        n_shares = min(max(members, LARGEST_SHARE), len(others))
        for member in range(members):
            chosen = others[member % n_shares :: n_shares]
            choose[fold, member, chosen] = True
            train[fold, member] = ~test[fold, member] & ~choose[fold, member]
    flat = (n_folds * members, n_people)
    return Plan(
        train.reshape(flat),
        choose.reshape(flat),
        test.reshape(flat),
        np.repeat(np.arange(n_folds), members),
        np.tile(np.arange(members), n_folds),
    )
