"""What the columns of estimates mean. Only words: see `trnn.workflow.modules`."""

ESTIMATES_ROW = "a trial"
P_ACTION_0 = (
    "probability of action 0 predicted before this trial's choice is seen; null of an estimator "
    "that smooths, and where there was no response"
)
SD = "posterior standard deviation of {words}"
QUANTILE = "posterior {percent:.0f} % quantile of {words}"
MC_ERROR = "Monte Carlo standard error of the estimate of {words}, from independent replicates"
DISAGREEMENT = "standard deviation over networks of the posterior mean of {words}: part of its SD"
LOG_HAZARD = (
    "posterior mean of the natural logarithm of the person's own hazard, the probability of a "
    "change, a trial and parameter"
)
LOG_HAZARD_SD = "posterior standard deviation of the logarithm of the hazard"
LOG_HAZARD_ERROR = "Monte Carlo standard error of log_hazard, from independent replicates"
P_HAZARD = "posterior probability that the person's hazard is {hazard:g}"
P_THEORY_0 = (
    "probability of action 0 by the model, averaged over draws from the posterior, which has not "
    "seen this trial's choice; null where there was no response"
)
