"""The analyses of people, what each needs, and which of them an experiment can have.

The columns of the people's table and the parameters of the model decide, never a name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trnn.theory.meanings import MEANINGS

GROUP, MEANS = ("group",), ("mu_0", "mu_1")


@dataclass(frozen=True)
class Analysis:
    """An analysis, in words, and the parameters and columns of people's table that it needs."""

    words: str
    parameters: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


PREDICTION = Analysis("prediction of choices")
PERSEVERATION = Analysis("perseveration by group", ("kappa",), GROUP)
STAYING = Analysis("correlation of κ with staying", ("kappa",))
CERTAINTY = Analysis("correlation of β with the certainty of the prediction", ("beta", "kappa"))
STRETCHES = Analysis("κ in stretches of alternating and of repeating", ("kappa",))
EVENTS = Analysis("β around actions against the better arm", ("beta",), MEANS)
ACCURACY = Analysis("accuracy in easy and in hard blocks", (), MEANS)
DIFFICULTY = {
    name: Analysis(f"{MEANINGS[name].symbol} in easy and in hard blocks", (name,), MEANS)
    for name in ("beta", "gamma")
}
GROUP_COURSES = Analysis("courses over the block by group", (), GROUP)
DIFFICULTY_COURSES = Analysis("courses over easy and over hard blocks", (), MEANS)

ANALYSES = (
    *(PREDICTION, PERSEVERATION, STAYING, CERTAINTY, STRETCHES, EVENTS, ACCURACY),
    *(*DIFFICULTY.values(), GROUP_COURSES, DIFFICULTY_COURSES),
)
# Analyses that are compared with agents matched to the people.
CONTROLLED = (PERSEVERATION, STAYING, CERTAINTY, STRETCHES, EVENTS, *DIFFICULTY.values())


@dataclass(frozen=True)
class Having:
    """What an experiment provides for the analyses.

    `parameters` of its model, `columns` of the people's table beside those that every one has, the
    `groups` of people in the order of their data set's row, and `control`, whether there are agents
    matched to the people.
    """

    parameters: tuple[str, ...]
    columns: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    control: bool = False

    @classmethod
    def of(cls, parameters: Iterable[str], people: Mapping[str, Any]) -> "Having":
        """Return what a stage has been given: its parameters, and the rest as plain data."""
        columns, groups = tuple(people["columns"]), tuple(people["groups"])
        return cls(tuple(parameters), columns, groups, people["control"])

    def has(self, analysis: Analysis) -> bool:
        """Return whether an analysis applies."""
        return self.lacks(analysis) == ""

    def lacks(self, analysis: Analysis) -> str:
        """Return why an analysis does not apply, in words; empty if it does."""
        absent = [name for name in analysis.parameters if name not in self.parameters]
        reasons = [f"the model has no {MEANINGS[name].symbol}" for name in absent]
        if not set(analysis.columns) <= set(self.columns):
            what = "groups" if analysis.columns == GROUP else "mean rewards of the arms"
            reasons.append(f"the data have no {what}")
        return " and ".join(reasons)

    def not_computed(self) -> Iterator[str]:
        """Yield, for each analysis that does not apply, what it is and why."""
        for analysis in ANALYSES:
            reason = self.lacks(analysis)
            if reason:
                yield f"{analysis.words}: not computed, {reason}"
        if not self.control and any(self.has(analysis) for analysis in CONTROLLED):
            yield "control: not computed, there are no agents matched to the people"


def having(settings: Mapping[str, Any], columns: tuple[str, ...], control: bool) -> Having:
    """Return what an experiment has, from all of its settings as plain data; without groups."""
    return Having(tuple(settings["parameters"]), columns, control=control)
