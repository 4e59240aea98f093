"""Write the summary of a run."""

from pathlib import Path

from trnn.evaluation.summary import summary_stage
from trnn.workflow.stage import provenance, run_stage


def main(smk):
    folder = Path(smk.output[0]).parent
    summary_stage(
        smk.output[0],
        {
            name: {
                "metrics": f"{folder}/{name}/metrics.parquet",
                "statistics": f"{folder}/{name}/statistics.parquet",
                "findings": f"{folder}/{name}/findings.parquet" if settings["human"] else None,
                "settings": settings,
            }
            for name, settings in smk.params.experiments.items()
        },
        smk.input.published,
        smk.params.bootstrap_resamples,
        provenance(smk, people=True),
    )


run_stage(main, snakemake)
