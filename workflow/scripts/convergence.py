"""Join the evidence of all filters of an experiment, with its Monte Carlo errors."""

from trnn.tables.parquet import join_tables
from trnn.workflow.job import run_stage


def main(smk):
    join_tables(list(smk.input.tables), smk.output[0])


run_stage(main, snakemake)
