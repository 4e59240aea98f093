# Simulated agents.
#
# Needs: an experiment's task, model and dynamics.
# Makes: <results>/<e>/synthetic/{train,validation,test}.parquet


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
