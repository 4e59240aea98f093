"""Join the evidence of the populations, and count its verdicts."""

from trnn.checks.nonstationarity.rates import nonstationarity_rates_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    nonstationarity_rates_stage(
        list(smk.input.tables),
        smk.output.evidence,
        smk.output.rates,
        smk.params.bayes_factor,
        provenance(smk, people="human" in smk.params.populations),
        smk.params.halved,
    )


run_stage(main, snakemake)
