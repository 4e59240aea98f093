"""Write the summary of a run."""

from pathlib import Path

from ger2024.published import read_published
from ger2024.summary import summary_study
from trnn.report.text.summary import summary_stage
from trnn.workflow.job import provenance, run_stage
from trnn.workflow.surroundings import surroundings_of_run


def main(smk):
    experiments = {
        name: {
            **tables,
            "settings": smk.params.experiments[name],
            "columns": smk.params.columns[name],
            "not_computed": smk.params.not_computed[name],
            "doubts": smk.params.doubts[name],
        }
        for name, tables in smk.params.tables.items()
    }
    summary_stage(
        smk.output[0],
        experiments,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
        summary_study(experiments, read_published(smk.input.published)),
        surroundings_of_run(Path(smk.output[0]).parent),
    )


run_stage(main, snakemake)
