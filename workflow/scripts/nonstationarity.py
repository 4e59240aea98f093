"""Weigh constant against moving parameters, subject by subject."""

from trnn.checks.nonstationarity.nonstationarity_stage import nonstationarity_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    nonstationarity_stage(
        smk.input.trials,
        smk.output[0],
        from_view(smk.params.experiment),
        population=smk.wildcards.population,
        seed=smk.params.seed,
        provenance=provenance(smk, people=smk.wildcards.population == "human"),
    )


run_stage(main, snakemake)
