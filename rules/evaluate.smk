# Metrics, and the summary.
#
# Needs: trials, every estimator's estimates, fits; for the summary, the tables of statistics.smk,
#        of calibration.smk and of people_checks.smk.
# Makes: <results>/<e>/metrics.parquet, <results>/<e>/fits/mle.parquet (both populations joined),
#        <results>/summary.md


rule metrics:
    input:
        unpack(tables_to_score),
        fits=lambda wildcards: [
            f"{RESULTS}/{wildcards.experiment}/fits/mle/{population}.parquet"
            for population in populations(wildcards.experiment)
        ],
        code=code("metrics"),
    output:
        metrics=report(
            f"{RESULTS}/{{experiment}}/metrics.parquet",
            caption="../workflow/report/metrics.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "metrics"},
        ),
        fits=f"{RESULTS}/{{experiment}}/fits/mle.parquet",
    log:
        f"{LOGS}/metrics/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/metrics/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(10),
    params:
        experiment=settings("model"),
        estimators=lambda wildcards: {
            population: estimators(wildcards.experiment, population)
            for population in populations(wildcards.experiment)
        },
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/metrics.py"


rule summary:
    input:
        metrics=expand(f"{RESULTS}/{{e}}/metrics.parquet", e=EXPERIMENTS),
        statistics=expand(f"{RESULTS}/{{e}}/statistics.parquet", e=EXPERIMENTS),
        findings=expand(f"{RESULTS}/{{e}}/findings.parquet", e=WITH_PEOPLE),
        calibration=expand(f"{RESULTS}/{{e}}/calibration.parquet", e=EXPERIMENTS),
        fresh=expand(
            f"{RESULTS}/{{e}}/calibration_fresh.parquet", e=filter(has_switching, EXPERIMENTS)
        ),
        optimality=expand(f"{RESULTS}/{{e}}/optimality.parquet", e=EXPERIMENTS),
        maps=lambda wildcards: [path for name in EXPERIMENTS for path in maps(name)],
        measured=expand(f"{RESULTS}/{{e}}/task_measured.parquet", e=WITH_PEOPLE),
        priors=expand(f"{RESULTS}/{{e}}/prior_selection.parquet", e=WITH_PRIORS),
        likeness=lambda wildcards: expand(f"{RESULTS}/{{e}}/likeness.parquet", e=WITH_PEOPLE),
        predictive=lambda wildcards: expand(
            f"{RESULTS}/{{e}}/{{kind}}.parquet",
            e=WITH_DRAWS,
            kind=("predictive", "predictive_people"),
        ),
        moving=expand(f"{RESULTS}/{{e}}/moving_rates.parquet", e=WITH_MOVING),
        published="config/published.yaml",
        code=code("summary"),
    output:
        report(
            f"{RESULTS}/summary.md",
            caption="../workflow/report/summary.rst",
            category="Tables",
            labels={"experiment": "all", "table": "summary"},
        ),
    log:
        f"{LOGS}/summary/summary.log",
    benchmark:
        f"{BENCHMARKS}/summary/summary.tsv"
    group:
        "ending"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        experiments={name: view(e, "whole") for name, e in EXPERIMENTS.items()},
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/summary.py"
