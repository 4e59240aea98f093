# Every test of the study.
#
# Needs: metrics, people's trials, the t-RNN's estimates.
# Makes: <results>/<e>/comparisons.parquet (of estimators and models),
#        <results>/<e>/findings.parquet,
#        <results>/<e>/statistics.parquet (the tests of all of them)


rule comparisons:
    input:
        metrics=f"{RESULTS}/{{experiment}}/metrics.parquet",
        code=code("comparisons"),
    output:
        f"{RESULTS}/{{experiment}}/comparisons.parquet",
    log:
        f"{LOGS}/comparisons/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/comparisons/{{experiment}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        experiment=settings("model"),
        n_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/comparisons.py"


rule findings:
    input:
        trials=f"{RESULTS}/{{experiment}}/human/trials.parquet",
        estimates=f"{RESULTS}/{{experiment}}/estimates/trnn/human.parquet",
        metrics=f"{RESULTS}/{{experiment}}/metrics.parquet",
        comparisons=f"{RESULTS}/{{experiment}}/comparisons.parquet",
        published="config/published.yaml",
        control_trials=f"{RESULTS}/{{experiment}}/synthetic/test.parquet",
        control_estimates=f"{RESULTS}/{{experiment}}/estimates/trnn/test.parquet",
        code=code("findings"),
    output:
        f"{RESULTS}/{{experiment}}/findings.parquet",
    log:
        f"{LOGS}/findings/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/findings/{{experiment}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        dataset=lambda wildcards: WITH_PEOPLE[wildcards.experiment],
        n_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/findings.py"


rule statistics:
    input:
        unpack(lambda wildcards: findings_of(wildcards.experiment)),
        tables=lambda wildcards: tables_of_tests(wildcards.experiment),
        code=code("statistics"),
    output:
        f"{RESULTS}/{{experiment}}/statistics.parquet",
    log:
        f"{LOGS}/statistics/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/statistics/{{experiment}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/statistics.py"
