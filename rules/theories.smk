# Theories that fit people: models, ranges and hazards chosen by evidence, and what that can tell.
#
# Needs: people's trials.
# Makes (where the experiment has `theories`, <t> each of their candidates):
#        <results>/<e>/theories/evidence/<t>.parquet, and of all of them
#        <results>/<e>/{theories,theory_evidence,theory_comparisons}.parquet;
#        <results>/<e>/theories/recovery/<t>.parquet, and of all of them
#        <results>/<e>/theory_recovery.parquet (where recovery is asked for)
# `snakemake theories` (Snakefile) makes these alone.


rule theory_evidence:
    input:
        trials=at("people"),
    output:
        at("evidence_of_theory"),
    log:
        f"{LOGS}/theory_evidence/{{experiment}}_{{theory}}.log",
    benchmark:
        f"{BENCHMARKS}/theory_evidence/{{experiment}}_{{theory}}.tsv"
    wildcard_constraints:
        theory=NAME_OF_THEORY,
    priority: 5
    group:
        "filters"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(90),
    params:
        # The candidate's model, and no other.
        code=code(
            "theory_evidence",
            named=lambda wildcards: [
                module_of(candidates(wildcards.experiment)[wildcards.theory].model)
            ],
        ),
        experiment=lambda wildcards: theory_view(
            EXPERIMENTS[wildcards.experiment], wildcards.theory
        ),
        theory=lambda wildcards: wildcards.theory,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/theory_evidence.py"


rule compare_theories:
    input:
        trials=at("people"),
        evidence=of_candidates("evidence_of_theory"),
    output:
        theories=report(
            at("theories"),
            caption="../workflow/report/theories.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "theories"},
        ),
        evidence=at("theory_evidence"),
        comparisons=at("theory_comparisons"),
    log:
        f"{LOGS}/compare_theories/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/compare_theories/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("compare_theories"),
        experiment=settings("compare_theories"),
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/compare_theories.py"


rule recover_theory:
    output:
        at("recovery_of_theory"),
    log:
        f"{LOGS}/recover_theory/{{experiment}}_{{theory}}.log",
    benchmark:
        f"{BENCHMARKS}/recover_theory/{{experiment}}_{{theory}}.tsv"
    wildcard_constraints:
        theory=NAME_OF_THEORY,
    priority: 5
    group:
        "filters"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(90),
    params:
        # Agents of one candidate are scored under all.
        code=code(
            "recover_theory",
            named=lambda wildcards: [
                module_of(own.model) for own in candidates(wildcards.experiment).values()
            ],
        ),
        experiment=settings("recover_theory"),
        theory=lambda wildcards: wildcards.theory,
        seed=RUN.seed,
    script:
        "../workflow/scripts/recover_theory.py"


rule theory_recovery:
    input:
        tables=of_candidates("recovery_of_theory"),
    output:
        at("theory_recovery"),
    log:
        f"{LOGS}/theory_recovery/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/theory_recovery/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("theory_recovery"),
        theories=lambda wildcards: list(candidates(wildcards.experiment)),
        seed=RUN.seed,
    script:
        "../workflow/scripts/theory_recovery.py"
