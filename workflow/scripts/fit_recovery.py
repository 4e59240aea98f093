"""Fit stationary agents to the first trials of their sessions."""

from trnn.config.views import from_view
from trnn.estimators.mle.first_trials import fit_recovery
from trnn.workflow.job import provenance, run_stage


def main(smk):
    fit_recovery(
        smk.input.trials,
        smk.output[0],
        from_view(smk.params.experiment),
        smk.params.dynamics,
        seed=smk.params.seed,
        provenance=provenance(smk, people=False),
    )


run_stage(main, snakemake)
