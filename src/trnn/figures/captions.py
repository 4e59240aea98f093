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
_CALIBRATION = (
    "Simulated agents: the share of true values inside each posterior's 90 % and 50 % interval, by "
    "tenth of the session and by the number of trials since the parameter's last change, mean and "
    "95 % bootstrap interval over agents; dotted: the nominal shares. The switching filter stands "
    "for the exact posterior. Just after a change, which nobody can know yet, it covers less than "
    "its nominal share as well, and on agents of other dynamics than those it assumes it is not "
    "exact."
)
_RANKS = (
    "Simulated agents: the share of true values in each of the six parts into which five quantiles "
    "divide the posterior, over the share that belongs there (simulation-based calibration), mean "
    "and 95 % bootstrap interval over agents. Ends above 1 and a middle below it say that "
    "posteriors are too narrow, the reverse that they are too wide, a slope that they lie to one "
    "side."
)
_IDENTIFIABILITY = (
    "What is left to know of each parameter (rows) by the agents' true values: the expected "
    "variance of the exact posterior of agents with constant parameters after so many trials, over "
    "the prior's, which is the least relative squared error that any estimator can have over the "
    "ranges. Last column: the same of the switching filter on switching agents, over all trials. "
    "With three parameters a map is the mean over the one on neither axis."
)
_OPTIMALITY = (
    "Simulated agents: how far the network's mean cross-entropy of choices and mean squared errors "
    "lie above those of the switching filter that has seen the same trials, with a 95 % paired "
    "bootstrap interval over agents. Black lines: the targets. The filter is near the optimum on "
    "agents that follow the dynamics it assumes; on others a network may do better."
)

_MOVING = (
    "Log Bayes factor of each subject's parameter moving (switching or walking, equally likely) "
    "against constant, while the other parameters switch; all parameters: of all moving against "
    "all constant. Simulated agents by law of motion, and people; boxes are median and quartiles. "
    "Dotted: the limits from which a parameter is said to move, and to be constant."
)
_LIKENESS = (
    "Each person's session in numbers, beside the agents that the t-RNN was trained on: what was "
    "faced, the choices, and how well they were predicted. A score is the normal quantile of the "
    "percentile among the agents, continued in a straight line beyond their range; 95 % of agents "
    "lie between the dotted lines. Excess surprise is the sum of -log P(choice) less what the "
    "predictions expect it to be, over its standard deviation."
)
_PREDICTIVE = (
    "Choices of people, and of agents that replay each person's session with trajectories drawn "
    "from the t-RNN's smoothed posterior or with the constant maximum-likelihood fit: means over "
    "people; bands and bars hold 5 % to 95 % of the re-simulations' means. A win is a reward above "
    "0. The posterior was conditioned on these choices, so that agreement says that the model is "
    "adequate to them, not that it predicts."
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
    **{
        f"figure_{number}_{name}": Caption(f"{title}, {name}", text)
        for number, title, text in (
            ("s7", "Coverage of the posteriors' intervals", _CALIBRATION),
            ("s8", "Rank histograms of the true parameters", _RANKS),
            ("s9", "Distance from the optimum", _OPTIMALITY),
            ("s10", "What can be known of the parameters", _IDENTIFIABILITY),
        )
        for name in ("artificial", "dezfouli", "gershman")
    },
    **{
        f"figure_{number}_{name}": Caption(f"{title}, {name}", text)
        for number, title, text in (
            ("s13", "People among the agents of the training", _LIKENESS),
            ("s14", "People beside agents with their parameters", _PREDICTIVE),
        )
        for name in ("dezfouli", "gershman")
    },
    **{
        f"figure_s12_{name}": Caption(f"Evidence for moving parameters, {name}", _MOVING)
        for name in ("artificial", "dezfouli", "gershman")
    },
}
