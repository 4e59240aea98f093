"""Write the index of packed networks."""

from pathlib import Path

from trnn.anybody.pack import write_index
from trnn.workflow.job import run_stage


def main(smk):
    write_index([Path(path) for path in smk.input], Path(smk.output[0]))


run_stage(main, snakemake)
