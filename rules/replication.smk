# The original study's numbers, findings and defects beside what this run finds.
#
# Needs: people's trials, metrics, statistics and findings of every experiment that the study
#        reports of, and config/published.yaml.
# Makes: <results>/replication.parquet, <results>/replication.md


rule replication:
    input:
        metrics=expand(at("metrics", experiment="{e}"), e=REPLICATED),
        statistics=expand(at("statistics", experiment="{e}"), e=REPLICATED),
        findings=expand(
            at("findings", experiment="{e}"),
            e=[e for e in having("findings") if e in REPLICATED],
        ),
        people=expand(
            at("people", experiment="{e}"),
            e=[e for e in having("people") if e in REPLICATED],
        ),
        published=own("config/published.yaml"),
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
        code=code("replication"),
        experiments={
            name: {"model": EXPERIMENTS[name].model, "human": EXPERIMENTS[name].human}
            for name in REPLICATED
        },
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/replication.py"
