"""What parameters are called, and what the columns of simulated agents mean.

Only words: see `trnn.workflow.modules`. A parameter's unit is its model's.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ParameterWords:
    """A parameter's name in words, and its symbol in figures."""

    words: str
    symbol: str


# Every parameter of every model, by its column's name.
MEANINGS: dict[str, ParameterWords] = {
    "alpha": ParameterWords("learning rate", "α"),
    "beta": ParameterWords("inverse temperature", "β"),
    "kappa": ParameterWords("perseveration", "κ"),
    "gamma": ParameterWords("directed exploration (weight of relative uncertainty)", "γ"),
}

PARAMETER = "{what} {words} ({symbol})"  # what: "true", "estimated", ...

AGENTS_ROW = "a trial of a simulated agent"
AGENTS = {
    "dynamics": "dynamics of the agent's parameters",
    "p_action_0": "true probability of action 0",
    "latent": "the agent's {name} before the choice",
    "arm_mean": "expected reward of action {arm} in this block",
}
