"""Simulate stand-ins for people, in the study's own file format."""

from trnn.config.views import from_view
from trnn.data.registry import Dataset
from trnn.data.stand_ins import simulate_people
from trnn.workflow.job import run_stage


def main(smk):
    simulate_people(
        experiment=from_view(smk.params.experiment),
        dataset=Dataset.model_validate(smk.params.dataset),
        per_group=smk.params.per_group,
        output=smk.output[0],
        seed=smk.params.seed,
    )


run_stage(main, snakemake)
