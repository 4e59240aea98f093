"""Simulate the agents that are matched to people."""

from trnn.checks.matched.matched_stage import matched_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    matched_stage(
        trials=smk.input.trials,
        fits=smk.input.fits,
        output=smk.output[0],
        experiment=from_view(smk.params.experiment),
        n_agents=smk.params.n_agents,
        seed=smk.params.seed,
        provenance=provenance(smk, people=True),
    )


run_stage(main, snakemake)
