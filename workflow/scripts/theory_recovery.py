"""Join the agents of all candidates to the model recovery matrix."""

from trnn.checks.theories.matrix_stage import theory_recovery
from trnn.workflow.job import provenance, run_stage


def main(smk):
    theory_recovery(
        dict(zip(smk.params.theories, smk.input.tables, strict=True)),
        smk.output[0],
        provenance(smk, people=False),
    )


run_stage(main, snakemake)
