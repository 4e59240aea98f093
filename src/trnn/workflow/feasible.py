"""Whether every stage can do what the settings ask of it: asked before the first job.

Each setting may be allowed and a stage still be unable to work with all of them together. What a
stage would refuse when networks have been trained for an hour is refused here.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from trnn.config.drnn import ALL, Drnn
from trnn.config.dynamics import RandomWalk, Switching
from trnn.config.estimators import Trnn
from trnn.config.experiment import Experiment
from trnn.config.particles import Particles
from trnn.config.run import Run
from trnn.data.registry import Dataset
from trnn.errors import ConfigError, TableError
from trnn.estimators import registry
from trnn.estimators.drnn.folds import check_folds
from trnn.tables.layout import FILES
from trnn.trials.sequences import OTHER_REWARD
from trnn.workflow.plan import Plan, check_experiments
from trnn.workflow.sessions import longest

Problems = Iterator[str]
FEWEST = 2  # subjects over whom there is an interval, or a half that chooses and one that reports
CHOOSES = ", and one half of them chooses a prior or a theory"
# Folders of a run that no experiment can be called like.
TAKEN = frozenset(pattern.split("/")[0] for pattern in FILES.values()) | {"provenance"}


def check_run(
    run: Run, experiments: Mapping[str, Experiment], datasets: Mapping[str, Dataset]
) -> None:
    """Check that every stage of a run can work with its settings.

    Raises
    ------
    ConfigError
        Naming each setting that a stage could not work with: where, got, expected, what to do.
    """
    check_experiments(experiments, datasets)
    found = []
    for name, experiment in experiments.items():
        plan = Plan(experiment, datasets[experiment.human] if experiment.human else None)
        for ask in _ASKED:
            found += [f"experiment '{name}': {problem}" for problem in ask(plan, run)]
    if found:
        raise ConfigError("these settings cannot be run:\n" + "\n".join(f"  {p}" for p in found))


def _names(plan: Plan, run: Run) -> Problems:
    name, dataset = plan.experiment.name, plan.dataset
    if name in TAKEN:
        yield (
            f"name: got '{name}', which a folder of every run's results is called; the others are "
            f"{sorted(t for t in TAKEN if '{' not in t)}. Choose another name"
        )
    if dataset is not None and ALL in dataset.groups:
        yield (
            f"data set '{dataset.name}': groups: got {dataset.groups}; '{ALL}' means all groups "
            "together. Choose another name for the group"
        )


def _file(plan: Plan, run: Run) -> Problems:
    dataset = plan.dataset
    if dataset is None or dataset.on_disk is None or run.data_source != "real":
        return
    if not Path(dataset.on_disk).is_file():
        yield (
            f"data set '{dataset.name}': file: got '{dataset.on_disk}', and there is no such file "
            f"(seen from {Path.cwd()}). Mend the path in {dataset.described_by}"
        )


def _columns(plan: Plan, run: Run) -> Problems:
    if plan.dataset is None:
        return
    shown, held = plan.experiment.task.full_feedback, OTHER_REWARD in plan.columns
    if shown != held:
        yield (
            f"task.full_feedback: got {str(shown).lower()}, but the people's table "
            f"{'has' if held else 'lacks'} the column {OTHER_REWARD} (`columns` of data set "
            f"'{plan.dataset.name}'). Have both, or neither"
        )


def _test_agents(plan: Plan, run: Run) -> Problems:
    test = plan.experiment.test
    if test.n_agents < FEWEST:
        yield (
            f"test.n_agents: got {test.n_agents}; intervals and tests are over agents of each "
            f"dynamics, so that {FEWEST} are the fewest"
        )
    if len(set(test.dynamics)) != len(test.dynamics):
        yield f"test.dynamics: got {test.dynamics}; name each of the dynamics once"
    if plan.has_recovery and min(test.recovery_trials) > longest(plan.experiment.task):
        yield (
            f"test.recovery_trials: got {test.recovery_trials}; a session has "
            f"{longest(plan.experiment.task)} trials at most. Add a smaller number, or give [] to "
            "leave this out"
        )


def _filters(plan: Plan, run: Run) -> Problems:
    e = plan.experiment
    bayes, walk = e.estimators.bayes.dynamics, e.estimators.filter.dynamics
    kinds = {name: own.kind for name, own in e.dynamics.items()}
    switches, walks = (
        isinstance(e.dynamics[bayes], Switching),
        isinstance(e.dynamics[walk], RandomWalk),
    )
    if e.nonstationarity is not None and not (switches and walks):
        yield (
            f"estimators.bayes.dynamics: got '{bayes}', estimators.filter.dynamics: got '{walk}'; "
            "whether parameters move is asked with switching dynamics (those of bayes) and a "
            f"random walk (those of filter), and the dynamics are {kinds}. Choose such, or set "
            "nonstationarity: null"
        )
    if "misspecification" in plan.kinds() and bayes not in e.test.dynamics:
        yield (
            f"test.dynamics: got {e.test.dynamics}; people's predictions are laid beside those of "
            f"agents that follow estimators.bayes.dynamics, '{bayes}'. Add '{bayes}'"
        )


def _particles(plan: Plan, run: Run) -> Problems:
    e = plan.experiment
    parts: dict[str, Particles | None] = {
        "estimators.filter": e.estimators.filter,
        "estimators.bayes": e.estimators.bayes,
        "estimators.constant": e.estimators.constant,
        "nonstationarity": e.nonstationarity,
        "prior_grid": e.prior_grid,
        "theories": e.theories,
    }
    for where, own in parts.items():
        if own is None:
            continue
        for name in ("max_particles", "max_particles_of_test_agents"):
            most = getattr(own, name, None)
            if most is not None and most < own.n_particles:
                yield (
                    f"{where}.{name}: got {most}; the most must be at least n_particles, "
                    f"{own.n_particles}, with which every subject begins"
                )


def _networks(plan: Plan, run: Run) -> Problems:
    estimators = plan.experiment.estimators
    for name in estimators.networks("trnn"):
        network = estimators.network(name)
        assert isinstance(network, Trnn)
        known = registry.estimator(name)
        if known.calibrated and network.network.posterior is None:
            yield (
                f"estimators, network '{name}': got posterior: null; the checks of posteriors ask "
                "for its quantiles. Give it a posterior, and the heads to a variant "
                "(estimators.variants)"
            )
        if network.network.smooth and not known.smooths and not known.is_variant:
            yield (
                f"estimators, network '{name}': got smooth: true; it is asked to predict choices, "
                f"which a network that has seen them cannot. Make it the variant "
                f"'{registry.SMOOTHER}'"
            )
        if known.smooths and not network.network.smooth:
            yield (
                f"estimators, network '{name}': got smooth: false; a network of this name is taken "
                "for one that reads the whole session. Set smooth: true, or name it differently"
            )


def _people(plan: Plan, run: Run) -> Problems:
    """Yield what asks for more people than there are, where their number is known."""
    dataset, e = plan.dataset, plan.experiment
    if dataset is None:
        return
    simulated = run.data_source == "simulated"
    each = run.stand_ins.per_group if simulated else None
    total = each * max(len(dataset.groups), 1) if each is not None else dataset.n_subjects
    where = "stand_ins.per_group" if simulated else f"n_subjects of data set '{dataset.name}'"
    got = each if simulated else total
    if got is not None and got < FEWEST:
        yield (
            f"{where}: got {got}; groups are compared over people"
            f"{CHOOSES if e.prior_grid or e.theories else ''}, so that {FEWEST} "
            "are the fewest"
        )
    for name in e.estimators.networks("drnn"):
        network = e.estimators.network(name)
        assert isinstance(network, Drnn)
        for cohort in network.cohorts(dataset.groups):
            n_people = total if cohort == ALL else each
            if n_people is None:
                continue
            try:
                check_folds(n_people, network.folds)
            except TableError as error:
                yield f"estimators, network '{name}', cohort '{cohort}', {where} {got}: {error}"
                break  # the other groups are as large


_ASKED: tuple[Callable[[Plan, Run], Any], ...] = (
    _names,
    _file,
    _test_agents,
    _filters,
    _particles,
    _networks,
    _people,
)
