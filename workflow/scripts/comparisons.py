"""Compare the estimators pairwise, and the models that have an evidence."""

from trnn.scores.comparisons import comparisons_stage
from trnn.theory.models import get_model
from trnn.workflow.job import provenance, run_stage


def main(smk):
    comparisons_stage(
        smk.input.metrics,
        list(smk.input.evidence),
        smk.output[0],
        smk.params.experiment["name"],
        get_model(smk.params.experiment["model"]).unit_of,
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
