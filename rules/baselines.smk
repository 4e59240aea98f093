# The estimators that the t-RNN is measured against.
#
# Needs: a population's trials.
# Makes: <results>/<e>/estimates/{prior,mle,filter,bayes,oracle}/{test,human}.parquet,
#        <results>/<e>/fits/mle.parquet (from fits/mle/{test,human}.parquet),
#        <results>/<e>/fits/recovery.parquet (where the experiment measures recovery)


rule fit_mle:
    input:
        trials=trials,
        code=code("fit_mle"),
    output:
        f"{RESULTS}/{{experiment}}/fits/mle/{{population}}.parquet",
    log:
        f"{LOGS}/fit_mle/{{experiment}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/fit_mle/{{experiment}}_{{population}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        runtime=20,
    params:
        experiment=settings("mle"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/fit_mle.py"


rule join_fits:
    input:
        tables=lambda wildcards: [
            f"{RESULTS}/{wildcards.experiment}/fits/mle/{population}.parquet"
            for population in populations(wildcards.experiment)
        ],
        code=code("join_tables"),
    output:
        f"{RESULTS}/{{experiment}}/fits/mle.parquet",
    log:
        f"{LOGS}/join_fits/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/join_fits/{{experiment}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    script:
        "../workflow/scripts/join_tables.py"


rule fit_recovery:
    input:
        trials=f"{RESULTS}/{{experiment}}/synthetic/test.parquet",
        code=code("fit_recovery"),
    output:
        f"{RESULTS}/{{experiment}}/fits/recovery.parquet",
    log:
        f"{LOGS}/fit_recovery/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/fit_recovery/{{experiment}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        experiment=settings("recovery"),
        seed=RUN.seed,
    script:
        "../workflow/scripts/fit_recovery.py"


rule estimate_mle:
    input:
        trials=trials,
        fits=f"{RESULTS}/{{experiment}}/fits/mle/{{population}}.parquet",
        code=code("estimate_mle"),
    output:
        f"{RESULTS}/{{experiment}}/estimates/mle/{{population}}.parquet",
    log:
        f"{LOGS}/estimate_mle/{{experiment}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/estimate_mle/{{experiment}}_{{population}}.tsv"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        experiment=settings("model"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/estimate_mle.py"


rule estimate_filter:
    input:
        trials=trials,
        code=code("estimate_filter"),
    output:
        f"{RESULTS}/{{experiment}}/estimates/{{which}}/{{population}}.parquet",
    log:
        f"{LOGS}/estimate_filter/{{experiment}}_{{which}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/estimate_filter/{{experiment}}_{{which}}_{{population}}.tsv"
    wildcard_constraints:
        which="filter|bayes",
    priority: 5
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        experiment=settings("{which}"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/estimate_filter.py"


rule estimate_reference:
    input:
        trials=trials,
        code=code("estimate_reference"),
    output:
        f"{RESULTS}/{{experiment}}/estimates/{{which}}/{{population}}.parquet",
    log:
        f"{LOGS}/estimate_reference/{{experiment}}_{{which}}_{{population}}.log",
    benchmark:
        f"{BENCHMARKS}/estimate_reference/{{experiment}}_{{which}}_{{population}}.tsv"
    wildcard_constraints:
        which="prior|oracle",
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        experiment=settings("model"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/estimate_reference.py"
