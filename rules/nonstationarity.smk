# Whether parameters move at all: the evidence for constant against moving ones.
#
# Needs: a population's trials; agents of the null are simulated on the way.
# Makes: <results>/<e>/nonstationarity/{test,human,null}.parquet and, joined,
#        <results>/<e>/nonstationarity.parquet; <results>/<e>/nonstationarity_rates.parquet
#        (where the experiment has `nonstationarity` settings)


rule nonstationarity:
    input:
        trials=trials,
    output:
        at("nonstationarity_of_population"),
    log:
        f"{LOGS}/nonstationarity/{{experiment}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/nonstationarity/{{experiment}}_{{population}}.tsv"
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
        code=code("nonstationarity"),
        experiment=settings("nonstationarity"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/nonstationarity.py"


rule nonstationarity_null:
    output:
        at("nonstationarity_of_null"),
    log:
        f"{LOGS}/nonstationarity_null/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/nonstationarity_null/{{experiment}}.tsv"
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
        code=code("nonstationarity_null"),
        experiment=settings("nonstationarity_null"),
        seed=RUN.seed,
    script:
        "../workflow/scripts/nonstationarity_null.py"


rule nonstationarity_rates:
    input:
        tables=evidence_tables,
    output:
        evidence=at("nonstationarity"),
        rates=at("nonstationarity_rates"),
    log:
        f"{LOGS}/nonstationarity_rates/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/nonstationarity_rates/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("nonstationarity_rates"),
        bayes_factor=lambda wildcards: EXPERIMENTS[
            wildcards.experiment
        ].nonstationarity.bayes_factor,
        halved=halved,
        populations=lambda wildcards: PLANS[wildcards.experiment].populations,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/nonstationarity_rates.py"
