"""What the project asks of its estimators, as numbers. They were set before anything was measured.

Every target is judged by the point estimate; its interval stands beside it and decides nothing.
"""

# Share of true values inside the posterior's 90 % interval, in every tenth of the session and in
# the trials just after a change.
COVERAGE_90 = (0.88, 0.92)
# Percent above the exact filter's mean on switching agents.
BCE_ABOVE_OPTIMUM = 1.0
ERROR_ABOVE_OPTIMUM = 5.0
# The learning rate's squared error at the last trial of stationary agents, over that of maximum
# likelihood.
LAST_TRIAL_RATIO = 2.0
LAST_TRIAL_PARAMETER = "alpha"
# Cross-entropy of people's choices from the trial-by-trial estimates less that from constant ones,
# nats; and the share of people whose choices the former explain better.
THEORY_DIFFERENCE = 0.0
THEORY_BETTER_SHARE = 0.8
# Mean cross-entropy of people's choices, nats.
PEOPLE_BCE = 0.3150
# Share of agents whose parameter never changes that are said to move.
FALSE_POSITIVES = 0.05

# The estimator that the targets are of; the others stand beside it. (Those of the distance from the
# optimum hold for its smoothed variant too.)
JUDGED = "trnn"
