"""Join every test of an experiment."""

from ger2024.findings.findings_tests import with_findings
from trnn.scores.statistics_stage import read_tests, statistics_stage
from trnn.tables.parquet import read_table
from trnn.workflow.job import provenance, run_stage


def main(smk):
    parts = read_tests(smk.input.tables)
    findings = smk.input.get("findings")
    if findings is not None:
        parts = with_findings(parts, read_table(findings), smk.wildcards.experiment)
    statistics_stage(parts, smk.output[0], provenance(smk, people=True))


run_stage(main, snakemake)
