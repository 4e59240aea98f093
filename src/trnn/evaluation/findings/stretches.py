"""Finding 4: stretches in which κ turns negative while a person alternates, and the reverse."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trnn.evaluation.findings.quantity import Claim, Quantity, Resampling, mean_quantity
from trnn.evaluation.sessions import Sessions
from trnn.evaluation.windows import at_offset, mean_before, staying

Array = np.ndarray
Kind = Literal["alternating", "repeating"]

STATEMENT = (
    "there are stretches in which κ turns negative while a person alternates, and positive while "
    "they repeat"
)
WIDTH = 20  # trials
MOST_STAYING = 0.25  # of an alternating stretch
LEAST_STAYING = 0.9  # of a repeating stretch
KINDS: tuple[Kind, ...] = ("alternating", "repeating")
SIGN = {"alternating": -1, "repeating": 1}

RULE = (
    f"{WIDTH} successive trials of a block with a share of staying ≤ {MOST_STAYING} (alternating) "
    f"or ≥ {LEAST_STAYING} (repeating), over which κ changes its sign in that direction; of these "
    "the one with the largest change of κ; without a change of sign, the most extreme κ after it"
)


@dataclass(frozen=True)
class Stretch:
    """Rows `first` to `after` - 1 of the table; κ of row `after` has seen all of them."""

    kind: Kind
    first: int
    after: int
    staying: float
    kappa_first: float
    kappa_after: float


def example(sessions: Sessions, kind: Kind) -> Stretch | None:
    """Return the stretch that `RULE` chooses, the first in the table among equals; None if none."""
    kappa = sessions.estimate("kappa")
    share, inside = _candidates(sessions, kind)
    rows = np.flatnonzero(inside)
    if len(rows) == 0:
        return None
    before = at_offset(kappa, sessions.block_id, -WIDTH)[rows]
    after = kappa[rows]
    sign = SIGN[kind]
    turned = (sign * before <= 0) & (sign * after > 0)
    score = np.where(turned, sign * (after - before), -np.inf) if turned.any() else sign * after
    best = int(np.argmax(score))
    row = int(rows[best])
    return Stretch(
        kind, row - WIDTH, row, float(share[row]), float(before[best]), float(after[best])
    )


def stretches(sessions: Sessions, resampling: Resampling) -> list[Quantity]:
    """Return κ after both example stretches, and after all such stretches of all subjects."""
    kappa = sessions.estimate("kappa")
    quantities = []
    for kind in KINDS:
        chosen = example(sessions, kind)
        quantities.append(_example_quantity(sessions, kind, chosen))
        inside = _candidates(sessions, kind)[1]
        means = sessions.mean_by_subject(np.where(inside, kappa, np.nan))
        quantities.append(
            mean_quantity(
                means,
                resampling,
                name=f"{kind}_kappa_all",
                description=f"mean over subjects of κ after all their {kind} stretches of "
                f"{WIDTH} trials",
                group="all",
                unit="value",
            )
        )
    return quantities


def _candidates(sessions: Sessions, kind: Kind) -> tuple[Array, Array]:
    """Return the share of staying in the WIDTH trials before each trial, and which qualify."""
    stays = staying(sessions.trials["action"].to_numpy(), sessions.block_id)
    share = mean_before(stays, sessions.block_id, WIDTH)
    with np.errstate(invalid="ignore"):
        qualifies = share <= MOST_STAYING if kind == "alternating" else share >= LEAST_STAYING
    return share, qualifies


def _example_quantity(sessions: Sessions, kind: Kind, chosen: Stretch | None) -> Quantity:
    if chosen is None:
        where, group, value, n = "no such stretch", "all", np.nan, 0
    else:
        row = sessions.trials.iloc[chosen.first]
        first = int(row["trial"])
        where = (
            f"subject {row['subject']}, block {row['block']}, trials {first} to "
            f"{first + WIDTH - 1}, staying {chosen.staying:.2f}, κ before {chosen.kappa_first:.2f}"
        )
        group = str(sessions.groups[sessions.codes[chosen.first]])
        value, n = chosen.kappa_after, 1
    return Quantity(
        name=f"{kind}_kappa_example",
        description=f"κ after the example of a stretch of {kind} ({where})",
        group=group,
        unit="value",
        value=value,
        n=n,
        claim=Claim(SIGN[kind], None),
    )
