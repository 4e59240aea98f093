"""Write the references: the prior's mean, the maximum-likelihood fits, of agents the truth."""

from trnn.config.views import from_view
from trnn.estimators.baselines import estimate_references
from trnn.workflow.job import provenance, run_stage


def main(smk):
    estimate_references(
        smk.input.trials,
        smk.input.fits,
        dict(smk.output.items()),
        from_view(smk.params.experiment),
        provenance(smk, people=smk.params.population == "human"),
    )


run_stage(main, snakemake)
