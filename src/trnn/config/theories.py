"""Settings of the theories that are compared by how well they explain people's choices.

A theory is a model of choice, ranges of its parameters, and how often these change.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from trnn.config.base import Count, Name, Probability, Settings
from trnn.config.dynamics import Range
from trnn.config.models import parameters_of
from trnn.config.particles import Particles


class Candidate(Settings):
    """A model of choice with ranges of its parameters."""

    model: str = Field(
        description="the name of a file of src/trnn/theory/models, or path/to/file.py:Class, as "
        "of an experiment"
    )
    parameters: dict[Name, Range] = Field(
        default_factory=dict,
        description="range of each of the model's parameters: the uniform prior; of one that is "
        "left out, the model's own range",
    )

    @model_validator(mode="after")
    def _of_its_model(self) -> Self:
        stated = parameters_of(self.model)  # refuses what is no model
        unknown = sorted(set(self.parameters) - set(stated.all))
        if unknown:
            raise ValueError(
                f"parameters names {unknown}; those of model '{self.model}' are "
                f"{list(stated.all)}. Take out the others, or choose the model that has them"
            )
        # In the model's order, whatever the file's.
        ranges = {p.name: Range(low=p.low, high=p.high) for p in stated.parameters}
        object.__setattr__(self, "parameters", ranges | self.parameters)
        return self


class TheoryRecovery(Settings):
    """Agents of every candidate that are scored under every candidate."""

    n_agents: Count = Field(20, description="agents of each candidate")
    n_trials: Count | None = Field(
        None,
        description="first trials of an agent's session that count; null: all. Fewer take less "
        "time, and tell theories apart less well than people's whole sessions do",
    )


class Theories(Particles):
    """Candidates, each under every hazard, whose marginal likelihoods are compared on people.

    Parameters switch without a gap or a limit. Beside each hazard that all people share stands a
    hazard of each person's own, any of the list equally likely.
    """

    candidates: dict[Name, Candidate] = Field(
        description="models with their ranges, by the names that tables call them"
    )
    hazards: Annotated[list[Probability], Field(min_length=2)] = Field(
        description="probabilities of a change, per trial and parameter"
    )
    published: Name | None = Field(
        None,
        description="the candidate that a published study used: the gains of all are over it, "
        "under a hazard of each person's own; null: no gains. It has no part in the choice",
    )
    recovery: TheoryRecovery | None = Field(
        TheoryRecovery(), description="the model recovery matrix; null: none is made"
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.hazards)) != len(self.hazards):
            raise ValueError(f"hazards must differ, got {self.hazards}")
        if self.published is not None and self.published not in self.candidates:
            raise ValueError(
                f"published: got '{self.published}'; name one of the candidates, "
                f"{sorted(self.candidates)}, or leave it out"
            )
        names = list(self.candidates)
        for i, name in enumerate(names):
            for other in names[:i]:
                if self.candidates[name] == self.candidates[other]:
                    raise ValueError(
                        f"candidates '{other}' and '{name}' are the same model with the same "
                        "ranges. Change one, or take it out"
                    )
        return self
