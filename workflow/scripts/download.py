"""Fetch a data set's raw file."""

from trnn.data.download import download_dataset
from trnn.data.registry import get_dataset, load_registry
from trnn.workflow.job import run_stage


def main(smk):
    registry = load_registry(smk.input.registry)
    download_dataset(
        get_dataset(registry, smk.wildcards.dataset),
        smk.output[0],
        mirror=smk.config.get("data_mirror"),
    )


run_stage(main, snakemake)
