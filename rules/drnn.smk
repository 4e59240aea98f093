# The data-driven RNN and its variants: trained on the people's own choices, a fold held out.
#
# Needs: the people's trials.
# Makes, for <network> drnn and each variant (drnn_...) that the experiment names, a <cohort> being
# a diagnosis group or all:
#        <results>/<e>/checkpoints/<network>/<cohort>.pt, <results>/<e>/training/<network>/<cohort>.parquet,
#        <results>/<e>/estimates/<network>/human.parquet (from human/<cohort>.parquet)


rule train_drnn:
    input:
        trials=at("people"),
    output:
        estimates=at("cohort_estimates", part="{cohort}"),
        checkpoint=at("checkpoint", part="{cohort}"),
        history=at("training", part="{cohort}"),
    log:
        f"{LOGS}/train_drnn/{{experiment}}_{{network}}_{{cohort}}.log",
    benchmark:
        f"{BENCHMARKS}/train_drnn/{{experiment}}_{{network}}_{{cohort}}.tsv"
    wildcard_constraints:
        network=DRNNS,
    priority: 10
    conda:
        "../envs/trnn.yaml"
    # One thread: sums in another order would give other networks. Cohorts run side by side.
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(60),
        gpu=N_GPUS,
    params:
        code=code("train_drnn"),
        experiment=settings("{network}"),
        device=RUN.device,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/train_drnn.py"


rule join_drnn:
    input:
        tables=cohort_estimates,
    output:
        at("estimates", estimator="{network}", population="human"),
    log:
        f"{LOGS}/join_drnn/{{experiment}}_{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/join_drnn/{{experiment}}_{{network}}.tsv"
    wildcard_constraints:
        network=DRNNS,
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(5),
    params:
        code=code("join_tables"),
    script:
        "../workflow/scripts/join_tables.py"
