"""Score agents of one candidate of the theories under every candidate."""

from trnn.checks.theories.recovery_stage import recover_theory
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    recover_theory(
        smk.output[0],
        from_view(smk.params.experiment),
        smk.params.theory,
        smk.params.seed,
        provenance(smk, people=False),
    )


run_stage(main, snakemake)
