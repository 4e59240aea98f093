"""Fit constant parameters to each subject by maximum likelihood."""

from trnn.config.views import from_view
from trnn.estimators.mle.mle_stage import fit_mle
from trnn.workflow.job import provenance, run_stage


def main(smk):
    fit_mle(
        smk.input.trials,
        smk.output[0],
        from_view(smk.params.experiment),
        population=smk.wildcards.population,
        seed=smk.params.seed,
        provenance=provenance(smk, people=smk.wildcards.population == "human"),
    )


run_stage(main, snakemake)
