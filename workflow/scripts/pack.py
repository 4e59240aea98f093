"""Pack an experiment's networks, with their card."""

from pathlib import Path

from trnn.anybody.pack import pack
from trnn.workflow.job import run_stage


def main(smk):
    pack(Path(smk.params.folder), Path(smk.output[0]), smk.params.trained_by)


run_stage(main, snakemake)
