# Whether what is inferred of people can be meant: are they like the agents that the t-RNN was
# trained on, and do agents with their parameters behave as they did?
#
# Needs: people's trials, agents, estimates, drawn trajectories, fits.
# Makes: <results>/<e>/misspecification.parquet, <results>/<e>/misspecification_features.parquet;
#        <results>/<e>/predictive.parquet, <results>/<e>/predictive_people.parquet (where a network
#        smooths)

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
