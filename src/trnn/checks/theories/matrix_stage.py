"""The workflow's stage that joins the agents of all candidates to the model recovery matrix."""

from collections.abc import Mapping
from pathlib import Path

from trnn.checks.theories.matrix import recovery_matrix
from trnn.checks.theories.theories_table import RECOVERY_OF_THEORY, THEORY_RECOVERY
from trnn.tables.parquet import Provenance, read_table, write_table


def theory_recovery(
    tables: Mapping[str, str | Path], output: str | Path, provenance: Provenance
) -> None:
    """Write the matrix of the agents in `tables`, by the candidate whose agents they are."""
    read = {name: read_table(path, RECOVERY_OF_THEORY) for name, path in tables.items()}
    write_table(recovery_matrix(read), output, THEORY_RECOVERY, provenance)
