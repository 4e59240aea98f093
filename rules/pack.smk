# Networks packed for others: `snakemake index_networks`. No part of `all`.
#
# Needs: the checkpoints of an experiment's t-RNN and of the one that reads whole sessions, if there
#        is one; calibration and distance from the optimum, for their card.
# Makes: <results>/networks/<e>.npz and <results>/networks/index.json, to be copied to
#        src/trnn/networks/, where `trnn estimate --network <e>` finds them


rule pack:
    input:
        unpack(posterior_networks),
        tables=card_tables,
    output:
        at("packed"),
    log:
        f"{LOGS}/pack/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/pack/{{experiment}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1500),
        runtime=grows(10),
    params:
        code=code("pack"),
        networks=lambda wildcards: list(posterior_networks(wildcards)),
        model=lambda wildcards: EXPERIMENTS[wildcards.experiment].model,
        trained_by=RUN.trained_by,
    script:
        "../workflow/scripts/pack.py"


rule index_networks:
    input:
        expand(at("packed"), experiment=EXPERIMENTS),
    output:
        at("packed_index"),
    log:
        f"{LOGS}/index_networks/index.log",
    benchmark:
        f"{BENCHMARKS}/index_networks/index.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1500),
        runtime=grows(10),
    params:
        code=code("index_networks", named=lambda wildcards: map(model_of, EXPERIMENTS)),
    script:
        "../workflow/scripts/index_networks.py"
