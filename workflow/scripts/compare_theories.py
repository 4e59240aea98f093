"""Choose among theories on half of the people; the others report what they are worth."""

from trnn.checks.theories.compare_stage import compare_theories
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    experiment = from_view(smk.params.experiment)
    compare_theories(
        smk.input.trials,
        dict(zip(experiment.theories.candidates, smk.input.evidence, strict=True)),
        smk.output.theories,
        smk.output.evidence,
        smk.output.comparisons,
        experiment,
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
