"""What the study asks of the t-RNN beside the library's targets; set before anything was measured.

Each is judged by the point estimate.
"""

from collections.abc import Iterator

from ger2024.applies import HUMAN, TEST, Subjects, reported_as
from ger2024.published import Published
from trnn.checks.calibration.calibration_table import LAST_TRIAL, PREDICTION
from trnn.checks.calibration.targets import JUDGED, Target

# The learning rate's squared error at the last trial of stationary agents, over that of maximum
# likelihood.
LAST_TRIAL_RATIO = Target(LAST_TRIAL, "last_trial_mse_alpha", JUDGED, "<=", 2.0)
# Mean cross-entropy of people's choices, nats.
PEOPLE_BCE = Target(PREDICTION, "bce", JUDGED, "<=", 0.3150)


def targets_of(published: Published, subjects: Subjects) -> Iterator[Target]:
    """Yield the targets of an experiment: of the study's agents and of the study's people."""
    if reported_as(published, subjects, TEST) is not None:
        yield LAST_TRIAL_RATIO
    if reported_as(published, subjects, HUMAN) is not None:
        yield PEOPLE_BCE
