# Posteriors under stated dynamics: filters, smoothers, and parameters that are constant.
#
# Needs: a population's trials.
# Makes: <results>/<e>/estimates/<estimator>/{test,human}.parquet of filters and smoothers,
#        <results>/<e>/evidence/<filter>/{test,human}.parquet,
#        <results>/<e>/estimates/constant/human.parquet and the same under evidence/ (people alone),
#        and of all evidence, joined, <results>/<e>/convergence.parquet


# The smoothed estimates start from the same filter.
for WHICH in ("filter", "bayes"):

    rule:
        name:
            f"estimate_{WHICH}"
        input:
            trials=trials,
        output:
            **{name: at("estimates", estimator=name) for name in registry.made_by(WHICH)},
            evidence=at("filter_evidence", estimator=WHICH),
        log:
            f"{LOGS}/estimate/{{experiment}}_{WHICH}_{{population}}.log",
        benchmark:
            f"{BENCHMARKS}/estimate/{{experiment}}_{WHICH}_{{population}}.tsv"
        priority: 5
        group:
            "filters"
        conda:
            "../envs/trnn.yaml"
        threads: 1
        resources:
            mem_mb=grows(2500 if WHICH == "bayes" else 1000),
            runtime=grows(120),
        params:
            code=code("estimate_filter"),
            experiment=filter_settings(WHICH),
            which=WHICH,
            seed=RUN.seed,
            data_source=RUN.data_source,
        script:
            "../workflow/scripts/estimate_filter.py"


rule estimate_constant:
    input:
        trials=at("people"),
    output:
        estimates=at("estimates", estimator=registry.CONSTANT, population=registry.HUMAN),
        evidence=at("filter_evidence", estimator=registry.CONSTANT, population=registry.HUMAN),
    log:
        f"{LOGS}/estimate_constant/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/estimate_constant/{{experiment}}.tsv"
    group:
        "filters"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(30),
    params:
        code=code("estimate_constant"),
        experiment=settings("constant"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/estimate_constant.py"


rule convergence:
    input:
        tables=lambda wildcards: [
            at(
                "filter_evidence",
                experiment=wildcards.experiment,
                estimator=name,
                population=population,
            )
            for name in registry.filters()
            for population in PLANS[wildcards.experiment].populations
            if population in registry.estimator(name).populations
        ],
    output:
        at("convergence"),
    log:
        f"{LOGS}/convergence/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/convergence/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("convergence"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/convergence.py"
