"""Statistics of a session's choices, for a person and for many re-simulations at once."""

from dataclasses import dataclass, replace

import numpy as np

from trnn.checks.predictive.schedules import Schedule

Array = np.ndarray

# Runs so far, before a choice: the shortest of each bin.
SO_FAR = {"1": 1, "2": 2, "3_5": 3, "6": 6}
_WORDS = {"1": "a run of 1", "2": "a run of 2", "3_5": "a run of 3 to 5", "6": "a run of 6 or more"}
SCALARS = {
    "accuracy": "share of choices of the better arm",
    "switch_rate": "share of switches",
    "win_stay": "share of stays after a reward above 0",
    "lose_shift": "share of switches after a reward of 0 or less",
    "longest_run": "longest run of one choice in a block",
    "switch_rate_sd": "SD over blocks of the share of switches",
    "accuracy_early": "share of choices of the better arm in the first third of a block",
    "accuracy_late": "share of choices of the better arm in the last third of a block",
    "switch_early": "share of switches in the first third of a block",
    "switch_late": "share of switches in the last third of a block",
    **{f"stay_reward_{k}": f"share of stays after a reward and {w}" for k, w in _WORDS.items()},
    **{f"stay_none_{k}": f"share of stays after no reward and {w}" for k, w in _WORDS.items()},
}
# What is known best of a session; the others are told by how many people are inside of what they
# would do themselves.
MAIN = tuple(SCALARS)[:6]
CURVE, RUNS = "learning_curve", "run_length"
# The first trials have bins of their own where a block is short enough for so many.
MOST_BINS = 20
RUN_BINS = (1, 2, 3, 4, 5, 10, 20, 50)  # the shortest run of each bin


@dataclass(frozen=True)
class Bins:
    """Bins that all people share: `curve` the first trial (from 0) of each, `runs` the lengths.

    The last bin of the curve ends before trial `end`, that of the runs has no end.
    """

    curve: Array
    end: int
    runs: Array

    def columns(self) -> list[tuple[str, int, str]]:
        """Return (statistic, lower end of the bin, bin in words) of every column, in order."""
        trials = [
            (CURVE, int(low) + 1, _range(low + 1, high))
            for low, high in zip(self.curve, [*self.curve[1:], self.end], strict=True)
        ]
        lengths = [
            (RUNS, int(low), _range(low, high - 1))
            for low, high in zip(self.runs[:-1], self.runs[1:], strict=True)
        ]
        lengths.append((RUNS, int(self.runs[-1]), f"{self.runs[-1]}+"))
        return [(name, 0, "all") for name in SCALARS] + trials + lengths


def bins_of(last: int, longest: int) -> Bins:
    """Return the bins for courses up to trial `last` (from 0) and blocks of `longest` trials."""
    width = -(-(last + 1) // MOST_BINS)
    curve = np.arange(0, last + 1, width)
    runs = np.array([low for low in RUN_BINS if low <= longest])
    return Bins(curve, min(int(curve[-1]) + width, last + 1), runs)


def session_statistics(action: Array, reward: Array, own: Schedule, bins: Bins) -> Array:
    """Return the statistics of n sessions on one person's schedule.

    Parameters
    ----------
    action, reward : (n, t)
        Sessions of the person (n = 1), or of re-simulations.

    Returns
    -------
    (n, n_columns), columns as in `Bins.columns`; NaN where there is nothing to count. Stays,
    switches and runs are within blocks, from one choice to the next: trials that the person missed,
    on which re-simulations have no response either, are passed over. Blocks whose arms pay the same
    have no better arm; one of a single choice has no share of switches.
    """
    action, reward, own = _choices(action, reward, own)
    within = np.diff(own.place, prepend=-1) == 0
    stay = np.zeros(action.shape, dtype=bool)
    stay[:, 1:] = (action[:, 1:] == action[:, :-1]) & within[1:]
    won = np.zeros(action.shape, dtype=bool)
    won[:, 1:] = (reward[:, :-1] > 0) & within[1:]
    lost = within & ~won
    switch = within & ~stay
    lengths, session = _runs(stay)
    counts = _run_counts(lengths, session, len(action), bins.runs)
    longest = np.zeros(len(action))
    np.maximum.at(longest, session, lengths)
    right = action == own.best
    early, late = _thirds(own.place)
    known = own.best >= 0
    scalars = [
        _ratio((right & (own.best >= 0)).sum(1), (own.best >= 0).sum()),
        _ratio(switch.sum(1), within.sum()),
        _ratio((stay & won).sum(1), won.sum(1)),
        _ratio((switch & lost).sum(1), lost.sum(1)),
        longest,
        _sd_over_blocks(switch, within, own.place),
        *(_ratio((right & known & part).sum(1), (known & part).sum()) for part in (early, late)),
        *(_ratio((switch & part).sum(1), (within & part).sum()) for part in (early, late)),
        *_stays_by_run(stay, won),
        *_stays_by_run(stay, lost),
    ]
    return np.column_stack(
        [*scalars, _curve(right, own, bins), counts / counts.sum(axis=1, keepdims=True)]
    )


def _thirds(place: Array) -> tuple[Array, Array]:
    """Return which choices are of the first and of the last third of their block, (t,) each."""
    first = np.flatnonzero(np.diff(place, prepend=-1))
    sizes = np.diff(np.append(first, len(place)))
    after = (np.arange(len(place)) - np.repeat(first, sizes)) / np.repeat(sizes, sizes)
    return after < 1 / 3, after >= 2 / 3


def _stays_by_run(stay: Array, counted: Array) -> list[Array]:
    """Return the share of stays among the choices that count, by the run before, (n,) each."""
    t = np.arange(stay.shape[1])
    # How many equal choices there are in a row, up to and with the one before.
    begun = np.maximum.accumulate(np.where(stay, 0, t), axis=1)
    before = np.zeros(stay.shape, dtype=np.int64)
    before[:, 1:] = (t - begun)[:, :-1] + 1
    lower = list(SO_FAR.values())
    upper = [*lower[1:], stay.shape[1] + 1]
    of_bin = [counted & (before >= a) & (before < b) for a, b in zip(lower, upper, strict=True)]
    return [_ratio((stay & own).sum(1), own.sum(1)) for own in of_bin]


def _choices(action: Array, reward: Array, own: Schedule) -> tuple[Array, Array, Schedule]:
    """Return the sessions and the schedule without the trials that have no response."""
    if not own.missed.any():
        return action, reward, own
    made = ~own.missed
    names = ("block", "trial", "missed", "best", "place", "stretch")
    parts = {name: getattr(own, name)[made] for name in names}
    kept = replace(own, **parts, outcome=None if own.outcome is None else own.outcome[made])
    return action[:, made], reward[:, made], kept


def _curve(right: Array, own: Schedule, bins: Bins) -> Array:
    """Return the share of choices of the better arm in each bin of trials, (n, n_bins)."""
    of_bin = np.searchsorted(bins.curve, own.trial, side="right") - 1
    counted = (own.best >= 0) & (own.trial < bins.end)
    member = (of_bin[:, None] == np.arange(len(bins.curve))) & counted[:, None]
    return _ratio(right.astype(float) @ member.astype(float), member.sum(axis=0))


def _sd_over_blocks(switch: Array, within: Array, place: Array) -> Array:
    """Return the SD (population) over blocks of each session's share of switches, (n,)."""
    member = (place[:, None] == np.arange(place[-1] + 1)) & within[:, None]
    rates = _ratio(switch.astype(float) @ member.astype(float), member.sum(axis=0))
    known = member.any(axis=0)
    if not known.any():
        return np.full(len(switch), np.nan)
    return rates[:, known].std(axis=1)


def _runs(stay: Array) -> tuple[Array, Array]:
    """Return the length and the session of every run of one choice; `stay` is (n, t)."""
    starts = np.flatnonzero(~stay.ravel())
    return np.diff(np.append(starts, stay.size)), starts // stay.shape[1]


def _run_counts(lengths: Array, session: Array, n: int, lower: Array) -> Array:
    """Return the number of runs in each bin of lengths, (n, n_bins)."""
    of_bin = np.searchsorted(lower, lengths, side="right") - 1
    flat = np.bincount(session * len(lower) + of_bin, minlength=n * len(lower))
    return flat.reshape(n, len(lower)).astype(float)


def _ratio(numerator: Array, denominator: Array) -> Array:
    """Return the quotient, NaN where the denominator is 0."""
    top = np.asarray(numerator, dtype=float)
    bottom = np.broadcast_to(np.asarray(denominator, dtype=float), top.shape)
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)


def _range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}–{high}"
