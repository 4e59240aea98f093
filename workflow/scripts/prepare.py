"""Prepare the people's trials from a raw file."""

from trnn.data.prepare import prepare_dataset
from trnn.data.registry import Dataset
from trnn.workflow.job import provenance, run_stage


def main(smk):
    prepare_dataset(
        smk.input.raw,
        smk.output[0],
        Dataset.model_validate(smk.params.dataset),
        smk.params.data_source,
        provenance(smk, people=True),
        smk.params.first_use,
        **smk.params.task,
    )


run_stage(main, snakemake)
