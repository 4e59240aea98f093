"""Integrate each subject's likelihood over constant parameters."""

from trnn.config.views import from_view
from trnn.estimators.mle.constant_evidence_stage import constant_evidence_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    constant_evidence_stage(
        smk.input.trials,
        smk.output[0],
        from_view(smk.params.experiment),
        population=smk.wildcards.population,
        seed=smk.params.seed,
        provenance=provenance(smk, people=smk.wildcards.population == "human"),
    )


run_stage(main, snakemake)
