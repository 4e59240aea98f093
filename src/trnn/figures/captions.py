"""Title and caption of every figure: what it shows, and how that was computed.

A caption names the estimator, the unit that is averaged, the interval and the test. Captions stand
apart from the drawing, so that a report can be written without a plotting library.
"""

from typing import NamedTuple


class Caption(NamedTuple):
    """A figure's title (no full stop) and its caption (one to four sentences)."""

    title: str
    text: str


_MARKS = (
    "Marks: Wilcoxon signed-rank test over {unit} of each estimator against the t-RNN, corrected "
    "by Holm over all pairs of the panel (*** p < 0.001, ** p < 0.01, * p < 0.05, n.s. otherwise)."
)
_COURSE = (
    "An estimate of the t-RNN is averaged over each person's blocks at each trial of the block; "
    "lines and bands are mean and 95 % t interval over people. Shown are the trials that three "
    "quarters of the blocks have, for the people with a block as long."
)
_DIFFICULTY = (
    "Each person's blocks are averaged at each trial; lines and bands are mean and 95 % t interval "
    "over people. Easy blocks have arms whose means differ by 19 points or more, hard ones by 1 or "
    "less. Bars under the curves: clusters of trials in which the conditions differ, by a cluster "
    "permutation test over people, with their p."
)
_RECOVERY = (
    "Simulated agents whose parameters never change: squared error of each estimate after the "
    "first n trials, mean and 95 % t interval over agents. Maximum likelihood is fitted anew to "
    "each agent's first n trials; the t-RNN, the filters and the prior mean give the estimate that "
    "has seen n trials. Marks: the t-RNN against maximum likelihood, Wilcoxon signed-rank test "
    "over agents, corrected by Holm over all estimators and numbers of trials of a parameter "
    "(*** p < 0.001, ** p < 0.01, * p < 0.05, n.s. otherwise)."
)
_VARIANTS = (
    "Cross-entropy of each person's choices, mean and 95 % t interval over people, under the "
    "networks and their variants (hatched): the t-RNN whose second network does not read the "
    "parameters' layers, and where there is one the d-RNN over all groups. Marks: Wilcoxon "
    "signed-rank test over people of a variant against the network it is a variant of, corrected "
    "by Holm (*** p < 0.001, ** p < 0.01, * p < 0.05, n.s. otherwise)."
)
_TRAINING = (
    "Each term of the loss over the steps of training, for the t-RNN and its variants: thin lines "
    "are the networks of the training seeds, grey on the training agents, coloured on the "
    "validation agents. Points: the epoch with the lowest validation loss, which is kept. The "
    "highest 3 % of the values, those of the first epochs, are cut off."
)
_DRNN_TRAINING = (
    "Cross-entropy of the choices of the people that a d-RNN is trained on and of those who choose "
    "its epoch, over the passes of training; means over all networks of a cohort, that is of all "
    "folds and members. The people on whom a network is tested are in neither. Bars: the share of "
    "the networks whose kept epoch it is, on a scale of its own from 0 to 1."
)

CAPTIONS: dict[str, Caption] = {
    "figure_2a": Caption(
        "Prediction and recovery on simulated agents",
        "Cross-entropy of the choices (top) and squared error of each parameter, averaged over "
        "each agent's trials; bars are mean and 95 % t interval over agents, of all agents and of "
        "each law of motion. Dashed: a constant at the prior mean; dotted: the true choice "
        "probabilities. " + _MARKS.format(unit="agents"),
    ),
    "figure_2b": Caption(
        "Parameters of three simulated agents, trial by trial",
        "The first test agent of each law of motion: the true parameters and the estimates of "
        "every estimator, each made before the trial's choice is seen (maximum likelihood: one "
        "constant fitted to all trials). The band is the posterior standard deviation of the "
        "switching filter.",
    ),
    "figure_3a": Caption(
        "Prediction of people's choices by diagnosis group",
        "Cross-entropy of the choices, averaged over each person's trials; bars are mean and 95 % "
        "t interval over people, of all people and of each group. " + _MARKS.format(unit="people"),
    ),
    "figure_3b": Caption(
        "Perseveration κ by diagnosis group",
        "Left: each person's mean over trials of the t-RNN's κ, with the median and quartiles of "
        "each group; marks are tests between the groups' people, corrected by Holm over the three "
        "pairs (*** p < 0.001, ** p < 0.01, * p < 0.05, n.s. otherwise). Right: distribution of κ "
        "over trials, every person weighted equally.",
    ),
    "figure_3c": Caption(
        "Perseveration κ follows recent staying",
        "Each person's correlation, over trials, of the t-RNN's κ with the share of stays in the "
        "10 trials before, within blocks; both are computed from the same choices. The control is "
        "simulated agents whose parameters never change, put through the same analysis. Lines: "
        "medians over subjects; the mark compares people with the control.",
    ),
    "figure_3d": Caption(
        "Perseveration κ while a person alternates and repeats",
        "Of all stretches of 40 trials within one person's one block, the one with the fewest and "
        "the one with the most stays (of equals, the most extreme mean κ). Choices, and the "
        "t-RNN's probability of action 0 and κ, each made before the trial's choice is seen.",
    ),
    "figure_3e": Caption("Perseveration κ over the block by diagnosis group", _COURSE),
    "figure_s3e_alpha": Caption("Learning rate α over the block by diagnosis group", _COURSE),
    "figure_s3e_beta": Caption("Inverse temperature β over the block by diagnosis group", _COURSE),
    "figure_4a": Caption(
        "Prediction of people's choices",
        "Cross-entropy of the choices, averaged over each person's trials; bars are mean and 95 % "
        "t interval over people. " + _MARKS.format(unit="people"),
    ),
    "figure_4b": Caption(
        "A stretch around an action against the better arm",
        "Of each block's first action against the better arm (from the fifth trial on), the one "
        "after which the t-RNN's inverse temperature β falls most by the next trial, with its "
        "block and the blocks before and after it. Choices, and the t-RNN's probability of action "
        "0 and β, each made before the trial's choice is seen.",
    ),
    "figure_4c": Caption(
        "Inverse temperature β around actions against the better arm",
        "The t-RNN's β around actions against and for the better arm (from the fifth trial of a "
        "block on), averaged over each person's events; lines and bands are mean and 95 % t "
        "interval over people, and no trial of another block enters. Pale: simulated agents whose "
        "parameters never change, put through the same analysis. Bar under the curves: offsets at "
        "which people's β differs between the two, by a cluster permutation test over people.",
    ),
    "figure_4d": Caption(
        "Accuracy in easy and hard blocks", "Choices of the better arm. " + _DIFFICULTY
    ),
    "figure_4e": Caption(
        "Inverse temperature β in easy and hard blocks", "Estimates of the t-RNN. " + _DIFFICULTY
    ),
    "figure_4f": Caption(
        "Directed exploration γ in easy and hard blocks", "Estimates of the t-RNN. " + _DIFFICULTY
    ),
    "figure_s1_recovery_one": Caption(
        "Recovery of one stationary parameter against the number of trials", _RECOVERY
    ),
    "figure_s1_artificial": Caption(
        "Recovery of two stationary parameters against the number of trials", _RECOVERY
    ),
    "figure_s1_recovery_three": Caption(
        "Recovery of three stationary parameters against the number of trials", _RECOVERY
    ),
    "figure_s2_dezfouli": Caption(
        "Perseveration κ and inverse temperature β of three people against their moving averages",
        "The people at the 25th, 50th and 75th percentile of the correlation of κ with staying. "
        "Left: the t-RNN's κ and the share of stays in the 10 trials before; right: its β and the "
        "mean of |P(action 0) − ½| over the 10 trials before, all within blocks. r is Pearson's "
        "correlation of the two lines of the panel.",
    ),
    "figure_s4_dezfouli": Caption(
        "Networks with and without parameter layers and groups, dezfouli", _VARIANTS
    ),
    "figure_s4_gershman": Caption(
        "Networks with and without parameter layers, gershman", _VARIANTS
    ),
    **{
        f"figure_s5_{name}": Caption(f"Training of the networks, {name}", _TRAINING)
        for name in ("artificial", "dezfouli", "gershman", "recovery_one", "recovery_three")
    },
    **{
        f"figure_s6_{name}": Caption(f"Training of the d-RNNs, {name}", _DRNN_TRAINING)
        for name in ("dezfouli", "gershman")
    },
}
