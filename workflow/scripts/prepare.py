"""Prepare the people's trials from a raw file."""

from trnn.data.prepare import prepare_dataset
from trnn.data.registry import get_dataset, load_registry
from trnn.workflow.job import provenance, run_stage


def main(smk):
    registry = load_registry(smk.input.registry)
    prepare_dataset(
        smk.input.raw,
        smk.output[0],
        get_dataset(registry, smk.params.dataset),
        smk.params.data_source,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
