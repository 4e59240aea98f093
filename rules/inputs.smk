# What rules read: functions that find tables and checkpoints, by population, estimator or network.
#
# Needs: the names of common.smk. Makes: the functions below; it defines no stage.


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


def estimates_head_to_head(wildcards):
    """Return the estimates of people by the t-RNN, and by the networks trained on people."""
    there = estimates(wildcards.experiment, registry.HUMAN)
    wanted = (registry.FOCUS, *PLANS[wildcards.experiment].people_networks)
    return {name: there[name] for name in wanted}


def evidence_tables(wildcards):
    """Return the tables of an experiment's populations, agents of the null before people."""
    plan = PLANS[wildcards.experiment]
    tables = {
        population: at("nonstationarity_of_population", population=population, **wildcards)
        for population in plan.populations
    }
    null = at("nonstationarity_of_null", **wildcards)
    tables = {"test": tables["test"], **({"null": null} if plan.has_null_agents else {}), **tables}
    return list(tables.values())


def card_tables(wildcards):
    """Return the tables that a card is made of."""
    kinds = ("calibration", "calibration_fresh", "optimality")
    return [at(kind, **wildcards) for kind in kinds if kind in PLANS[wildcards.experiment].kinds()]
