"""Join every test of an experiment."""

from trnn.scores.statistics_stage import statistics_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    statistics_stage(
        smk.input.tables,
        smk.input.get("findings"),
        smk.output[0],
        smk.wildcards.experiment,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
