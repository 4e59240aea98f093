"""Write the manifest of a run."""

from trnn.workflow.crate import manifest_stage
from trnn.workflow.job import run_stage


def main(smk):
    manifest_stage(
        smk.input.results,
        smk.output.manifest,
        dict(zip(smk.input.workflow, smk.output.workflow, strict=True)),
        smk.output.configuration,
        {"run": smk.params.run, "experiments": smk.params.experiments},
        smk.params.licences,
        smk.params.people,
        smk.params.engine,
    )


run_stage(main, snakemake)
