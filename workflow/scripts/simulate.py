"""Simulate a split of an experiment's agents."""

from trnn.config.views import from_view
from trnn.theory.simulation_stage import simulate_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    simulate_stage(
        experiment=from_view(smk.params.experiment),
        split=smk.wildcards.split,
        output=smk.output[0],
        seed=smk.params.seed,
        provenance=provenance(smk, people=False),
    )


run_stage(main, snakemake)
