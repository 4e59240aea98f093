"""Write the replication table, and the same as Markdown."""

from pathlib import Path

from ger2024.replication.replication_stage import replication_stage
from trnn.tables.layout import file_of
from trnn.workflow.job import provenance, run_stage


def main(smk):
    folder = Path(smk.output.table).parent
    always, of_people = ("metrics", "statistics"), ("people", "findings")
    experiments = {
        name: {
            **own,
            **{kind: folder / file_of(kind, experiment=name) for kind in always},
            **{
                kind: folder / file_of(kind, experiment=name) if own["human"] else None
                for kind in of_people
            },
        }
        for name, own in smk.params.experiments.items()
    }
    replication_stage(
        smk.output.table,
        smk.output.markdown,
        experiments,
        smk.input.published,
        smk.params.seed,
        smk.params.bootstrap_resamples,
        provenance(smk, people=any(own["human"] for own in experiments.values())),
    )


run_stage(main, snakemake)
