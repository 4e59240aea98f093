# Priors that fit people: dynamics and ranges chosen by evidence, the task measured.
#
# Needs: people's trials.
# Makes: <results>/<e>/prior_selection.parquet (where the experiment has a `prior_grid`),
#        <results>/<e>/task_measured.parquet


rule select_prior:
    input:
        trials=at("people"),
    output:
        report(
            at("prior_selection"),
            caption="../workflow/report/prior_selection.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "prior_selection"},
        ),
    log:
        f"{LOGS}/select_prior/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/select_prior/{{experiment}}.tsv"
    priority: 5
    group:
        "filters"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(90),
    params:
        code=code("select_prior"),
        experiment=settings("select_prior"),
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/select_prior.py"


rule measure_task:
    input:
        trials=at("people"),
    output:
        at("task_measured"),
    log:
        f"{LOGS}/measure_task/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/measure_task/{{experiment}}.tsv"
    group:
        "people"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("measure_task"),
        experiment=settings("measure_task"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/measure_task.py"
