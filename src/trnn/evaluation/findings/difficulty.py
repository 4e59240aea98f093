"""Finding 5, second part: accuracy, β and γ in easy and hard blocks."""

import numpy as np

from trnn.evaluation.findings.quantity import (
    ABOVE,
    BELOW,
    Claim,
    Quantity,
    Resampling,
    mean_quantity,
)
from trnn.evaluation.findings.ungreedy import better_by, chose_better
from trnn.evaluation.sessions import Sessions
from trnn.parameters import MEANINGS

Array = np.ndarray

STATEMENT = (
    "β drops after an action against the better arm (t > 4 of the block) and recovers slowly; in "
    "easy blocks (|Δμ| ≥ 19) against hard ones (≤ 1) β is higher and γ lower from about the third "
    "trial on; accuracy is higher"
)
EASY, HARD = 19.0, 1.0  # points between the arms' means: at least, at most
THIRD = 2  # trial of the block, from 0
CLAIMS = {"accuracy": ABOVE, "beta": ABOVE, "gamma": BELOW}


def difficulty(sessions: Sessions) -> dict[str, Array]:
    """Return which trials lie in easy and in hard blocks, (n_trials,) each."""
    distance = np.abs(better_by(sessions))
    return {"easy": distance >= EASY, "hard": distance <= HARD}


def measure(sessions: Sessions, name: str) -> Array:
    """Return "accuracy" (1 if the better arm was chosen, NaN for equal arms) or a parameter."""
    return chose_better(sessions) if name == "accuracy" else sessions.estimate(name)


def easy_and_hard(sessions: Sessions, resampling: Resampling) -> list[Quantity]:
    """Return each subject's easy - hard difference, before and from the third trial on.

    Subjects who lack either kind of block are left out.
    """
    blocks = difficulty(sessions)
    trial = sessions.trial()
    quantities = []
    for name, claim in CLAIMS.items():
        values = measure(sessions, name)
        for part, inside, claimed in (
            ("from_third", trial >= THIRD, claim),
            ("before_third", trial < THIRD, None),
        ):
            difference = _difference(sessions, values, inside, blocks)
            quantities.append(_quantity(difference, resampling, name, part, claimed))
    return quantities


def _difference(sessions: Sessions, values: Array, inside: Array, blocks: dict) -> Array:
    means = {
        kind: sessions.mean_by_subject(np.where(inside & there, values, np.nan))
        for kind, there in blocks.items()
    }
    return means["easy"] - means["hard"]


def _quantity(
    difference: Array, resampling: Resampling, name: str, part: str, claim: Claim | None
) -> Quantity:
    words = "share of better choices" if name == "accuracy" else MEANINGS[name].symbol
    when = "the third trial of a block on" if part == "from_third" else "the first two trials"
    preposition = "from" if part == "from_third" else "in"
    return mean_quantity(
        difference,
        resampling,
        name=f"{name}_easy_hard_{part}",
        description=f"{words}, easy - hard blocks, {preposition} {when}",
        group="all",
        unit="1" if name == "accuracy" else MEANINGS[name].unit,
        claim=claim,
    )
