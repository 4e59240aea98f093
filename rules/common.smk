# What the files here share: names of files, what each experiment is made of, and helpers.
#
# Needs: the names of settings.smk.
# Makes: PLANS and the functions below. It defines none of the stages.

import time
from pathlib import Path

from ger2024.figures.catalogue import CATALOGUE
from ger2024.study import finding_of_recovery, replicated, tables_of
from trnn.config.dynamics import Stationary, Switching
from trnn.config.stage_views import theory_view, view
from trnn.estimators import registry
from trnn.figures.entry import batches, figures_of
from trnn.figures.keys import table_file
from trnn.tables.layout import BENCHMARKS as BENCHMARKS_FOLDER
from trnn.tables.layout import LOGS as LOGS_FOLDER
from trnn.tables.layout import file_of
from trnn.terminal import print_file
from trnn.workflow.agenda import begin, end
from trnn.workflow.doubts import doubts
from trnn.workflow.plan import TESTS, Plan

STARTED = time.time()
LOGS = f"{RESULTS}/{LOGS_FOLDER}"
BENCHMARKS = f"{RESULTS}/{BENCHMARKS_FOLDER}"
N_GPUS = 1 if RUN.device == "cuda" else 0  # that training a network takes
TRNNS, DRNNS = (rf"{base}(?:_[a-z0-9_]+)?" for base in ("trnn", "drnn"))
NAME_OF_THEORY = r"[a-z][a-z0-9_]*"
DATASETS = {name: REGISTRY[e.human] if e.human else None for name, e in EXPERIMENTS.items()}
# What each experiment is made of, the study's tables included.
PLANS = {
    name: Plan(e, DATASETS[name], tables_of(e, DATASETS[name])) for name, e in EXPERIMENTS.items()
}
# Experiments that the study reports of: a replication table is made where there are any.
REPLICATED = replicated(PUBLISHED, EXPERIMENTS)
# The trials of each population. Every estimator is applied to test agents and to people; to the
# agents matched to people the one whose control they are.
TRIALS = {
    registry.TEST: file_of("agents", split="test"),
    registry.HUMAN: file_of("people"),
    registry.MATCHED: file_of("matched"),
}


wildcard_constraints:
    experiment="|".join(EXPERIMENTS),
    dataset="|".join(REGISTRY) or "-",
    split="train|validation|test",
    population="|".join(TRIALS),
    seed=r"\d+",
    cohort="[a-z0-9][a-z0-9_-]*",


def at(kind, /, **names):
    """Return where files of a kind stand; names that are not given stay wildcards."""
    return f"{RESULTS}/{file_of(kind, **names)}"


def having(kind):
    """Return the experiments that have a table of a kind."""
    return [name for name, plan in PLANS.items() if kind in plan.kinds()]


def grows(amount):
    """Return the function of a resource that is asked for `amount`, and as much more a retry."""
    return lambda wildcards, attempt: amount * attempt


def dynamics_of(kind):
    """Return the params function that gives a stage the test agents' dynamics of a kind."""
    return lambda wildcards: PLANS[wildcards.experiment].test_dynamics(kind)


def settings(stage):
    """Return the params function that gives a stage its view of the experiment."""
    return lambda wildcards: view(EXPERIMENTS[wildcards.experiment], stage.format(**wildcards))


def filter_settings(which):
    """Return the params function of a filter's view: test agents may have a limit of their own."""
    return lambda wildcards: view(
        EXPERIMENTS[wildcards.experiment],
        f"{which}_test" if wildcards.population == registry.TEST else which,
    )


def halved(wildcards):
    """Return the data set of people of whom half choose settings; None if none do."""
    experiment = EXPERIMENTS[wildcards.experiment]
    return experiment.human if experiment.chosen_on_people else None


def network_of(wildcards):
    """Return the settings of a network, those of a variant in full."""
    return EXPERIMENTS[wildcards.experiment].estimators.network(wildcards.network)


def trials(wildcards):
    """Return the trial table of a population."""
    return f"{RESULTS}/{TRIALS[wildcards.population]}"


def estimates(experiment, population):
    """Return the estimates of every estimator, by its name."""
    return {
        name: at("estimates", experiment=experiment, estimator=name, population=population)
        for name in PLANS[experiment].estimators(population)
    }


def tables_to_score(wildcards):
    """Return trials and estimates of each population: test_trials, test_prior, ..., human_drnn."""
    tables = {}
    for population in PLANS[wildcards.experiment].populations:
        own = {"trials": f"{RESULTS}/{TRIALS[population]}".format(**wildcards)}
        own |= estimates(wildcards.experiment, population)
        tables |= {f"{population}_{name}": path for name, path in own.items()}
    return tables


def checkpoints(wildcards):
    """Return the checkpoints of a t-RNN or a variant of it, one a training seed."""
    parts = PLANS[wildcards.experiment].networks()[wildcards.network]
    return expand(at("checkpoint", **wildcards), part=parts)


def cohort_estimates(wildcards):
    """Return the estimates of a d-RNN's cohorts, in the order of the people's table."""
    parts = PLANS[wildcards.experiment].networks()[wildcards.network]
    return expand(at("cohort_estimates", **wildcards), part=parts)


def posteriors(wildcards):
    """Return the estimates of the test agents by every estimator with a posterior."""
    there = estimates(wildcards.experiment, "test")
    return {name: there[name] for name in registry.calibrated() if name in there}


def posterior_networks(wildcards):
    """Return the checkpoints behind each network's posteriors."""
    return {
        name: expand(at("checkpoint", network=name, **wildcards), part=parts)
        for name, parts in PLANS[wildcards.experiment].posterior_networks().items()
    }


def table_of_people(wildcards):
    """Return the trials of an experiment's people; nothing if it has none."""
    there = "people" in PLANS[wildcards.experiment].kinds()
    return {"people": at("people", **wildcards)} if there else {}


def matched(wildcards):
    """Return the agents matched to an experiment's people; nothing where there can be none."""
    if not PLANS[wildcards.experiment].has_matched:
        return {}
    names = {"estimator": registry.FOCUS, "population": registry.MATCHED}
    return {
        "matched_trials": at("matched", **wildcards),
        "matched_estimates": at("estimates", experiment=wildcards.experiment, **names),
    }


def evidence_of_people(wildcards):
    """Return people's evidence for moving parameters; nothing where nobody asked for it."""
    plan = PLANS[wildcards.experiment]
    if "nonstationarity" not in plan.kinds() or registry.HUMAN not in plan.populations:
        return {}
    names = {"population": registry.HUMAN}
    return {"evidence": at("nonstationarity_of_population", **names, **wildcards)}


def tables_of_tests(experiment):
    """Return the tables whose rows are statistics as they stand."""
    made = PLANS[experiment].kinds()
    return [at(kind, experiment=experiment) for kind in TESTS if kind in made]


def summary_is_new():
    """Return whether the summary was written since this run started."""
    summary = Path(at("summary"))
    return summary.is_file() and summary.stat().st_mtime >= STARTED
