"""Estimate parameters trial by trial with a particle filter."""

from trnn.config.views import from_view
from trnn.estimators.filter.filter_stage import estimate_filter
from trnn.workflow.job import provenance, run_stage


def main(smk):
    estimate_filter(
        smk.input.trials,
        {name: path for name, path in smk.output.items() if name != "evidence"},
        smk.output.evidence,
        from_view(smk.params.experiment),
        which=smk.params.which,
        population=smk.wildcards.population,
        seed=smk.params.seed,
        provenance=provenance(smk, people=smk.wildcards.population == "human"),
    )


run_stage(main, snakemake)
