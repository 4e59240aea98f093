"""How parameters move, as compiled loops read it: numbers for each parameter, no classes.

One record serves every mixture of constant, switching and walking parameters. The same movements
of simulated agents, all of whose noise is drawn beforehand: `trnn.theory.dynamics`.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

from trnn.config.dynamics import DynamicsSettings, RandomWalk, Range, Stationary, Switching, Walk
from trnn.config.hazards import hazards_in, own_hazards

Array = np.ndarray
Motion = Literal["constant", "switching", "walking"]

CONSTANT, SWITCHING, WALKING = 0, 1, 2
LOGIT, LOG = 0, 1
# The smallest distance from an end of a walk's interval that a start is held at, as a share of it:
# at the end itself the walk's scale is infinite.
FROM_THE_END = 1e-12


class Motions(NamedTuple):
    """How d parameters move; every array is (d,) but `limits` and `hazards`.

    Parameters
    ----------
    kind : CONSTANT, SWITCHING or WALKING
    low, high : where values lie
    hazard : probability of a change a trial, of switching parameters; not a number where agents
        have one of `hazards`: see `trnn.theory.hazards`
    min_gap : a change needs more than so many trials since the last one or the start
    limits : (k,), numbers of changes one of which is the limit of an agent's; none: no limit
    stationary_share : probability that an agent never changes
    scale : LOGIT or LOG, of walks
    start_mean, start_sd : of a walk on its scale; NaN for a start uniform over low to high
    step_sd : of a walk's steps
    remembers : whether a change depends on the changes before it
    hazards : (h,), hazards one of which, equally likely, is an agent's, for all of its parameters;
        none: `hazard` is everybody's
    """

    kind: Array
    low: Array
    high: Array
    hazard: Array
    min_gap: int
    limits: Array
    stationary_share: float
    scale: Array
    start_mean: Array
    start_sd: Array
    step_sd: Array
    remembers: bool
    hazards: Array


def motions_of(settings: DynamicsSettings, ranges: Mapping[str, Range]) -> Motions:
    """Return the movements of `settings` for the parameters of `ranges`, in their order."""
    if isinstance(settings, RandomWalk):
        walks = [settings.parameters[name] for name in ranges]
        return _motions(["walking"] * len(ranges), walks=walks)
    bounds = list(ranges.values())
    if isinstance(settings, Stationary):
        return _motions(["constant"] * len(bounds), bounds)
    return _motions(["switching"] * len(bounds), bounds, settings)


def one_apart(
    motion: Motion, name: str, ranges: Mapping[str, Range], switching: Switching, walk: RandomWalk
) -> Motions:
    """Return the movements in which `name` follows `motion` and every other parameter switches.

    All start uniformly over `ranges`, so that a Bayes factor between two of them weighs the
    movement alone, and not how well a start was guessed.
    """
    kinds: list[Motion] = [motion if other == name else "switching" for other in ranges]
    return _uniform(kinds, ranges, switching, walk)


def all_alike(
    motion: Motion, ranges: Mapping[str, Range], switching: Switching, walk: RandomWalk
) -> Motions:
    """Return the movements in which every parameter follows `motion`, from uniform starts."""
    return _uniform([motion] * len(ranges), ranges, switching, walk)


def _uniform(
    kinds: list[Motion], ranges: Mapping[str, Range], switching: Switching, walk: RandomWalk
) -> Motions:
    walks = [walk.parameters[name] for name in ranges] if "walking" in kinds else None
    made = _motions(kinds, list(ranges.values()), switching, walks)
    return made._replace(start_mean=np.full(len(kinds), np.nan))


def _motions(
    kinds: list[Motion],
    ranges: list[Range] | None = None,
    switching: Switching | None = None,
    walks: list[Walk] | None = None,
) -> Motions:
    d = len(kinds)
    codes = {"constant": CONSTANT, "switching": SWITCHING, "walking": WALKING}
    kind = np.array([codes[k] for k in kinds])
    # Where a parameter walks, its values lie in the walk's interval.
    ends = [
        walks[i] if walks is not None and kind[i] == WALKING else ranges[i]  # type: ignore[index]
        for i in range(d)
    ]

    def of_walks(field: str) -> Array:
        return np.array([getattr(w, field) for w in walks], dtype=float) if walks else np.zeros(d)

    changes = kind == SWITCHING
    hazards = own_hazards(switching) if switching and changes.any() else ()
    hazard = np.nan if hazards else hazards_in(switching.hazard)[0] if switching else 0.0
    gap = switching.min_gap if switching else 0
    share = float(switching.stationary_share) if switching else 0.0
    limits = switching.max_changes if switching and switching.max_changes is not None else []
    return Motions(
        kind=kind,
        low=np.array([end.low for end in ends], dtype=float),
        high=np.array([end.high for end in ends], dtype=float),
        hazard=np.where(changes, hazard, 0.0),
        min_gap=gap,
        limits=np.array(limits, dtype=float),
        stationary_share=share,
        scale=np.array([LOG if w.scale == "log" else LOGIT for w in walks or ()] or [LOGIT] * d),
        start_mean=of_walks("start_mean"),
        start_sd=of_walks("start_sd"),
        step_sd=of_walks("step_sd"),
        remembers=bool(changes.any()) and (gap > 0 or len(limits) > 0 or share > 0),
        hazards=np.array(hazards, dtype=float),
    )
