"""Measure how well the posteriors of networks are calibrated, on many fresh agents."""

from trnn.checks.calibration.fresh import calibration_fresh_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    calibration_fresh_stage(
        # One checkpoint is a path of its own, several are a list.
        {
            name: [smk.input[name]] if isinstance(smk.input[name], str) else smk.input[name]
            for name in smk.params.networks
        },
        smk.output[0],
        from_view(smk.params.experiment),
        smk.params.n_agents,
        smk.params.seed,
        smk.params.bootstrap_resamples,
        smk.threads,
        provenance(smk, people=False),
    )


run_stage(main, snakemake)
