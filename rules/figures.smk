# Figures, each with the numbers that it draws.
#
# Needs: the tables that the catalogues (src/trnn/figures/catalogue.py, src/ger2024/figures/
#        catalogue.py) name for each kind of figure; an experiment that has them has the figure.
# Makes: <results>/figures/<experiment>/<kind>.{pdf,png,parquet}

BATCHES = {
    batch: (name, entries)
    for name in EXPERIMENTS
    for batch, entries in batches(CATALOGUE.values(), PLANS[name].there()).items()
}


# A batch of figures in one job: drawing one takes less time than starting Python and matplotlib.
for BATCH, (NAME, ENTRIES) in BATCHES.items():
    FILES = [(NAME, entry.kind) for entry in ENTRIES]

    rule:
        name:
            f"figures_{BATCH}"
        input:
            tables=sorted({path for e in ENTRIES for path in figure_tables(NAME, e).values()}),
        output:
            pdf=[at("figure", experiment=n, kind=kind, suffix="pdf") for n, kind in FILES],
            png=[
                report(
                    at("figure", experiment=n, kind=kind, suffix="png"),
                    caption="../workflow/report/figure.rst",
                    category="Figures",
                    labels={"experiment": n, "figure": kind},
                )
                for n, kind in FILES
            ],
            parquet=[at("figure", experiment=n, kind=kind, suffix="parquet") for n, kind in FILES],
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
            code=code("figures", named=drawing(NAME, ENTRIES)),
            tables={entry.kind: figure_tables(NAME, entry) for entry in ENTRIES},
            experiment=view(EXPERIMENTS[NAME], "figures"),
            seed=RUN.seed,
            data_source=RUN.data_source,
        script:
            "../workflow/scripts/figures.py"
