"""Join tables of the same columns, one under another."""

from trnn.tables import join_tables
from trnn.workflow.stage import run_stage


def main(smk):
    join_tables(list(smk.input.tables), smk.output[0])


run_stage(main, snakemake)
