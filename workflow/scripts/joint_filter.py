"""Measure the joint calibration of a particle filter."""

from trnn.checks.calibration.joint_filter_stage import joint_filter_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    joint_filter_stage(
        smk.output[0],
        from_view(smk.params.experiment),
        smk.wildcards.which,
        smk.params.n_agents,
        smk.params.seed,
        provenance(smk, people=False),
    )


run_stage(main, snakemake)
