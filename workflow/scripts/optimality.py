"""Measure how far estimators are from the optimum, and what they explain of people."""

from ger2024.applies import read_subjects
from ger2024.published import read_published
from ger2024.targets import targets_of
from trnn.checks.calibration.optimality_stage import optimality_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    experiment = from_view(smk.params.experiment)
    subjects = read_subjects(experiment.name, experiment.model, smk.input.get("people"))
    optimality_stage(
        smk.input.metrics,
        smk.input.trials,
        {name: smk.input[name] for name in smk.params.estimators},
        smk.output[0],
        experiment,
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
        asked=list(targets_of(read_published(smk.input.published), subjects)),
        verdicts=smk.input.get("evidence"),
    )


run_stage(main, snakemake)
