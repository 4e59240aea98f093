# The manifest of a run, in the standard form of a Workflow Run RO-Crate.
#
# Needs: every result, with the record that its job has left in <results>/provenance/.
# Makes: <results>/ro-crate-metadata.json; what ran, below <results>/workflow/: the Snakefile and its
#        rules as they were, models of one's own, and the settings in full, overrides and defaults
#        included.

from snakemake import __version__ as snakemake_version

from trnn.workflow.models import copies_of_own

WORKFLOW_FILES = [
    "Snakefile",
    *sorted(f"rules/{path.name}" for path in (BASE / "rules").glob("*.smk")),
]
OWN_MODELS = copies_of_own(EXPERIMENTS)


rule manifest:
    input:
        results=all_results(),
        workflow=[*(own(name) for name in WORKFLOW_FILES), *OWN_MODELS.values()],
    output:
        manifest=at("manifest"),
        workflow=[at("workflow", file=name) for name in (*WORKFLOW_FILES, *OWN_MODELS)],
        configuration=at("workflow", file="configuration.yaml"),
    log:
        f"{LOGS}/manifest/manifest.log",
    benchmark:
        f"{BENCHMARKS}/manifest/manifest.tsv"
    group:
        "ending"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("manifest"),
        # A mirror of the raw data is a place on some machine.
        run=RUN.model_dump(mode="json", exclude={"data_mirror"}),
        experiments={name: view(e, "whole") for name, e in EXPERIMENTS.items()},
        licences={dataset.name: dataset.licence for dataset in filter(None, DATASETS.values())},
        people=files_of_people(),
        engine=snakemake_version,
    script:
        "../workflow/scripts/manifest.py"
