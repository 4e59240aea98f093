"""Labels of figures, by experiment and kind: their numbers in the paper and its supplement here."""

_MAIN = {
    ("artificial", "errors_of_agents"): "2A",
    ("artificial", "trajectories"): "2B",
    ("dezfouli", "errors_of_people"): "3A",
    ("dezfouli", "perseveration_by_group"): "3B",
    ("dezfouli", "perseveration_and_staying"): "3C",
    ("dezfouli", "stretches"): "3D",
    ("dezfouli", "course_by_group_kappa"): "3E",
    ("dezfouli", "course_by_group_alpha"): "S3E",
    ("dezfouli", "course_by_group_beta"): "S3E",
    ("gershman", "errors_of_people"): "4A",
    ("gershman", "against_better_arm"): "4B",
    ("gershman", "around_actions"): "4C",
    ("gershman", "accuracy_by_difficulty"): "4D",
    ("gershman", "beta_by_difficulty"): "4E",
    ("gershman", "gamma_by_difficulty"): "4F",
    ("dezfouli", "moving_averages"): "S2",
}
_WITH_PEOPLE = ("dezfouli", "gershman")
_ALL = ("artificial", *_WITH_PEOPLE)
_RECOVERY = ("recovery_one", "artificial", "recovery_three")
# The number in the supplement, the figure's kind, and the experiments whose figures have the
# number.
_SUPPLEMENT = (
    ("S1", "recovery", _RECOVERY),
    ("S4", "variants", _WITH_PEOPLE),
    ("S5", "training", (*_ALL, "recovery_one", "recovery_three")),
    ("S6", "drnn_training", _WITH_PEOPLE),
    ("S7", "calibration", _ALL),
    ("S8", "ranks", _ALL),
    ("S9", "optimality", _ALL),
    ("S10", "identifiability", _ALL),
    ("S12", "nonstationarity", _ALL),
    ("S13", "misspecification", _WITH_PEOPLE),
    ("S14", "predictive", _WITH_PEOPLE),
)
LABELS = _MAIN | {
    (experiment, kind): number
    for number, kind, experiments in _SUPPLEMENT
    for experiment in experiments
}


def label_of(experiment: str, kind: str) -> str:
    """Return the label of an experiment's figure, for example ``Figure 3B``; none: empty."""
    number = LABELS.get((experiment, kind))
    return "" if number is None else f"Figure {number}"
