"""The columns of a half of the people in a comparison of priors or theories."""

from trnn.tables.schema import FLOAT, INTEGER, Column

_CI = "95 % bootstrap interval over subjects"


def half_schema(half: str, reference: str, always: bool = True) -> list[Column]:
    """Return the columns that `trnn.checks.priors.half_columns` makes.

    Parameters
    ----------
    reference : str
        Whose evidence the gains are over, in words: "the published prior's".
    always : bool
        Whether there always is such a one; else its gains may be null.
    """
    gain = f"log evidence less {reference}, {half} half"
    if not always:
        gain += "; null where there is none"
    return [
        Column(f"subjects_{half}", INTEGER, f"subjects of the {half} half", "subject", low=1),
        Column(f"trials_{half}", INTEGER, f"trials of the {half} half", "trial", low=1),
        Column(
            f"log_evidence_{half}", FLOAT, f"log evidence, sum over the {half} half", "nats", high=0
        ),
        Column(
            f"log_evidence_per_trial_{half}", FLOAT, "the same a trial", "nats per trial", high=0
        ),
        Column(
            f"bce_{half}",
            FLOAT,
            f"mean over subjects of the {half} half of the mean over trials of -log P(the action "
            "taken)",
            "nats",
            low=0,
        ),
        Column(f"gain_{half}", FLOAT, gain, "nats", nullable=not always),
        Column(f"gain_{half}_ci_low", FLOAT, f"its lower end, {_CI}", "nats", nullable=True),
        Column(f"gain_{half}_ci_high", FLOAT, f"its upper end, {_CI}", "nats", nullable=True),
        Column(
            f"log_evidence_error_{half}",
            FLOAT,
            f"Monte Carlo standard error of log_evidence_{half}",
            "nats",
            low=0,
        ),
        Column(
            f"unconverged_{half}",
            INTEGER,
            "subjects whose own Monte Carlo error is above the tolerance at the most particles",
            "subject",
            low=0,
        ),
    ]
