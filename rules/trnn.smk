# The theoretical RNN.
#
# Needs: synthetic agents to train and validate on; a population's trials to be applied to.
# Makes: <results>/<e>/checkpoints/trnn/seed<k>.pt, <results>/<e>/training/trnn/seed<k>.parquet,
#        <results>/<e>/estimates/trnn/{test,human}.parquet


rule train:
    input:
        train=f"{RESULTS}/{{experiment}}/synthetic/train.parquet",
        validation=f"{RESULTS}/{{experiment}}/synthetic/validation.parquet",
        code=code("train"),
    output:
        checkpoint=f"{RESULTS}/{{experiment}}/checkpoints/trnn/seed{{seed}}.pt",
        history=f"{RESULTS}/{{experiment}}/training/trnn/seed{{seed}}.parquet",
    log:
        f"{LOGS}/train/{{experiment}}_seed{{seed}}.log",
    benchmark:
        f"{BENCHMARKS}/train/{{experiment}}_seed{{seed}}.tsv"
    priority: 10
    conda:
        "../envs/trnn.yaml"
    # One thread: sums in another order would give another network. Networks run side by side.
    threads: 1
    resources:
        mem_mb=3000,
        runtime=60,
    params:
        experiment=settings("trnn"),
        seed=RUN.seed,
    script:
        "../workflow/scripts/train.py"


rule infer:
    input:
        trials=trials,
        checkpoints=checkpoints,
        code=code("infer"),
    output:
        f"{RESULTS}/{{experiment}}/estimates/trnn/{{population}}.parquet",
    log:
        f"{LOGS}/infer/{{experiment}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/infer/{{experiment}}_{{population}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=10,
    params:
        experiment=settings("model"),
        ensemble=lambda wildcards: EXPERIMENTS[wildcards.experiment].estimators.trnn.ensemble,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/infer.py"
