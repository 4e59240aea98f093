"""Map how well an experiment's moving parameters are recovered, by their true values."""

from trnn.checks.identifiability.moving_stage import moving_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    moving_stage(
        from_view(smk.params.experiment),
        smk.input.trials,
        smk.input.estimates,
        smk.params.estimator,
        smk.params.dynamics,
        smk.output[0],
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=False),
    )


run_stage(main, snakemake)
