# Metrics, and the summary.
#
# Needs: trials and every estimator's estimates; for the summary, the tables of statistics.smk.
# Makes: <results>/<e>/metrics.parquet (from metrics/{test,human}.parquet), <results>/summary.md


rule metrics:
    input:
        unpack(lambda wildcards: estimates(wildcards.experiment, wildcards.population)),
        trials=trials,
        code=code("metrics"),
    output:
        f"{RESULTS}/{{experiment}}/metrics/{{population}}.parquet",
    log:
        f"{LOGS}/metrics/{{experiment}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/metrics/{{experiment}}_{{population}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=10,
    params:
        experiment=settings("model"),
        estimators=lambda wildcards: estimators(wildcards.experiment, wildcards.population),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/metrics.py"


rule join_metrics:
    input:
        tables=lambda wildcards: [
            f"{RESULTS}/{wildcards.experiment}/metrics/{population}.parquet"
            for population in populations(wildcards.experiment)
        ],
        code=code("join_tables"),
    output:
        report(
            f"{RESULTS}/{{experiment}}/metrics.parquet",
            caption="../workflow/report/metrics.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "metrics"},
        ),
    log:
        f"{LOGS}/join_metrics/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/join_metrics/{{experiment}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    script:
        "../workflow/scripts/join_tables.py"


rule summary:
    input:
        metrics=expand(f"{RESULTS}/{{e}}/metrics.parquet", e=EXPERIMENTS),
        statistics=expand(f"{RESULTS}/{{e}}/statistics.parquet", e=EXPERIMENTS),
        findings=expand(f"{RESULTS}/{{e}}/findings.parquet", e=WITH_PEOPLE),
        published="config/published.yaml",
        code=code("summary"),
    output:
        report(
            f"{RESULTS}/summary.md",
            caption="../workflow/report/summary.rst",
            category="Tables",
            labels={"experiment": "all", "table": "summary"},
        ),
    log:
        f"{LOGS}/summary/summary.log",
    benchmark:
        f"{BENCHMARKS}/summary/summary.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        experiments={name: view(e, "whole") for name, e in EXPERIMENTS.items()},
        n_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/summary.py"
