# The files that a run ends with.
#
# Needs: the names and helpers of common.smk. Makes: the functions below; it defines no stage.


def figures(experiment):
    """Return the figures that are drawn for an experiment, as entries of the catalogue."""
    return figures_of(CATALOGUE.values(), PLANS[experiment].there())


def figure_tables(experiment, entry):
    """Return the tables that a figure is drawn from, by their keys."""
    keys = entry.keys(PLANS[experiment].there())
    return {key: f"{RESULTS}/{table_file(key, experiment)}" for key in keys}


def all_tables():
    """Return the tables that a run ends with."""
    return [f"{RESULTS}/{table}" for plan in PLANS.values() for table in plan.tables()]


def theory_tables():
    """Return the tables of the choice among theories, of the experiments that have one."""
    kinds = ("theories", "theory_evidence", "theory_comparisons", "theory_recovery")
    return [
        at(kind, experiment=name)
        for name, plan in PLANS.items()
        for kind in kinds
        if kind in plan.kinds()
    ]


def all_networks():
    """Return the checkpoints of all networks, and the histories of their training."""
    return [
        at(kind, experiment=name, network=network, part=part)
        for name, plan in PLANS.items()
        for network, parts in plan.networks().items()
        for kind in ("checkpoint", "training")
        for part in parts
    ]


def all_figures():
    """Return the files of all figures."""
    suffixes = ("pdf", "png", "parquet")
    return [
        at("figure", experiment=name, kind=entry.kind, suffix=suffix)
        for name in EXPERIMENTS
        for entry in figures(name)
        for suffix in suffixes
    ]


def replication_files():
    """Return the files of the replication; none if the study reports of no chosen experiment."""
    return [at(kind) for kind in ("replication", "replication_text") if REPLICATED]


def experiment_summaries():
    """Return the summary of every experiment."""
    return expand(at("experiment_summary"), experiment=EXPERIMENTS)


def all_results():
    """Return every file that a run is made for, all but its manifest."""
    texts = [at("summary"), *experiment_summaries(), at("report")]
    return [*all_tables(), *all_networks(), *all_figures(), *replication_files(), *texts]
