"""Hazards of agents' own: how the parameters of an agent move that has one of several.

Given its hazard an agent's parameters move as if all agents had it. So whatever is wanted under
several hazards is found under each of them, and mixed: by the posterior of the hazards, which the
evidence under each gives, since all are equally likely before anything is seen.
"""

import numpy as np

from trnn.compilation import compiled
from trnn.theory.motions import SWITCHING, Motions

Array = np.ndarray


def number_of_hazards(motions: Motions) -> int:
    """Return how many hazards an agent may have; 1 where all agents share it, or have none."""
    return max(len(motions.hazards), 1)


def each_hazard(motions: Motions) -> list[Motions]:
    """Return the movements under each hazard; themselves alone where agents share it."""
    if len(motions.hazards) == 0:
        return [motions]
    return [
        motions._replace(hazard=own, hazards=motions.hazards[:0]) for own in hazards_of(motions)
    ]


@compiled
def hazards_of(motions: Motions) -> Array:
    """Return each parameter's hazard (h, d) under each of the hazards; 0 of what does not switch.

    One row where agents share the hazard.
    """
    n, d = len(motions.hazards), len(motions.kind)
    rows = np.zeros((max(n, 1), d))
    for k in range(d):
        for h in range(len(rows)):
            if n == 0:
                rows[h, k] = motions.hazard[k]
            elif motions.kind[k] == SWITCHING:
                rows[h, k] = motions.hazards[h]
    return rows


@compiled
def under(motions: Motions, hazard: Array) -> Motions:
    """Return the movements of an agent whose parameters' hazards are known, (d,)."""
    return Motions(
        motions.kind,
        motions.low,
        motions.high,
        hazard,
        motions.min_gap,
        motions.limits,
        motions.stationary_share,
        motions.scale,
        motions.start_mean,
        motions.start_sd,
        motions.step_sd,
        motions.remembers,
        motions.hazards[:0],
    )
