# The original study's numbers, findings and defects beside what this run finds.
#
# Needs: metrics, statistics and findings of every experiment, and config/published.yaml.
# Makes: <results>/replication.parquet, <results>/replication.md


rule replication:
    input:
        metrics=expand(at("metrics", experiment="{e}"), e=EXPERIMENTS),
        statistics=expand(at("statistics", experiment="{e}"), e=EXPERIMENTS),
        findings=expand(at("findings", experiment="{e}"), e=having("findings")),
        published="config/published.yaml",
        code=code("replication"),
    output:
        table=at("replication"),
        markdown=report(
            at("replication_text"),
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
        experiments={name: e.human for name, e in EXPERIMENTS.items()},
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/replication.py"
