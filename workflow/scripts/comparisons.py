"""Compare the estimators pairwise, and the models that have an evidence."""

from trnn.scores.comparisons import comparisons_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    comparisons_stage(
        smk.input.metrics,
        smk.output[0],
        smk.params.experiment["name"],
        tuple(smk.params.experiment["parameters"]),
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
