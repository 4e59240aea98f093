"""What the columns of simulated agents mean.

Only words: see `trnn.workflow.modules`. A parameter's words and unit are its model's.
"""

PARAMETER = "{what} {words} ({symbol})"  # what: "true", "estimated", ...

AGENTS_ROW = "a trial of a simulated agent"
AGENTS = {
    "dynamics": "dynamics of the agent's parameters",
    "hazard": (
        "probability of a change, a trial and parameter, that the agent has drawn; one that "
        "stationary_share keeps constant has drawn it too; null under dynamics without a hazard"
    ),
    "p_action_0": "true probability of action 0",
    "latent": "the agent's {words} before the choice",
    "arm_mean": "expected reward of action {arm} on this trial",
}
