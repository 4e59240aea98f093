# Whether posteriors are calibrated, and how far estimators are from the optimum.
#
# Needs: test agents with their true parameters, estimates with quantiles; metrics; people's trials,
#        and config/published.yaml, for the targets of the study; whether people are judged to move.
# Makes: <results>/<e>/calibration.parquet, <results>/<e>/optimality.parquet, and, where agents
#        switch, <results>/<e>/calibration_fresh.parquet

# Estimators whose error at the last trial is compared with that of maximum likelihood.
LAST_TRIAL = registry.last_estimates()


rule calibration:
    input:
        unpack(posteriors),
        trials=at("agents", split="test"),
    output:
        report(
            at("calibration"),
            caption="../workflow/report/calibration.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "calibration"},
        ),
    log:
        f"{LOGS}/calibration/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/calibration/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(15),
    params:
        code=code("calibration"),
        experiment=settings("calibration"),
        estimators=lambda wildcards: list(posteriors(wildcards)),
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/calibration.py"


rule calibration_fresh:
    input:
        unpack(posterior_networks),
    output:
        at("calibration_fresh"),
    log:
        f"{LOGS}/calibration_fresh/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/calibration_fresh/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(3000),
        runtime=grows(20),
    params:
        code=code("calibration_fresh"),
        experiment=settings("calibration_fresh"),
        networks=lambda wildcards: list(posterior_networks(wildcards)),
        n_agents=RUN.calibration_agents,
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
    script:
        "../workflow/scripts/calibration_fresh.py"


rule optimality:
    input:
        unpack(table_of_people),
        unpack(evidence_of_people),
        **{name: at("estimates", estimator=name, population="test") for name in LAST_TRIAL},
        metrics=at("metrics"),
        trials=at("agents", split="test"),
        published=own("config/published.yaml"),
    output:
        report(
            at("optimality"),
            caption="../workflow/report/optimality.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "optimality"},
        ),
    log:
        f"{LOGS}/optimality/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/optimality/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1500),
        runtime=grows(10),
    params:
        code=code("optimality"),
        experiment=settings("calibration"),
        estimators=LAST_TRIAL,
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/optimality.py"
