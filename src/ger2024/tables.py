"""What the study adds to the guide to the tables."""

from ger2024.findings.findings_table import FINDINGS
from ger2024.replication.replication_table import REPLICATION
from trnn.study import GuideEntry, GuideStudy
from trnn.tables.layout import shown

TABLES = GuideStudy(
    texts=f"`{shown('replication_text')}` has the original study's numbers and claims, each with a "
    "verdict that is computed; it is there where an experiment is one of the study's.",
    tables=(
        GuideEntry(
            FINDINGS, "Findings", f"Their tests stand in `{shown('statistics')}` too, joined."
        ),
        GuideEntry(REPLICATION, "Replication of the original study"),
    ),
)
