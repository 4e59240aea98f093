"""Fetch a data set's raw file."""

from trnn.data.download import download_dataset
from trnn.data.registry import Dataset
from trnn.workflow.job import run_stage


def main(smk):
    download_dataset(
        Dataset.model_validate(smk.params.dataset),
        smk.output[0],
        mirror=smk.config.get("data_mirror"),
    )


run_stage(main, snakemake)
