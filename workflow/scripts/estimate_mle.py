"""Write maximum-likelihood fits as trial-by-trial estimates."""

from trnn.config.views import from_view
from trnn.mle_stages import estimate_mle
from trnn.workflow.stage import provenance, run_stage


def main(smk):
    estimate_mle(
        smk.input.trials,
        smk.input.fits,
        smk.output[0],
        from_view(smk.params.experiment),
        provenance(smk, people=smk.wildcards.population == "human"),
    )


run_stage(main, snakemake)
