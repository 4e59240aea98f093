# What can be known: how well parameters can be recovered at all, over their ranges.
#
# Needs: nothing but settings; for parameters that move, test agents and a filter's estimates.
# Makes: <results>/<e>/identifiability.parquet (constant parameters, exact posteriors),
#        <results>/<e>/identifiability_moving.parquet (switching agents, the switching filter)


rule identifiability:
    output:
        at("identifiability"),
    log:
        f"{LOGS}/identifiability/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/identifiability/{{experiment}}.tsv"
    group:
        "agents"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        code=code("identifiability"),
        experiment=settings("identifiability"),
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
    script:
        "../workflow/scripts/identifiability.py"


rule identifiability_moving:
    input:
        trials=at("agents", split="test"),
        estimates=at("estimates", estimator="bayes", population="test"),
    output:
        at("identifiability_moving"),
    log:
        f"{LOGS}/identifiability_moving/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/identifiability_moving/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1500),
        runtime=grows(10),
    params:
        code=code("identifiability_moving"),
        experiment=settings("identifiability_moving"),
        estimator="bayes",
        dynamics=dynamics_of(Switching),
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
    script:
        "../workflow/scripts/identifiability_moving.py"
