"""The meanings of the data sets' own columns. Only words: see `trnn.workflow.modules`."""

REWARDED = "whether the action was rewarded"
BEST_ACTION = "1 if the action was the arm that pays more often in the block, else 0"
REWARD = "the reward received"
ARM_MEAN = "mean reward of action {arm} in the block"
REACTION_TIME = "reaction time; null in simulated stand-ins"
