"""Analyse people as the study did, with the analyses that apply, and their control."""

from ger2024.findings.analyses import Having
from ger2024.findings.findings_stage import findings_stage
from ger2024.findings.summaries import Resampling
from ger2024.published import read_published
from trnn.theory.models import get_model
from trnn.workflow.job import provenance, run_stage


def main(smk):
    experiment = smk.params.experiment
    having = Having.of(experiment["parameters"], smk.params.having)
    matched = (smk.input.matched_trials, smk.input.matched_estimates) if having.control else None
    findings_stage(
        trials_path=smk.input.trials,
        estimates_path=smk.input.estimates,
        metrics_path=smk.input.metrics,
        comparisons_path=smk.input.comparisons,
        matched_paths=matched,
        output=smk.output[0],
        experiment=(experiment["name"], experiment["model"]),
        having=having,
        unit_of=get_model(experiment["model"]).unit_of,
        resampling=Resampling(
            smk.params.dataset,
            smk.params.seed,
            smk.params.bootstrap_resamples,
            {name: own["high"] - own["low"] for name, own in experiment["parameters"].items()},
        ),
        published=read_published(smk.input.published),
        provenance=provenance(smk, people=True),
    )


run_stage(main, snakemake)
