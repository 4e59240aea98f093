# The original study's numbers, findings and defects beside what this run finds.
#
# Needs: metrics, statistics and findings of every experiment, and config/published.yaml.
# Makes: <results>/replication.parquet, <results>/replication.md


rule replication:
    input:
        metrics=expand(f"{RESULTS}/{{e}}/metrics.parquet", e=EXPERIMENTS),
        statistics=expand(f"{RESULTS}/{{e}}/statistics.parquet", e=EXPERIMENTS),
        findings=expand(f"{RESULTS}/{{e}}/findings.parquet", e=WITH_PEOPLE),
        published="config/published.yaml",
        code=code("replication"),
    output:
        table=f"{RESULTS}/replication.parquet",
        markdown=report(
            f"{RESULTS}/replication.md",
            caption="../workflow/report/replication.rst",
            category="Tables",
            labels={"experiment": "all", "table": "replication"},
        ),
    log:
        f"{LOGS}/replication/replication.log",
    benchmark:
        f"{BENCHMARKS}/replication/replication.tsv"
    group:
        "ending"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        experiments={name: WITH_PEOPLE.get(name) for name in EXPERIMENTS},
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/replication.py"
