# Figures, each with the numbers that it draws.
#
# Needs: the tables that src/trnn/figures/catalogue.py names for each figure.
# Makes: <results>/figures/<figure>.{pdf,png,parquet}


# A batch of figures in one job: drawing one takes less time than starting Python and matplotlib.
for BATCH, NAMES in catalogue.batches(figures()).items():

    rule:
        name:
            f"figures_{BATCH}"
        input:
            tables=sorted({path for name in NAMES for path in figure_tables(name).values()}),
            code=code("figures"),
        output:
            pdf=[at("figure", figure=name, suffix="pdf") for name in NAMES],
            png=[
                report(
                    at("figure", figure=name, suffix="png"),
                    caption="../workflow/report/figure.rst",
                    category="Figures",
                    labels={"figure": name},
                )
                for name in NAMES
            ],
            parquet=[at("figure", figure=name, suffix="parquet") for name in NAMES],
        log:
            f"{LOGS}/figures/{BATCH}.log",
        benchmark:
            f"{BENCHMARKS}/figures/{BATCH}.tsv"
        group:
            "ending"
        conda:
            "../envs/trnn.yaml"
        threads: 1
        resources:
            mem_mb=grows(1500),
            runtime=grows(10),
        params:
            tables={name: figure_tables(name) for name in NAMES},
            experiment=view(EXPERIMENTS[catalogue.entry(NAMES[0]).experiment], "model"),
            seed=RUN.seed,
            data_source=RUN.data_source,
        script:
            "../workflow/scripts/figures.py"
