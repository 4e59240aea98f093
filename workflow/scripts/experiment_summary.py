"""Write the summary of an experiment."""

from ger2024.published import read_published
from ger2024.summary import summary_study
from trnn.report.text.experiment import experiment_summary_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    name = smk.wildcards.experiment
    tables = {
        **smk.params.tables,
        "settings": smk.params.experiment,
        "columns": smk.params.columns,
        "not_computed": smk.params.not_computed,
        "doubts": smk.params.doubts,
    }
    experiment_summary_stage(
        smk.output[0],
        name,
        tables,
        smk.params.bootstrap_resamples,
        provenance(smk, people=smk.params.experiment["human"] is not None),
        summary_study({name: tables}, read_published(smk.input.published)),
    )


run_stage(main, snakemake)
