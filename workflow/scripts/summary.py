"""Write the summary of a run."""

from trnn.report.text.summary import summary_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    summary_stage(
        smk.output[0],
        {
            name: {**tables, "settings": smk.params.experiments[name]}
            for name, tables in smk.params.tables.items()
        },
        smk.input.published,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
