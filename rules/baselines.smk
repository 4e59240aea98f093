# Estimators that the t-RNN is measured against, but for filters (filters.smk): fits and references.
#
# Needs: a population's trials.
# Makes: <results>/<e>/estimates/<estimator>/{test,human}.parquet of fits, prior and truth,
#        <results>/<e>/evidence/mle/{test,human}.parquet (of constant parameters),
#        <results>/<e>/fits/mle/{test,human}.parquet (which `metrics` joins),
#        <results>/<e>/fits/recovery.parquet (where the experiment measures recovery)


rule fit_mle:
    input:
        trials=trials,
    output:
        at("fits_of_population"),
    log:
        f"{LOGS}/fit_mle/{{experiment}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/fit_mle/{{experiment}}_{{population}}.tsv"
    group:
        "references"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(30),
    params:
        code=code("fit_mle"),
        experiment=settings("mle"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/fit_mle.py"


rule constant_evidence:
    input:
        trials=trials,
    output:
        at("constant_evidence"),
    log:
        f"{LOGS}/constant_evidence/{{experiment}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/constant_evidence/{{experiment}}_{{population}}.tsv"
    group:
        "references"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(30),
    params:
        code=code("constant_evidence"),
        experiment=settings("model"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/constant_evidence.py"


rule fit_recovery:
    input:
        trials=at("agents", split="test"),
    output:
        at("recovery_fits"),
    log:
        f"{LOGS}/fit_recovery/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/fit_recovery/{{experiment}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(20),
    params:
        code=code("fit_recovery"),
        experiment=settings("recovery"),
        dynamics=dynamics_of(Stationary),
        seed=RUN.seed,
    script:
        "../workflow/scripts/fit_recovery.py"


# The references of a population in one job: each takes less time than starting Python does. Agents
# have one more than people, the truth, and so a rule of their own.
for POPULATION in (registry.TEST, registry.HUMAN):

    rule:
        name:
            f"estimate_references_{POPULATION}"
        input:
            trials=f"{RESULTS}/{TRIALS[POPULATION]}",
            fits=at("fits_of_population", population=POPULATION),
        output:
            **{
                name: at("estimates", estimator=name, population=POPULATION)
                for name in registry.made_by(registry.BASELINES, POPULATION)
            },
        log:
            f"{LOGS}/estimate_references/{{experiment}}_{POPULATION}.log",
        benchmark:
            f"{BENCHMARKS}/estimate_references/{{experiment}}_{POPULATION}.tsv"
        group:
            "references"
        conda:
            "../envs/trnn.yaml"
        threads: 1
        resources:
            mem_mb=grows(1000),
            runtime=grows(10),
        params:
            code=code("estimate_references"),
            experiment=settings("model"),
            population=POPULATION,
            seed=RUN.seed,
            data_source=RUN.data_source,
        script:
            "../workflow/scripts/estimate_references.py"
