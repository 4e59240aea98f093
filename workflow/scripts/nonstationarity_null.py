"""Weigh constant against moving parameters of agents of whom one is constant."""

from trnn.checks.nonstationarity.nonstationarity_stage import nonstationarity_null_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    nonstationarity_null_stage(
        smk.output[0],
        from_view(smk.params.experiment),
        seed=smk.params.seed,
        provenance=provenance(smk, people=False),
    )


run_stage(main, snakemake)
