"""Compare the estimators pairwise."""

from trnn.evaluation.statistics import statistics_stage
from trnn.workflow.stage import provenance, run_stage


def main(smk):
    statistics_stage(
        smk.input.metrics,
        smk.output[0],
        smk.wildcards.experiment,
        smk.params.seed,
        smk.params.n_resamples,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
