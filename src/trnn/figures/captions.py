"""Captions: what a kind of figure shows, and how that was computed.

A caption names the estimator, the unit that is averaged, the interval and the test, and no
experiment. Captions stand apart from the drawing, so that a report can be written without a
plotting library.
"""

STARS = "(*** p < 0.001, ** p < 0.01, * p < 0.05, n.s. otherwise)"
MARKS = (
    "Marks: Wilcoxon signed-rank test over {unit} of each estimator against the t-RNN, corrected "
    "by Holm over all pairs of the panel " + STARS + "."
)
ERRORS_OF_AGENTS = (
    "Cross-entropy of the choices (top) and squared error of each parameter, averaged over each "
    "agent's trials; bars are mean and 95 % t interval over agents, of all agents and by dynamics. "
    "Dashed: a constant at the prior mean; dotted: the true choice probabilities. "
    + MARKS.format(unit="agents")
)
TRAJECTORIES = (
    "The first test agent of each dynamics: the true parameters and the estimates of every "
    "estimator, each made before the trial's choice is seen (maximum likelihood: one constant "
    "fitted to all trials). The band is the posterior standard deviation of the switching filter."
)
RECOVERY = (
    "Simulated agents whose parameters never change: squared error of each estimate after the "
    "first n trials, mean and 95 % t interval over agents. Maximum likelihood is fitted anew to "
    "each agent's first n trials; the t-RNN, the filters and the prior mean give the estimate that "
    "has seen n trials. Marks: the t-RNN against maximum likelihood, Wilcoxon signed-rank test "
    "over agents, corrected by Holm over all estimators and numbers of trials of a parameter "
    + STARS
    + "."
)
ERRORS_OF_PEOPLE = (
    "Cross-entropy of the choices, averaged over each person's trials; bars are mean and 95 % t "
    "interval over people, of all people and of each group where there are groups. "
    + MARKS.format(unit="people")
)
VARIANTS = (
    "Cross-entropy of each person's choices, mean and 95 % t interval over people, under the "
    "networks and their variants (hatched), which differ from them in some settings. Marks: "
    "Wilcoxon signed-rank test over people of a variant against the network it is a variant of, "
    "corrected by Holm " + STARS + "."
)
HEAD_TO_HEAD = (
    "Cross-entropy of people's choices under the t-RNN, and under its model alone driven by its "
    "posterior, less that under the d-RNN, which learned from other people: mean and 95 % "
    "bootstrap interval over people (the reporting half, where the other half chose settings), by "
    "what was there before the choice. Left: on the trials of a kind. Right: their part of the "
    "difference on all trials; the parts of kinds that stand together add up to it, with those of "
    "first choices of blocks, which are drawn once. Rewards are those above 0; a repetition or a "
    "switch is that of the choice before."
)
COURSES = (
    "The t-RNN's estimate of each parameter is averaged over each person's blocks at each trial of "
    "the block; lines and bands are mean and 95 % t interval over people, by group where there are "
    "groups. Shown are the trials that three quarters of the blocks have, for the people with a "
    "block as long."
)
TRAINING = (
    "Each term of the loss over the steps of training, for the t-RNN and its variants: thin lines "
    "are the networks of the training seeds, grey on the training agents, coloured on the "
    "validation agents. Points: the epoch with the lowest validation loss, which is kept. The "
    "highest 3 % of the values, those of the first epochs, are cut off."
)
DRNN_TRAINING = (
    "Cross-entropy of the choices of the people that a d-RNN is trained on and of those who choose "
    "its epoch, over the passes of training; means over all networks of a cohort, that is of all "
    "folds and members. The people on whom a network is tested are in neither. Bars: the share of "
    "the networks whose kept epoch it is, on a scale of its own from 0 to 1."
)
CALIBRATION = (
    "Simulated agents: the share of true values inside each posterior's 90 % and 50 % interval, "
    "by tenth of the session and by the number of trials since the parameter's last change, mean "
    "and 95 % bootstrap interval over agents; dotted: the nominal shares. The switching filter "
    "stands for the exact posterior. Just after a change, which no estimator can know yet, it "
    "too covers less than its nominal share; on agents that do not follow the dynamics it "
    "assumes it is not exact."
)
RANKS = (
    "Simulated agents: the share of true values in each of the six parts into which five "
    "quantiles divide the posterior, over the share expected there (simulation-based "
    "calibration), mean and 95 % bootstrap interval over agents. Ends above 1 and a middle below "
    "it mean that posteriors are too narrow; the reverse, that they are too wide; a slope, that "
    "they lie to one side."
)
JOINT_CALIBRATION = (
    "Simulated agents of the dynamics that each posterior assumes: where the true values of all "
    "parameters together rank among draws from it, by their distance from a random point "
    "(nearness) and by the product of two parameters' deviations from their means (α × β, say: "
    "above the line, the posterior's correlation is too high; below it, too low or too negative). "
    "Left: the share of agents at or below each level less the level, one random trial an agent, "
    "with 95 % Clopper-Pearson intervals. Right: the greatest such distance, one random trial an "
    "agent in each tenth of the session. Dotted: what no test of a calibrated posterior exceeds, "
    "with probability 95 % for all tests of an estimator together."
)
OPTIMALITY = (
    "Simulated agents: how far the network's mean cross-entropy of choices and mean squared errors "
    "lie above those of the switching filter that has seen the same trials, with a 95 % paired "
    "bootstrap interval over agents. Black lines: the targets. The filter is near the optimum on "
    "agents that follow the dynamics it assumes; on others a network may do better."
)
IDENTIFIABILITY = (
    "How uncertain each parameter (rows) remains, by the agents' true values: the expected "
    "variance of the exact posterior of agents with constant parameters after so many trials, "
    "over the prior's variance. This is the least relative squared error that any estimator can "
    "have over the ranges. Where agents switch, the last column shows the same for the switching "
    "filter, over all trials. With three parameters a map is averaged over the one that has no "
    "axis."
)
NONSTATIONARITY = (
    "Log Bayes factor of each subject's parameter moving (switching or walking, equally likely) "
    "against constant, while the other parameters switch; 'all parameters': all moving against "
    "all constant. Simulated agents by dynamics, and people where there are any; boxes are "
    "median and quartiles. Dotted: the limits beyond which a parameter is judged to move or to "
    "be constant."
)
MISSPECIFICATION = (
    "Each person's session in numbers, beside the agents that the t-RNN was trained on: what was "
    "faced, the choices, and how well they were predicted. A score is the normal quantile of the "
    "percentile among the agents, continued in a straight line beyond their range; 95 % of agents "
    "lie between the dotted lines. Excess surprise is the sum of -log P(choice) less what the "
    "predictions expect it to be, over its standard deviation."
)
PREDICTIVE = (
    "Choices of people, and of agents that replay each person's session with trajectories drawn "
    "from the t-RNN's smoothed posterior or with the constant maximum-likelihood fit: means over "
    "people; bands and bars hold 5 % to 95 % of the re-simulations' means. A win is a reward "
    "above 0. The posterior was conditioned on these choices, so agreement shows that the model "
    "is adequate to them, not that it predicts."
)
THEORIES = (
    "Log evidence of the theory that the choosing half of the people chooses less that of each "
    "candidate, under each hazard that all share and under a hazard of each person's own, on that "
    "half and on the reporting half, which had no part in the choice; bars are one standard error "
    "of the difference, paired over people. Diamond: the chosen theory; rings: those tied with it, "
    "within one standard error on the choosing half. The map, where there is one: of agents "
    "simulated under each candidate, the share whose choices have their highest evidence under "
    "each."
)
