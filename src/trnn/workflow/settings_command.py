"""`trnn settings` and `trnn schema`: what can be set, for people and for editors."""

from enum import StrEnum
from typing import Annotated

import typer


class Kind(StrEnum):
    """Of which files of settings."""

    run = "run"
    experiment = "experiment"
    dataset = "dataset"


def settings_command() -> None:
    """Print config/README.md: every setting with its type, default and meaning."""
    from trnn.workflow.settings_guide import settings_guide

    print(settings_guide(), end="")


def schema_command(
    kind: Annotated[Kind, typer.Argument(help="of which files: config/schemas/KIND.json")],
) -> None:
    """Print the JSON schema of a kind of files of settings, for editors."""
    from trnn.workflow.settings_schema import as_text, schemas

    print(as_text(schemas()[kind.value]), end="")
