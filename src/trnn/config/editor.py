"""What tells an editor the schema of a file of settings."""

FOLDER = "schemas"
"""Where the schemas stand, below the folder of the settings."""


def schema_line(kind: str, depth: int) -> str:
    """Return the first line of a file of settings: a comment that names its schema.

    `kind`: "run", "experiment" or "dataset"; `depth`: how many folders below config/ it stands.
    """
    return f"# yaml-language-server: $schema={'../' * depth}{FOLDER}/{kind}.json"
