"""Measure how well the posteriors of every estimator are calibrated."""

from trnn.checks.calibration.calibration_stage import calibration_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    calibration_stage(
        smk.input.trials,
        {name: smk.input[name] for name in smk.params.estimators},
        smk.output[0],
        from_view(smk.params.experiment),
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=False),
    )


run_stage(main, snakemake)
