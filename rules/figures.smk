# Figures, each with the numbers that it draws.
#
# Needs: the tables that src/trnn/figures/catalogue.py names for each figure.
# Makes: <results>/figures/<figure>.{pdf,png,parquet}


rule figure:
    input:
        tables=lambda wildcards: list(figure_tables(wildcards.figure).values()),
        code=code("figure"),
    output:
        pdf=f"{RESULTS}/figures/{{figure}}.pdf",
        png=report(
            f"{RESULTS}/figures/{{figure}}.png",
            caption="../workflow/report/figure.rst",
            category="Figures",
            labels={"figure": "{figure}"},
        ),
        parquet=f"{RESULTS}/figures/{{figure}}.parquet",
    log:
        f"{LOGS}/figure/{{figure}}.log",
    benchmark:
        f"{BENCHMARKS}/figure/{{figure}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        table_keys=lambda wildcards: list(figure_tables(wildcards.figure)),
        experiment=lambda wildcards: view(
            EXPERIMENTS[catalogue.entry(wildcards.figure).experiment], "model"
        ),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/figure.py"
