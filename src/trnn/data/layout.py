"""What a table of people's trials means: its columns, labels and rewards, as its owner says."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from trnn.config.base import Name, Positive, Settings

# A group's name is a part of file names: the d-RNN of a group has its own network.
GROUP_NAME = r"^[a-z0-9][a-z0-9_-]*$"
GroupName = Annotated[str, Field(pattern=GROUP_NAME)]
KEEP: Literal["keep"] = "keep"
REFUSE, NUMBERED = "refuse", "numbered"


def _text(value: Any) -> Any:
    """Return a label or a column's name as it stands in the file: YAML reads some as numbers."""
    if isinstance(value, bool):
        raise ValueError(
            f"got {value}; YAML reads yes, no, on, off, true and false as truth values. Put the "
            "label in quotes"
        )
    return str(value) if isinstance(value, int | float) else value


_AsText = BeforeValidator(_text, json_schema_input_type=str | int | float)
Label = Annotated[str, _AsText]
Title = Annotated[str, _AsText, Field(min_length=1)]

# As a file may write them: names alone, or the label of each in the file.
_NAMES = {"type": "string", "pattern": GROUP_NAME}
GROUPS = {
    "anyOf": [
        {"type": "array", "items": _NAMES},
        {"type": "object", "additionalProperties": _NAMES},
    ]
}


class ColumnMap(Settings):
    """Which column of the file is what; null: there is no such column."""

    subject: Title | None = Field(None, description="who chose; null: it is all of one person")
    session: Title | None = Field(
        None, description="the session; each one is a subject of its own in all that is estimated"
    )
    block: Title | None = Field(None, description="the block; null: a session is a single block")
    trial: Title | None = Field(
        None, description="numbers in the order of the trials; null: rows stand in order"
    )
    action: Title = Field(description="the choice")
    reward: Title = Field(description="what it paid")
    group: Title | None = Field(None, description="the group of the person, such as a diagnosis")
    mu_0: Title | None = Field(None, description="mean reward of action 0 in the block")
    mu_1: Title | None = Field(None, description="mean reward of action 1 in the block")
    best_action: Title | None = Field(
        None, description="whether the choice was the arm that pays more in the block"
    )
    other_reward: Title | None = Field(
        None, description="what the other action would have paid, where that was shown"
    )
    more: dict[Name, Title] = Field(
        {}, description="further columns of numbers, by the name that the prepared table gives them"
    )

    @property
    def extra(self) -> list[str]:
        """The columns of the prepared table beside those that every one has."""
        roles = ("group", "mu_0", "mu_1", "best_action", "other_reward")
        return [*(name for name in roles if getattr(self, name)), *self.more]

    def names(self) -> list[str]:
        """Return the columns of the file that are needed."""
        roles = (getattr(self, name) for name in ColumnMap.model_fields if name != "more")
        return [name for name in (*roles, *self.more.values()) if name is not None]

    @model_validator(mode="after")
    def _means_go_together(self) -> Self:
        if (self.mu_0 is None) != (self.mu_1 is None):
            raise ValueError("columns of the mean rewards: give both mu_0 and mu_1, or neither")
        taken = sorted(set(self.more) & set(ColumnMap.model_fields))
        if taken:
            raise ValueError(f"columns.more: the names {taken} have a meaning; say it there")
        return self


class Layout(Settings):
    """What a file's columns and cells mean."""

    columns: ColumnMap = Field(description="which column is what")
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        None, description="what separates the cells of a text file; null: it is found"
    )
    actions: list[Label] | None = Field(
        None,
        description="the labels of action 0 and of action 1; null: the two that there are",
        min_length=2,
        max_length=2,
    )
    missed: list[Label] = Field(
        [], description="labels of a missed response, beside empty cells, NA, none and the like"
    )
    missing: Literal["keep", "leave_out", "refuse"] = Field(
        KEEP,
        description="trials without a response (`trnn.trials.missed`): they stay trials, on which "
        "nothing is learned; are left out, as if they had not been; or nobody may have one",
    )
    reward_map: dict[Label, float] | None = Field(
        None, description="what the labels of outcomes are worth; null: cells are numbers"
    )
    reward_scale: Positive = Field(
        1.0, description="rewards and the arms' mean rewards are divided by it"
    )
    groups: Annotated[list[GroupName], WithJsonSchema(GROUPS)] = Field(
        [],
        description="the groups, in order of display; or label in the file -> name, where the "
        "names are others",
    )
    group_labels: dict[Label, GroupName] = Field(
        {}, description="label in the file -> group; `groups` may say it"
    )
    best_action_map: dict[Label, Literal[0, 1]] | None = Field(
        None, description="label -> 1 if the choice was the better arm, else 0; null: 1, 0 or truth"
    )
    subjects: Literal["own", "numbered"] = Field(
        "own", description="people's names: as in the file, or numbers (within their group)"
    )
    units: dict[Name, str] = Field(
        {}, description="units of the prepared table's columns, such as reward: points"
    )

    @model_validator(mode="before")
    @classmethod
    def _labels_of_groups(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        groups = data.get("groups")
        if isinstance(groups, dict):
            names = list(dict.fromkeys(groups.values()))
            return {**data, "groups": names, "group_labels": groups}
        if isinstance(groups, list) and not data.get("group_labels"):
            return {**data, "group_labels": {name: name for name in groups}}
        return data

    @model_validator(mode="after")
    def _groups_have_a_column(self) -> Self:
        if bool(self.groups) != (self.columns.group is not None):
            raise ValueError(
                f"`groups` ({self.groups}) lists the values of columns.group "
                f"({self.columns.group!r}): give both or neither"
            )
        if len(set(self.groups)) != len(self.groups):
            raise ValueError(f"`groups` must differ from one another, got {self.groups}")
        if not set(self.group_labels.values()) <= set(self.groups):
            raise ValueError(
                f"`group_labels` names {sorted(set(self.group_labels.values()))}; the groups are "
                f"{self.groups}"
            )
        return self
