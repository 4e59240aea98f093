# Every test of an experiment, and the study's analyses of its people.
#
# Needs: metrics, evidence of models and for moving parameters, people's trials, the t-RNN's
#        estimates of them and of the agents matched to them.
# Makes: <results>/<e>/comparisons.parquet (of estimators and models),
#        <results>/<e>/findings.parquet, <results>/<e>/courses.parquet (of people),
#        <results>/<e>/recovery.parquet (of agents with constant parameters),
#        <results>/<e>/statistics.parquet (the tests of all of them)

# Estimators whose recovery is compared with that of the fits to the first trials.
RECOVERING = [name for name in registry.of_parameters() if name != registry.FIT]


rule comparisons:
    input:
        metrics=at("metrics"),
        evidence=lambda wildcards: [
            at("convergence", **wildcards),
            *(
                at("constant_evidence", population=population, **wildcards)
                for population in PLANS[wildcards.experiment].populations
            ),
        ],
    output:
        at("comparisons"),
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
        code=code("comparisons"),
        experiment=settings("model"),
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/comparisons.py"


rule findings:
    input:
        unpack(matched),
        trials=at("people"),
        estimates=at("estimates", estimator="trnn", population="human"),
        metrics=at("metrics"),
        comparisons=at("comparisons"),
        published=own("config/published.yaml"),
    output:
        report(
            at("findings"),
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
        code=code("findings"),
        experiment=settings("model"),
        having=having_of_people,
        dataset=lambda wildcards: EXPERIMENTS[wildcards.experiment].human,
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/findings.py"


rule courses:
    input:
        unpack(matched),
        trials=at("people"),
        estimates=at("estimates", estimator="trnn", population="human"),
    output:
        at("courses"),
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
        code=code("courses"),
        experiment=settings("model"),
        having=having_of_people,
        permutations=RUN.permutations,
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/courses.py"


rule recovery:
    input:
        **{name: at("estimates", estimator=name, population="test") for name in RECOVERING},
        trials=at("agents", split="test"),
        fits=at("recovery_fits"),
    output:
        at("recovery"),
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
        code=code("recovery"),
        experiment=settings("model"),
        estimators=RECOVERING,
        dynamics=dynamics_of(Stationary),
        finding=lambda wildcards: finding_of_recovery(PUBLISHED, EXPERIMENTS[wildcards.experiment]),
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/recovery.py"


rule statistics:
    input:
        unpack(
            lambda wildcards: (
                {"findings": at("findings", experiment=wildcards.experiment)}
                if "findings" in PLANS[wildcards.experiment].kinds()
                else {}
            )
        ),
        tables=lambda wildcards: tables_of_tests(wildcards.experiment),
    output:
        report(
            at("statistics"),
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
        code=code("statistics"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/statistics.py"
