# The report: one HTML file that opens from disk, without a network.
#
# Needs: trials, estimates and all other tables of every experiment, the figures, the summaries and,
#        where there is one, the replication table.
# Makes: <results>/report.html


# Text for Snakemake's own `--report`, which shows the files that rules mark by report(...).
report: "../workflow/report/workflow.rst"


rule report:
    input:
        tables=all_tables(),
        figures=[path for path in all_figures() if path.endswith(".png")],
        summary=at("summary"),
        experiment_summaries=experiment_summaries(),
        replication=replication_files(),
        environment=own("envs/trnn.yaml"),
        # What the page is made of, beside its code.
        templates=[
            own(file)
            for file in sorted((BASE / "src" / "trnn" / "report" / "templates").iterdir())
        ],
    output:
        at("report"),
    log:
        f"{LOGS}/report/report.log",
    benchmark:
        f"{BENCHMARKS}/report/report.tsv"
    group:
        "ending"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1500),
        runtime=grows(10),
    params:
        code=code("report", named=lambda wildcards: map(model_of, EXPERIMENTS)),
        experiments={name: view(e, "whole") for name, e in EXPERIMENTS.items()},
        estimators={
            name: {p: plan.estimators(p) for p in plan.populations} for name, plan in PLANS.items()
        },
        # A mirror of the raw data is a place on some machine.
        run=RUN.model_dump(mode="json", exclude={"data_mirror"}),
        seed=RUN.seed,
        data_source=RUN.data_source,
        # Read for durations, and no input: a job's benchmark is not part of what it makes.
        benchmarks=BENCHMARKS,
    script:
        "../workflow/scripts/report.py"
