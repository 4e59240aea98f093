"""Measure how far estimators are from the optimum, and what they explain of people."""

from trnn.checks.calibration.stages import optimality_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    optimality_stage(
        smk.input.metrics,
        smk.input.trials,
        {name: smk.input[name] for name in smk.params.estimators},
        smk.output[0],
        from_view(smk.params.experiment),
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
