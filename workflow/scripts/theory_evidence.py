"""Score one candidate of the theories on people, under every hazard."""

from trnn.checks.theories.evidence_stage import theory_evidence
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    theory_evidence(
        smk.input.trials,
        smk.output[0],
        from_view(smk.params.experiment),
        smk.params.theory,
        smk.params.seed,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
