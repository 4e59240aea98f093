"""Tests, other than comparisons of estimators, that the made-up tables of statistics hold."""

from collections.abc import Iterator
from typing import Any

_GROUP_PAIRS = (("healthy", "depression"), ("healthy", "bipolar"), ("depression", "bipolar"))
SIDES = ("people", "matched agents")
_STAYING = "kappa_staying_correlation"
_CLUSTERS = ((0, 1), (3, 9))  # first and last trial
# Kind, group, measure and contrast of a test, and what else its row has.
Test = tuple[str, str, str, str, dict[str, Any]]
NOTHING_MORE: dict[str, Any] = dict.fromkeys(
    ("estimator_a", "estimator_b", "side_a", "side_b", "trials_seen", "first", "last")
)


def _sides(a: str, b: str, first: int | None = None, last: int | None = None) -> dict[str, Any]:
    return {"side_a": a, "side_b": b, "first": first, "last": last}


def _clusters_of_actions() -> Iterator[Test]:
    for first, last in ((-2, -1), (1, 5)):
        for name, sides in (
            ("ungreedy - greedy", ("ungreedy", "greedy")),
            ("people - matched agents (ungreedy - greedy)", SIDES),
        ):
            contrast = f"offsets {first} to {last}: {name}"
            yield "course", "all", "beta_around_actions", contrast, _sides(*sides, first, last)


def _clusters_of_blocks() -> Iterator[Test]:
    for measure in ("accuracy", "beta", "gamma"):
        for first, last in _CLUSTERS:
            sides = _sides("easy", "hard", first, last)
            yield "course", "all", measure, f"trials {first}-{last}: easy - hard", sides
            if measure != "accuracy":
                contrast = f"trials {first}-{last}: people - matched agents (easy - hard)"
                yield "course", "all", measure, contrast, _sides(*SIDES, first, last)


# Tests that are no comparison of estimators.
OTHER_TESTS: dict[str, list[Test]] = {
    "dezfouli": [
        ("zero", "all", _STAYING, "against 0", {}),
        (
            "conditions",
            "all",
            f"{_STAYING}_beyond_control",
            "people - matched agents",
            _sides(*SIDES),
        ),
        *(
            ("groups", "all", "kappa_mean_difference", f"{a} - {b}", _sides(a, b))
            for a, b in _GROUP_PAIRS
        ),
        ("groups", "all", "kappa_groups_differ", "healthy, depression, bipolar", {}),
    ],
    "gershman": [
        *_clusters_of_actions(),
        *_clusters_of_blocks(),
        ("course", "all", "beta", "easy - hard: slope", _sides("easy", "hard")),
    ],
}
OTHER_TESTS["gershman_chosen"] = OTHER_TESTS["gershman"]
