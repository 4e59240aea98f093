# The files that a run ends with.
#
# Needs: the names and helpers of common.smk. Makes: the functions below; it defines no stage.


def all_tables():
    """Return the tables that a run ends with."""
    tables = []
    for name in EXPERIMENTS:
        folder = f"{RESULTS}/{name}"
        tables += [f"{folder}/synthetic/{s}.parquet" for s in ("train", "validation", "test")]
        tables += [f"{folder}/fits/mle.parquet", f"{folder}/metrics.parquet"]
        tables += [*tables_of_tests(name), f"{folder}/statistics.parquet"]
        tables += [f"{folder}/calibration.parquet", f"{folder}/optimality.parquet", *maps(name)]
        if has_switching(name):
            tables += [f"{folder}/calibration_fresh.parquet"]
        if has_recovery(name):
            tables += [f"{folder}/fits/recovery.parquet"]
        for population in populations(name):
            tables += estimates(name, population).values()
        if name in WITH_PEOPLE:
            tables += [f"{folder}/human/trials.parquet", f"{folder}/findings.parquet"]
            tables += [f"{folder}/task_measured.parquet"]
            tables += [f"{folder}/{kind}.parquet" for kind in ("likeness", "likeness_features")]
        if name in WITH_DRAWS:
            tables += [f"{folder}/{kind}.parquet" for kind in ("predictive", "predictive_people")]
        if name in WITH_MOVING:
            tables += [f"{folder}/moving.parquet", f"{folder}/moving_rates.parquet"]
        if name in WITH_PRIORS:
            tables += [f"{folder}/prior_selection.parquet"]
    return tables


def all_networks():
    """Return the checkpoints of all networks, and the histories of their training."""
    files = []
    for name in EXPERIMENTS:
        for network, parts in histories_of(name).items():
            # The seeds of a t-RNN are numbers, the cohorts of a d-RNN names.
            names = [f"seed{part}" if isinstance(part, int) else part for part in parts]
            files += [f"{RESULTS}/{name}/checkpoints/{network}/{own}.pt" for own in names]
            files += [f"{RESULTS}/{name}/training/{network}/{own}.parquet" for own in names]
    return files


def all_figures():
    """Return the files of all figures."""
    suffixes = ("pdf", "png", "parquet")
    return [f"{RESULTS}/figures/{name}.{suffix}" for name in figures() for suffix in suffixes]


def all_results():
    """Return every file that a run is made for, all but its manifest."""
    texts = ("summary.md", "replication.md", "replication.parquet", "report.html")
    texts = [f"{RESULTS}/{name}" for name in texts]
    return [*all_tables(), *all_networks(), *all_figures(), *texts]
