# Every test of the study.
#
# Needs: metrics, people's trials, the t-RNN's estimates.
# Makes: <results>/<e>/comparisons.parquet (of estimators and models),
#        <results>/<e>/findings.parquet, <results>/<e>/courses.parquet (of people),
#        <results>/<e>/recovery.parquet (of agents with constant parameters),
#        <results>/<e>/statistics.parquet (the tests of all of them)

# Estimators whose recovery is compared with maximum likelihood's.
RECOVERING = ["filter", "bayes", "trnn"]


rule comparisons:
    input:
        metrics=f"{RESULTS}/{{experiment}}/metrics.parquet",
        code=code("comparisons"),
    output:
        f"{RESULTS}/{{experiment}}/comparisons.parquet",
    log:
        f"{LOGS}/comparisons/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/comparisons/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        experiment=settings("model"),
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/comparisons.py"


rule findings:
    input:
        trials=f"{RESULTS}/{{experiment}}/human/trials.parquet",
        estimates=f"{RESULTS}/{{experiment}}/estimates/trnn/human.parquet",
        metrics=f"{RESULTS}/{{experiment}}/metrics.parquet",
        comparisons=f"{RESULTS}/{{experiment}}/comparisons.parquet",
        published="config/published.yaml",
        control_trials=f"{RESULTS}/{{experiment}}/synthetic/test.parquet",
        control_estimates=f"{RESULTS}/{{experiment}}/estimates/trnn/test.parquet",
        code=code("findings"),
    output:
        report(
            f"{RESULTS}/{{experiment}}/findings.parquet",
            caption="../workflow/report/findings.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "findings"},
        ),
    log:
        f"{LOGS}/findings/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/findings/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1500),
        runtime=grows(10),
    params:
        dataset=lambda wildcards: WITH_PEOPLE[wildcards.experiment],
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/findings.py"


rule courses:
    input:
        trials=f"{RESULTS}/{{experiment}}/human/trials.parquet",
        estimates=f"{RESULTS}/{{experiment}}/estimates/trnn/human.parquet",
        control_trials=f"{RESULTS}/{{experiment}}/synthetic/test.parquet",
        control_estimates=f"{RESULTS}/{{experiment}}/estimates/trnn/test.parquet",
        code=code("courses"),
    output:
        f"{RESULTS}/{{experiment}}/courses.parquet",
    log:
        f"{LOGS}/courses/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/courses/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        dataset=lambda wildcards: WITH_PEOPLE[wildcards.experiment],
        experiment=settings("model"),
        permutations=RUN.permutations,
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/courses.py"


rule recovery:
    input:
        **{name: f"{RESULTS}/{{experiment}}/estimates/{name}/test.parquet" for name in RECOVERING},
        trials=f"{RESULTS}/{{experiment}}/synthetic/test.parquet",
        fits=f"{RESULTS}/{{experiment}}/fits/recovery.parquet",
        code=code("recovery"),
    output:
        f"{RESULTS}/{{experiment}}/recovery.parquet",
    log:
        f"{LOGS}/recovery/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/recovery/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1500),
        runtime=grows(10),
    params:
        experiment=settings("model"),
        estimators=RECOVERING,
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/recovery.py"


rule statistics:
    input:
        unpack(
            lambda wildcards: (
                {"findings": f"{RESULTS}/{wildcards.experiment}/findings.parquet"}
                if wildcards.experiment in WITH_PEOPLE
                else {}
            )
        ),
        tables=lambda wildcards: tables_of_tests(wildcards.experiment),
        code=code("statistics"),
    output:
        report(
            f"{RESULTS}/{{experiment}}/statistics.parquet",
            caption="../workflow/report/statistics.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "statistics"},
        ),
    log:
        f"{LOGS}/statistics/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/statistics/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/statistics.py"
