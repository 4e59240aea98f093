# Whether what is inferred of people can be meant: are they like the agents that the t-RNN was
# trained on, do agents with their parameters behave as they did, and do groups of them differ?
#
# Needs: people's trials, agents, estimates, drawn trajectories, fits, matched agents, evidence.
# Makes: <results>/<e>/misspecification.parquet, <results>/<e>/misspecification_features.parquet;
#        <results>/<e>/predictive.parquet, <results>/<e>/predictive_people.parquet (where a network
#        smooths); <results>/<e>/groups.parquet (of people in groups)

# Estimators whose predictions of a session are looked at.
PREDICTORS = registry.focus_and_optimum()


rule misspecification:
    input:
        **{
            f"{name}_{population}": at("estimates", estimator=name, population=population)
            for name in PREDICTORS
            for population in ("human", "test")
        },
        **{split: at("agents", split=split) for split in ("train", "validation", "test")},
        human=at("people"),
    output:
        misspecification=at("misspecification"),
        features=at("misspecification_features"),
    log:
        f"{LOGS}/misspecification/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/misspecification/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(10),
    params:
        code=code("misspecification"),
        experiment=settings("people_checks"),
        dynamics=lambda wildcards: EXPERIMENTS[wildcards.experiment].estimators.bayes.dynamics,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/misspecification.py"


rule predictive:
    input:
        trials=at("people"),
        draws=at("draws", network=registry.SMOOTHER),
        fits=at("fits_of_population", population="human"),
    output:
        predictive=at("predictive"),
        people=at("predictive_people"),
    log:
        f"{LOGS}/predictive/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/predictive/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(10),
    params:
        code=code("predictive"),
        experiment=settings("people_checks"),
        halved=halved,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/predictive.py"


rule groups:
    input:
        unpack(matched),
        unpack(evidence_of_people),
        trials=at("people"),
        estimates=at("estimates", estimator=registry.FOCUS, population="human"),
    output:
        report(
            at("groups"),
            caption="../workflow/report/groups.rst",
            category="Tables",
            labels={"experiment": "{experiment}", "table": "groups"},
        ),
    log:
        f"{LOGS}/groups/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/groups/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(1500),
        runtime=grows(10),
    params:
        code=code("groups"),
        experiment=settings("model"),
        groups=lambda wildcards: PLANS[wildcards.experiment].dataset.groups,
        halved=halved,
        bootstrap_resamples=RUN.bootstrap_resamples,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/groups.py"
