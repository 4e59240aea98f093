"""How a person says what a table means: by an option of a command, or in a data set's file."""

from collections.abc import Mapping

# setting -> (as an option of the command line, as a line of a data set's file)
FORMS: Mapping[str, tuple[str, str]] = {
    "actions": ("--actions LABEL,LABEL", "actions: [LABEL, LABEL]"),
    "missed": ("--missed LABEL", "missed: [LABEL]"),
    "reward_map": ("--reward-map LABEL=NUMBER,LABEL=NUMBER", "reward_map: {LABEL: NUMBER}"),
    "separator": ("--separator", "separator: ';'"),
}


def hint(setting: str, described_by: str | None, value: str = "NAME") -> str:
    """Return how to say a setting; one that is not in `FORMS` is the column of a role.

    `described_by`: the data set's file; None where there is a command line. `value`: "none" for a
    column that shall not be used.
    """
    option, line = FORMS.get(
        setting,
        (
            f"--{setting} {value}",
            f"columns: {{{setting}: {'null' if value == 'none' else value}}}",
        ),
    )
    return option if described_by is None else f"`{line}` in {described_by}"
