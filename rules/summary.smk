# The summaries: one page on the run, and a file behind it for every experiment.
#
# Needs: all tables of the experiments that a summary may speak of, and config/published.yaml.
# Makes: <results>/<experiment>/summary.md, <results>/summary.md

# The tables that a summary may read, by experiment and kind.
SUMMARISED = {
    name: {kind: at(kind, experiment=name) for kind in plan.kinds()} for name, plan in PLANS.items()
}
DOUBTS = doubts(RUN, EXPERIMENTS)


rule experiment_summary:
    input:
        tables=lambda wildcards: list(SUMMARISED[wildcards.experiment].values()),
        published=own("config/published.yaml"),
    output:
        report(
            at("experiment_summary"),
            caption="../workflow/report/experiment_summary.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "summary"},
        ),
    log:
        f"{LOGS}/experiment_summary/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/experiment_summary/{{experiment}}.tsv"
    group:
        "ending"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("experiment_summary", named=lambda wildcards: [model_of(wildcards.experiment)]),
        experiment=settings("whole"),
        tables=lambda wildcards: SUMMARISED[wildcards.experiment],
        columns=lambda wildcards: sorted(PLANS[wildcards.experiment].columns),
        not_computed=lambda wildcards: PLANS[wildcards.experiment].not_computed(),
        doubts=lambda wildcards: DOUBTS[wildcards.experiment],
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/experiment_summary.py"


rule summary:
    input:
        tables=[path for own in SUMMARISED.values() for path in own.values()],
        published=own("config/published.yaml"),
    output:
        report(
            at("summary"),
            caption="../workflow/report/summary.rst",
            category="Tables",
            labels={"experiment": "all", "table": "summary"},
        ),
    log:
        f"{LOGS}/summary/summary.log",
    benchmark:
        f"{BENCHMARKS}/summary/summary.tsv"
    group:
        "ending"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("summary", named=lambda wildcards: map(model_of, EXPERIMENTS)),
        experiments={name: view(e, "whole") for name, e in EXPERIMENTS.items()},
        tables=SUMMARISED,
        columns={name: sorted(plan.columns) for name, plan in PLANS.items()},
        not_computed={name: plan.not_computed() for name, plan in PLANS.items()},
        doubts=DOUBTS,
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/summary.py"
