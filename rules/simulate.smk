# Simulated agents.
#
# Needs: an experiment's task, model and dynamics; for agents matched to people, people's trials and
#        their maximum-likelihood fits.
# Makes: <results>/<e>/synthetic/{train,validation,test}.parquet, <results>/<e>/synthetic/matched.parquet


rule simulate:
    output:
        at("agents"),
    log:
        f"{LOGS}/simulate/{{experiment}}_{{split}}.log",
    benchmark:
        f"{BENCHMARKS}/simulate/{{experiment}}_{{split}}.tsv"
    priority: 15
    group:
        "agents"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1500),
        runtime=grows(10),
    params:
        code=code("simulate"),
        experiment=settings("simulate_{split}"),
        seed=RUN.seed,
    script:
        "../workflow/scripts/simulate.py"


rule simulate_matched:
    input:
        trials=at("people"),
        fits=at("fits_of_population", population=registry.HUMAN),
    output:
        at("matched"),
    log:
        f"{LOGS}/simulate_matched/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/simulate_matched/{{experiment}}.tsv"
    group:
        "references"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1500),
        runtime=grows(10),
    params:
        code=code("simulate_matched"),
        experiment=settings("people_checks"),
        n_agents=RUN.matched_agents,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/simulate_matched.py"
