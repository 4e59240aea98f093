"""Draw a figure."""

from trnn.figures.stage import figure_stage
from trnn.workflow.stage import provenance, run_stage


def main(smk):
    raise SystemExit("adapter to come")


run_stage(main, snakemake)
