"""Write the replication table, and the same as Markdown."""

from pathlib import Path

from ger2024.replication.replication_stage import replication_stage
from trnn.workflow.job import provenance, run_stage


def main(smk):
    folder = Path(smk.output.table).parent
    people = any(smk.params.experiments.values())
    replication_stage(
        smk.output.table,
        smk.output.markdown,
        {
            name: {
                "human": human,
                "metrics": f"{folder}/{name}/metrics.parquet",
                "statistics": f"{folder}/{name}/statistics.parquet",
                "findings": f"{folder}/{name}/findings.parquet" if human else None,
            }
            for name, human in smk.params.experiments.items()
        },
        smk.input.published,
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=people),
    )


run_stage(main, snakemake)
