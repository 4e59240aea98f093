"""Compare priors on people: half of them choose one, the others report what it is worth."""

from trnn.checks.priors.priors_stage import select_prior
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    select_prior(
        smk.input.trials,
        smk.output[0],
        from_view(smk.params.experiment),
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
