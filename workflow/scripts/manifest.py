"""Write the manifest of a run."""

from trnn.data.registry import load_registry
from trnn.workflow.crate import manifest_stage
from trnn.workflow.job import run_stage


def main(smk):
    people = {e["human"] for e in smk.params.experiments.values()} - {None}
    rows = load_registry(smk.input.registry)
    manifest_stage(
        smk.input.results,
        smk.output.manifest,
        dict(zip(smk.input.workflow, smk.output.workflow, strict=True)),
        smk.output.configuration,
        {"run": smk.params.run, "experiments": smk.params.experiments},
        {name: row.licence for name, row in rows.items() if name in people},
        smk.params.engine,
    )


run_stage(main, snakemake)
