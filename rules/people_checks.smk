# Whether what is inferred of people can be meant: are they like the agents that the t-RNN was
# trained on, and do agents with their parameters behave as they did?
#
# Needs: people's trials, agents, estimates, drawn trajectories, fits.
# Makes: <results>/<e>/likeness.parquet, <results>/<e>/likeness_features.parquet;
#        <results>/<e>/predictive.parquet, <results>/<e>/predictive_people.parquet (where a network
#        smooths)

# Estimators whose predictions of a session are looked at.
PREDICTORS = ["trnn", "bayes"]
SMOOTHER = "trnn_smooth"
# Experiments with people, and trajectories that are drawn of them.
WITH_DRAWS = [
    name for name in WITH_PEOPLE if SMOOTHER in EXPERIMENTS[name].estimators.networks("trnn")
]


rule likeness:
    input:
        **{
            f"{name}_{population}": f"{RESULTS}/{{experiment}}/estimates/{name}/{population}.parquet"
            for name in PREDICTORS
            for population in ("human", "test")
        },
        **{
            split: f"{RESULTS}/{{experiment}}/synthetic/{split}.parquet"
            for split in ("train", "validation", "test")
        },
        human=f"{RESULTS}/{{experiment}}/human/trials.parquet",
        code=code("likeness"),
    output:
        likeness=f"{RESULTS}/{{experiment}}/likeness.parquet",
        features=f"{RESULTS}/{{experiment}}/likeness_features.parquet",
    log:
        f"{LOGS}/likeness/{{experiment}}.log",
    benchmark:
        f"{BENCHMARKS}/likeness/{{experiment}}.tsv"
    group:
        "evaluation"
    conda:
        "../envs/trnn.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(10),
    params:
        experiment=settings("people_checks"),
        law=lambda wildcards: EXPERIMENTS[wildcards.experiment].estimators.bayes.dynamics,
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/likeness.py"


rule predictive:
    input:
        trials=f"{RESULTS}/{{experiment}}/human/trials.parquet",
        draws=f"{RESULTS}/{{experiment}}/draws/{SMOOTHER}/human.parquet",
        fits=f"{RESULTS}/{{experiment}}/fits/mle/human.parquet",
        code=code("predictive"),
    output:
        predictive=f"{RESULTS}/{{experiment}}/predictive.parquet",
        people=f"{RESULTS}/{{experiment}}/predictive_people.parquet",
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
        experiment=settings("people_checks"),
        seed=RUN.seed,
        data_source=RUN.data_source,
    script:
        "../workflow/scripts/predictive.py"
