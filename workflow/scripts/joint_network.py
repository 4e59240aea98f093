"""Measure the joint calibration of a network."""

from trnn.checks.calibration.joint_network_stage import joint_network_stage
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    joint_network_stage(
        list(smk.input.checkpoints),
        smk.output[0],
        from_view(smk.params.experiment),
        smk.wildcards.network,
        smk.params.n_agents,
        smk.params.seed,
        smk.threads,
        provenance(smk, people=False),
    )


run_stage(main, snakemake)
