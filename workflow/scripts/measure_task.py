"""Measure the task that people met, beside the configured one."""

from trnn.checks.priors.task_stage import measure_task
from trnn.config.views import from_view
from trnn.workflow.job import provenance, run_stage


def main(smk):
    measure_task(
        smk.input.trials,
        smk.output[0],
        from_view(smk.params.experiment),
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
