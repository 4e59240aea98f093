"""Compare people with agents that have their parameters, on their own schedules."""

from trnn.checks.predictive.predictive_stage import predictive_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    predictive_stage(
        trials=smk.input.trials,
        draws=smk.input.draws,
        fits=smk.input.fits,
        predictive=smk.output.predictive,
        people=smk.output.people,
        experiment=from_view(smk.params.experiment),
        seed=smk.params.seed,
        provenance=provenance(smk, people=True),
        halved=smk.params.halved,
    )


run_stage(main, snakemake)
