"""What the study adds to the report."""

from collections.abc import Sequence
from pathlib import Path

from ger2024.replication.report_section import replication_section
from ger2024.summary import TITLES
from trnn.study import ReportStudy


def report_study(replication: Sequence[str | Path]) -> ReportStudy:
    """Return what is added: the replication, if there is one, and the long tables are folded.

    Parameters
    ----------
    replication : the replication table and its Markdown; empty where there is none
    """
    section = replication_section(*replication) if replication else None
    return ReportStudy(section, folded=TITLES)
