# What the files here share: validated settings, names of files, and helpers.
#
# Needs: config/config.yaml (or what overrides it) and config/experiments/*.yaml.
# Makes: RUN, EXPERIMENTS, RESULTS and the functions below. It defines none of the stages.

import os
import sys
import time
from pathlib import Path

from snakemake.exceptions import WorkflowError

BASE = Path(workflow.basedir)
# The package is found in this checkout, whatever environment a job has.
sys.path.insert(0, str(BASE / "src"))
os.environ.update(
    PYTHONPATH=os.pathsep.join(filter(None, [str(BASE / "src"), os.getenv("PYTHONPATH")]))
)
from trnn.config.load import load_experiments, load_run
from trnn.config.views import view
from trnn.errors import ConfigError
from trnn.figures import catalogue
from trnn.figures.tables import table_paths
from trnn.workflow.modules import modules_of

try:
    RUN = load_run(config)
    EXPERIMENTS = load_experiments(RUN, BASE / "config" / "experiments")
except ConfigError as error:
    raise WorkflowError(str(error)) from None

STARTED = time.time()
RESULTS = RUN.results
LOGS = f"{RESULTS}/logs"
BENCHMARKS = f"{RESULTS}/benchmarks"
N_GPUS = 1 if RUN.device == "cuda" else 0  # that training a network takes
TRNNS, DRNNS = (rf"{base}(?:_[a-z0-9_]+)?" for base in ("trnn", "drnn"))
WITH_PEOPLE = {name: e.human for name, e in EXPERIMENTS.items() if e.human}
WITH_MOVING = [name for name, e in EXPERIMENTS.items() if e.moving]
WITH_PRIORS = [name for name, e in EXPERIMENTS.items() if e.prior_grid]
TRIALS = {"test": "synthetic/test.parquet", "human": "human/trials.parquet"}
# Estimators whose posteriors are looked at, where an experiment has them.
POSTERIORS = ["filter", "bayes", "bayes_smooth", "trnn", "trnn_smooth"]


wildcard_constraints:
    experiment="|".join(EXPERIMENTS),
    dataset="dezfouli|gershman",
    split="train|validation|test",
    population="test|human",
    seed=r"\d+",
    cohort="[a-z]+",


def grows(amount):
    """Return the function of a resource that is asked for `amount`, and as much more a retry."""
    return lambda wildcards, attempt: amount * attempt


def code(script):
    """Return a script and the package files that it is made of: inputs of its stage."""
    path = BASE / "workflow" / "scripts" / f"{script}.py"
    # Relative where it can be: a name that is the same in every checkout, and short in messages.
    return [os.path.relpath(file) for file in (path, *modules_of(path))]


def settings(stage):
    """Return the params function that gives a stage its view of the experiment."""
    return lambda wildcards: view(EXPERIMENTS[wildcards.experiment], stage.format(**wildcards))


def network_of(wildcards):
    """Return the settings of a network, those of a variant in full."""
    return EXPERIMENTS[wildcards.experiment].estimators.network(wildcards.network)


def populations(experiment):
    """Return the populations that an experiment has."""
    return ["test", "human"] if experiment in WITH_PEOPLE else ["test"]


def trials(wildcards):
    """Return the trial table of a population."""
    return f"{RESULTS}/{wildcards.experiment}/{TRIALS[wildcards.population]}"


def has_recovery(experiment):
    """Return whether recovery is measured against the number of trials: of constant parameters."""
    test = EXPERIMENTS[experiment].test
    return bool(test.recovery_trials) and "stationary" in test.dynamics


def has_switching(experiment):
    """Return whether an experiment is tested on switching agents."""
    return "switching" in EXPERIMENTS[experiment].test.dynamics


def estimators(experiment, population):
    """Return the estimators of a population, in order of display."""
    settings = EXPERIMENTS[experiment].estimators
    names = ["prior", "mle", "filter", "bayes", "bayes_smooth", *settings.networks("trnn")]
    # The d-RNN learns from people and is applied to people alone.
    return [*names, *(["oracle"] if population == "test" else settings.networks("drnn"))]


def estimates(experiment, population):
    """Return the estimates of every estimator, by its name."""
    return {
        name: f"{RESULTS}/{experiment}/estimates/{name}/{population}.parquet"
        for name in estimators(experiment, population)
    }


def tables_to_score(wildcards):
    """Return trials and estimates of each population: test_trials, test_prior, ..., human_drnn."""
    tables = {}
    for population in populations(wildcards.experiment):
        trials = f"{RESULTS}/{wildcards.experiment}/{TRIALS[population]}"
        paths = {"trials": trials, **estimates(wildcards.experiment, population)}
        tables |= {f"{population}_{name}": path for name, path in paths.items()}
    return tables


def checkpoints(wildcards):
    """Return the checkpoints of a t-RNN or a variant of it, one a training seed."""
    folder = f"{RESULTS}/{wildcards.experiment}/checkpoints/{wildcards.network}"
    return [f"{folder}/seed{seed}.pt" for seed in network_of(wildcards).training.seeds]


def cohort_estimates(wildcards):
    """Return the estimates of a d-RNN's cohorts, in the order of the people's table."""
    folder = f"{RESULTS}/{wildcards.experiment}/estimates/{wildcards.network}/human"
    cohorts = network_of(wildcards).cohorts(WITH_PEOPLE[wildcards.experiment])
    return [f"{folder}/{cohort}.parquet" for cohort in cohorts]


def histories_of(experiment):
    """Return of every t-RNN the training seeds, of every d-RNN the cohorts."""
    get = EXPERIMENTS[experiment].estimators
    seeds = {name: get.network(name).training.seeds for name in get.networks("trnn")}
    dataset = WITH_PEOPLE.get(experiment)
    return seeds | {name: get.network(name).cohorts(dataset) for name in get.networks("drnn")}


def maps(experiment):
    """Return the tables of what can be known of an experiment's parameters."""
    kinds = ["identifiability"] + ["identifiability_moving"] * has_switching(experiment)
    return [f"{RESULTS}/{experiment}/{kind}.parquet" for kind in kinds]


def posteriors(wildcards):
    """Return the estimates of the test agents by every estimator with a posterior."""
    there = estimates(wildcards.experiment, "test")
    return {name: there[name] for name in POSTERIORS if name in there}


def posterior_networks(wildcards):
    """Return the checkpoints behind each network's posteriors."""
    get, own = EXPERIMENTS[wildcards.experiment].estimators, f"{RESULTS}/{wildcards.experiment}"
    seeds = {k: get.network(k).applied_seeds for k in get.networks("trnn") if k in POSTERIORS}
    return {k: [f"{own}/checkpoints/{k}/seed{s}.pt" for s in v] for k, v in seeds.items()}


def tables_of_tests(experiment):
    """Return the tables whose rows are statistics as they stand."""
    kinds = ["comparisons"] + ["courses"] * (experiment in WITH_PEOPLE)
    kinds += ["recovery"] * has_recovery(experiment)
    return [f"{RESULTS}/{experiment}/{kind}.parquet" for kind in kinds]


def figure_tables(name):
    """Return the tables that a figure is drawn from, by their keys in the catalogue."""
    experiment = catalogue.entry(name).experiment
    keys = catalogue.entry(name).keys(histories_of(experiment))
    return table_paths(keys, f"{RESULTS}/{experiment}")


def has_tables(name):
    """Return whether the configuration makes every table that a figure is drawn from."""
    figure = catalogue.entry(name)
    made = {
        catalogue.RECOVERY_FITS: has_recovery(figure.experiment),
        catalogue.IDENTIFIABILITY_MOVING: has_switching(figure.experiment),
        catalogue.MOVING: EXPERIMENTS[figure.experiment].moving is not None,
        catalogue.PREDICTIVE: figure.experiment in WITH_DRAWS,
        catalogue.DRNN_TRAINING: EXPERIMENTS[figure.experiment].estimators.drnn is not None,
    }
    return all(made.get(key, True) for key in figure.inputs)


def figures():
    """Return the names of the figures that the chosen experiments can draw."""
    return [name for name in catalogue.figures_of(EXPERIMENTS) if has_tables(name)]


def summary_is_new():
    """Return whether the summary was written since this run started."""
    summary = Path(f"{RESULTS}/summary.md")
    return summary.is_file() and summary.stat().st_mtime >= STARTED
