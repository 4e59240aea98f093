# Metrics, and predictors head to head.
#
# Needs: trials, every estimator's estimates, fits.
# Makes: <results>/<e>/metrics.parquet, <results>/<e>/fits/mle.parquet (both populations joined),
#        <results>/<e>/head_to_head.parquet (where a network is trained on people)


rule metrics:
    input:
        unpack(tables_to_score),
        fits=lambda wildcards: [
            at("fits_of_population", experiment=wildcards.experiment, population=population)
            for population in PLANS[wildcards.experiment].populations
        ],
    output:
        metrics=report(
            at("metrics"),
            caption="../workflow/report/metrics.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "metrics"},
        ),
        fits=at("fits"),
    log:
        f"{LOGS}/metrics/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/metrics/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(10),
    params:
        code=code("metrics"),
        experiment=settings("metrics"),
        estimators=lambda wildcards: {
            population: PLANS[wildcards.experiment].estimators(population)
            for population in PLANS[wildcards.experiment].populations
        },
        halved=halved,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/metrics.py"


rule head_to_head:
    input:
        unpack(estimates_head_to_head),
        trials=at("people"),
    output:
        report(
            at("head_to_head"),
            caption="../workflow/report/head_to_head.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "head_to_head"},
        ),
    log:
        f"{LOGS}/head_to_head/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/head_to_head/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("head_to_head"),
        halved=halved,
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/head_to_head.py"
