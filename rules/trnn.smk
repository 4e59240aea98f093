# The theoretical RNN and its variants.
#
# Needs: synthetic agents to train and validate on; a population's trials to be applied to.
# Makes, for <network> trnn and each variant (trnn_...) that the experiment names:
#        <results>/<e>/checkpoints/<network>/seed<k>.pt,
#        <results>/<e>/training/<network>/seed<k>.parquet,
#        <results>/<e>/estimates/<network>/{test,human}.parquet, of trnn matched.parquet too,
#        <results>/<e>/draws/<network>/human.parquet (of a network with a posterior)


rule train:
    input:
        train=at("agents", split="train"),
        validation=at("agents", split="validation"),
    output:
        checkpoint=at("checkpoint", part="seed{seed}"),
        history=at("training", part="seed{seed}"),
    log:
        f"{LOGS}/train/{{experiment}}_{{network}}_seed{{seed}}.log",
    benchmark:
        f"{BENCHMARKS}/train/{{experiment}}_{{network}}_seed{{seed}}.tsv"
    wildcard_constraints:
        network=TRNNS,
    priority: 10
    conda:
        "../envs/trnn.yaml"
    # One thread: sums in another order would give another network. Networks run side by side.
    threads: 1
    resources:
        mem_mb=grows(4500),
        runtime=grows(60),
        gpu=N_GPUS,
    params:
        code=code("train"),
        experiment=settings("{network}"),
        device=RUN.device,
        seed=RUN.seed,
    script:
        "../workflow/scripts/train.py"


rule infer:
    input:
        trials=trials,
        checkpoints=checkpoints,
    output:
        at("estimates", estimator="{network}"),
    log:
        f"{LOGS}/infer/{{experiment}}_{{network}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/infer/{{experiment}}_{{network}}_{{population}}.tsv"
    wildcard_constraints:
        network=TRNNS,
    group:
        "inference"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(2500),
        runtime=grows(10),
    params:
        code=code("infer"),
        experiment=settings("model"),
        ensemble=lambda wildcards: network_of(wildcards).ensemble,
        draws=lambda wildcards: network_of(wildcards).draws,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/infer.py"


rule draw:
    input:
        trials=at("people"),
        checkpoints=checkpoints,
    output:
        at("draws"),
    log:
        f"{LOGS}/draw/{{experiment}}_{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/draw/{{experiment}}_{{network}}.tsv"
    wildcard_constraints:
        network=TRNNS,
    group:
        "inference"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(2500),
        runtime=grows(10),
    params:
        code=code("draw"),
        experiment=settings("model"),
        ensemble=lambda wildcards: network_of(wildcards).ensemble,
        draws=lambda wildcards: network_of(wildcards).draws,
        kept=lambda wildcards: network_of(wildcards).kept_draws,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/draw.py"
