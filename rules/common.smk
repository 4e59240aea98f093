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


def summary_is_new():
    """Return whether the summary was written since this run started."""
    summary = Path(at("summary"))
    return summary.is_file() and summary.stat().st_mtime >= STARTED
