# Simulated agents.
#
# Needs: an experiment's task, model and dynamics.
# Makes: <results>/<e>/synthetic/{train,validation,test}.parquet


rule simulate:
    input:
        code=code("simulate"),
    output:
        f"{RESULTS}/{{experiment}}/synthetic/{{split}}.parquet",
    params:
        experiment=settings("simulate_{split}"),
        seed=RUN.seed,
    log:
        f"{LOGS}/simulate/{{experiment}}_{{split}}.log",
    benchmark:
        f"{BENCHMARKS}/simulate/{{experiment}}_{{split}}.tsv"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=10,
    conda:
        "../envs/trnn.yaml"
    script:
        "../workflow/scripts/simulate.py"
