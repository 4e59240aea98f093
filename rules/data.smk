# The people: raw files downloaded (or stand-ins simulated), and prepared.
#
# Needs: the file that a data set names; or one put by hand in data/manual/<dataset>/, `data_mirror`,
#        or the network.
# Makes: data/raw/<dataset> (or <results>/raw/<dataset> of stand-ins),
#        <results>/<e>/human/trials.parquet


# A run asked for real people has no rule that could simulate them, and the other way round.
if RUN.data_source == "real":

    # Here, and not on a cluster's node, which may have no network.
    localrules:
        download,

    rule download:
        output:
            "data/raw/{dataset}",
        # The mirror is no param: the content is checked against the registry's digest, so where
        # it came from cannot change a result, and a run without the mirror need not fetch again.
        log:
            f"{LOGS}/download/{{dataset}}.log",
        benchmark:
            f"{BENCHMARKS}/download/{{dataset}}.tsv"
        priority: 20
        conda:
            "../envs/trnn.yaml"
        threads: 1
        resources:
            mem_mb=grows(1000),
            runtime=grows(20),
        params:
            code=code("download"),
            dataset=lambda wildcards: row_of(REGISTRY[wildcards.dataset]),
        script:
            "../workflow/scripts/download.py"

else:

    rule simulate_people:
        output:
            at("raw"),
        log:
            f"{LOGS}/simulate_people/{{dataset}}.log",
        benchmark:
            f"{BENCHMARKS}/simulate_people/{{dataset}}.tsv"
        group:
            "people"
        conda:
            "../envs/trnn.yaml"
        threads: 1
        resources:
            mem_mb=grows(1000),
            runtime=grows(10),
        params:
            code=code(
                "simulate_people",
                lambda wildcards: [model_of(experiment_of(wildcards.dataset))],
            ),
            experiment=lambda wildcards: view(
                EXPERIMENTS[experiment_of(wildcards.dataset)], "people"
            ),
            dataset=lambda wildcards: row_of(REGISTRY[wildcards.dataset]),
            per_group=RUN.stand_ins.per_group,
            seed=RUN.seed,
        script:
            "../workflow/scripts/simulate_people.py"


rule prepare:
    input:
        raw=lambda wildcards: raw_file(EXPERIMENTS[wildcards.experiment].human),
    output:
        at("people"),
    log:
        f"{LOGS}/prepare/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/prepare/{{experiment}}.tsv"
    priority: 20
    group:
        "people"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("prepare"),
        dataset=lambda wildcards: row_of(REGISTRY[EXPERIMENTS[wildcards.experiment].human]),
        first_use=lambda wildcards: first_use(EXPERIMENTS[wildcards.experiment].human),
        task=lambda wildcards: borders_of(EXPERIMENTS[wildcards.experiment].task),
        data_source=RUN.data_source,
        seed=RUN.seed,
    script:
        "../workflow/scripts/prepare.py"
