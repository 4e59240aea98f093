"""Predict people's choices by constant parameters, each choice before it is seen."""

from trnn.config.views import from_view
from trnn.estimators.constant.constant_stage import estimate_constant
from trnn.workflow.job import provenance, run_stage


def main(smk):
    estimate_constant(
        smk.input.trials,
        smk.output.estimates,
        smk.output.evidence,
        from_view(smk.params.experiment),
        population="human",
        seed=smk.params.seed,
        provenance=provenance(smk, people=True),
    )


run_stage(main, snakemake)
