# Whether parameters move at all: the evidence for constant against moving ones.
#
# Needs: a population's trials.
# Makes: <results>/<e>/moving/{test,human}.parquet, <results>/<e>/moving.parquet (both joined),
#        <results>/<e>/moving_rates.parquet (where the experiment has `moving` settings)


rule moving:
    input:
        trials=trials,
        code=code("moving"),
    output:
        f"{RESULTS}/{{experiment}}/moving/{{population}}.parquet",
    log:
        f"{LOGS}/moving/{{experiment}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/moving/{{experiment}}_{{population}}.tsv"
    priority: 5
    group:
        "filters"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(60),
    params:
        experiment=settings("moving_evidence"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/moving.py"


rule moving_rates:
    input:
        tables=lambda wildcards: [
            f"{RESULTS}/{wildcards.experiment}/moving/{population}.parquet"
            for population in populations(wildcards.experiment)
        ],
        code=code("moving_rates"),
    output:
        evidence=f"{RESULTS}/{{experiment}}/moving.parquet",
        rates=f"{RESULTS}/{{experiment}}/moving_rates.parquet",
    log:
        f"{LOGS}/moving_rates/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/moving_rates/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        bayes_factor=lambda wildcards: EXPERIMENTS[wildcards.experiment].moving.bayes_factor,
        populations=lambda wildcards: populations(wildcards.experiment),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/moving_rates.py"
