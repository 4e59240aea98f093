# Whether posteriors are right of all parameters together.
#
# Needs: the checkpoints of networks; agents are simulated afresh.
# Makes: <results>/<e>/joint_calibration/<estimator>.parquet of networks with a posterior and of
#        particle filters, and, joined, <results>/<e>/joint_calibration.parquet (where the model
#        has more than one parameter)


rule joint_network:
    input:
        checkpoints=lambda wildcards: expand(
            at("checkpoint", **wildcards),
            part=PLANS[wildcards.experiment].posterior_networks()[wildcards.network],
        ),
    output:
        at("joint_calibration_of_estimator", estimator="{network}"),
    log:
        f"{LOGS}/joint_network/{{experiment}}_{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/joint_network/{{experiment}}_{{network}}.tsv"
    wildcard_constraints:
        network=TRNNS,
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(3000),
        runtime=grows(20),
    params:
        code=code("joint_network"),
        experiment=settings("joint_network"),
        n_agents=RUN.calibration_agents,
        seed=RUN.seed,
    script:
        "../workflow/scripts/joint_network.py"


rule joint_filter:
    output:
        at("joint_calibration_of_estimator", estimator="{which}"),
    log:
        f"{LOGS}/joint_filter/{{experiment}}_{{which}}.log",
    benchmark:
        f"{BENCHMARKS}/joint_filter/{{experiment}}_{{which}}.tsv"
    wildcard_constraints:
        which="|".join(registry.filters()),
    priority: 5
    group:
        "filters"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(60),
    params:
        code=code("joint_filter"),
        experiment=settings("joint_{which}"),
        n_agents=RUN.calibration_filter_agents,
        seed=RUN.seed,
    script:
        "../workflow/scripts/joint_filter.py"


rule joint_calibration:
    input:
        tables=lambda wildcards: [
            at(
                "joint_calibration_of_estimator",
                experiment=wildcards.experiment,
                estimator=name,
            )
            for name in registry.calibrated()
            if name in registry.filters()
            or name in PLANS[wildcards.experiment].posterior_networks()
        ],
    output:
        at("joint_calibration"),
    log:
        f"{LOGS}/joint_calibration/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/joint_calibration/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(500),
        runtime=grows(5),
    params:
        code=code("join_tables"),
    script:
        "../workflow/scripts/join_tables.py"
