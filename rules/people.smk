# What rules ask about the people.
#
# Needs: the names of common.smk. Makes: the functions below; it defines no stage.

from trnn.config.payoffs import borders_of
from trnn.data.registry import row_of


def raw_file(dataset):
    """Return the file of a data set's people: the owner's own, fetched, or of stand-ins."""
    if RUN.data_source != "real":
        return f"{RESULTS}/raw/{dataset}"
    return REGISTRY[dataset].on_disk or f"data/raw/{dataset}"


def first_use(dataset):
    """Return the file that keeps the digest of trials; None where the data set states it."""
    stated = REGISTRY[dataset].sha256 is not None
    return None if stated else own(f"config/datasets/{dataset}.first_use.json")


def experiment_of(dataset):
    """Return the name of the first experiment that has a data set's people."""
    return next(name for name, e in EXPERIMENTS.items() if e.human == dataset)


def having_of_people(wildcards):
    """Return what decides which analyses of people apply, beside the model's parameters."""
    plan = PLANS[wildcards.experiment]
    return {
        "columns": plan.dataset.extra,
        "groups": plan.dataset.groups,
        "control": plan.has_matched,
    }


def files_of_people():
    """Return the files that hold real people's data, by data set; stand-ins are nobody's data."""
    if RUN.data_source != "real":
        return {}
    files = {own.name: [raw_file(own.name)] for own in filter(None, DATASETS.values())}
    for name, dataset in DATASETS.items():
        if dataset is not None:
            files[dataset.name].append(at("people", experiment=name))
    return files


def candidates(experiment):
    """Return the candidates of an experiment's theories, by name."""
    theories = EXPERIMENTS[experiment].theories
    return {} if theories is None else theories.candidates


def of_candidates(kind):
    """Return the function that returns a kind of table of every candidate, in their order."""
    return lambda wildcards: [
        at(kind, experiment=wildcards.experiment, theory=name)
        for name in candidates(wildcards.experiment)
    ]
