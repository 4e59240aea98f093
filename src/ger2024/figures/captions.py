"""Captions of the study's figures: what each shows, and how that was computed."""

from trnn.figures.captions import STARS

_DIFFICULTY = (
    "Each person's blocks are averaged at each trial; lines and bands are mean and 95 % t interval "
    "over people. Easy blocks have arms whose means differ by 19 points or more, hard ones by 1 or "
    "less. Bars under the curves: clusters of trials in which the conditions differ, by a cluster "
    "permutation test over people, with their p."
)
_MATCHED = (
    "agents that keep a person's own maximum-likelihood fit, on that person's own schedule, put "
    "through the same analysis, where there are any"
)
ACCURACY_BY_DIFFICULTY = "Choices of the better arm. " + _DIFFICULTY
PARAMETER_BY_DIFFICULTY = (
    f"Estimates of the t-RNN; dashed: {_MATCHED}, and the clusters are then those of each person's "
    "difference less that of the agents. " + _DIFFICULTY
)
COURSE_BY_GROUP = (
    "An estimate of the t-RNN is averaged over each person's blocks at each trial of the block; "
    "lines and bands are mean and 95 % t interval over people. Shown are the trials that three "
    "quarters of the blocks have, for the people with a block as long. "
    f"Dashed: {_MATCHED}."
)
PERSEVERATION_BY_GROUP = (
    "Left: each person's mean over trials of the t-RNN's κ, with the median and quartiles of each "
    "group; marks are tests between the groups' people, corrected by Holm over all pairs "
    + STARS
    + ". Right: distribution of κ over trials, every person weighted equally."
)
PERSEVERATION_AND_STAYING = (
    "Each person's correlation, over trials, of the t-RNN's κ with the share of stays in the 10 "
    "trials before, within blocks; both are computed from the same choices. The control: "
    f"{_MATCHED}. Lines: medians over people; the mark compares each person with the agents "
    "matched to the person."
)
STRETCHES = (
    "Two stretches of 40 trials within one person's one block: the one with the fewest and the "
    "one with the most stays of all such stretches (among equals, the one with the most extreme "
    "mean κ). Choices, and the t-RNN's probability of action 0 and κ, each made before the "
    "trial's choice is seen."
)
AGAINST_BETTER_ARM = (
    "Among each block's first action against the better arm (from the fifth trial on), the one "
    "after which the t-RNN's inverse temperature β falls most by the next trial, with its block "
    "and the blocks before and after it. Choices, and the t-RNN's probability of action 0 and β, "
    "each made before the trial's choice is seen."
)
AROUND_ACTIONS = (
    "The t-RNN's β around actions against and for the better arm (from the fifth trial of a block "
    "on), averaged over each person's events; lines and bands are mean and 95 % t interval over "
    f"people, and no trial of another block enters. Pale: {_MATCHED}. Bar under the curves: "
    "offsets at which the difference of the two is another in people than in these agents, by a "
    "cluster permutation test over people."
)
MOVING_AVERAGES = (
    "The people at the 25th, 50th and 75th percentile of the correlation of κ with staying. Left: "
    "the t-RNN's κ and the share of stays in the 10 trials before; right: its β and the mean of "
    "|P(action 0) − ½| over the 10 trials before, all within blocks. r is Pearson's correlation of "
    "the two lines of the panel."
)
