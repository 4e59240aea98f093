"""Compute the study's findings on people, with their control."""

from ger2024.findings.findings_stage import findings_stage
from ger2024.published import read_published
from trnn.workflow.job import provenance, run_stage


def main(smk):
    findings_stage(
        trials_path=smk.input.trials,
        estimates_path=smk.input.estimates,
        metrics_path=smk.input.metrics,
        comparisons_path=smk.input.comparisons,
        output=smk.output[0],
        dataset=smk.params.dataset,
        seed=smk.params.seed,
        n_resamples=smk.params.bootstrap_resamples,
        provenance=provenance(smk, people=True),
        published=read_published(smk.input.published),
        control=(smk.input.control_trials, smk.input.control_estimates),
    )


run_stage(main, snakemake)
