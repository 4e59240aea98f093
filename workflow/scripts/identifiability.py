"""Map how well an experiment's constant parameters can be recovered at all."""

from trnn.checks.identifiability.constant_stage import identifiability_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    identifiability_stage(
        from_view(smk.params.experiment),
        smk.output[0],
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=False),
    )


run_stage(main, snakemake)
