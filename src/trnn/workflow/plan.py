"""What a run of an experiment is made of: populations, estimators, networks, tables.

Decided by what is there (people, their columns, the kinds of the dynamics, settings), never by a
name. Rules, summary, report and figures all ask here, so that they agree on which files exist.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trnn.config.drnn import Drnn
from trnn.config.dynamics import Stationary, Switching
from trnn.config.estimators import Trnn
from trnn.config.experiment import Experiment
from trnn.config.payoffs import arms_move, pays
from trnn.config.task import BernoulliTask, GivenTask
from trnn.data.registry import Dataset, check_people
from trnn.estimators import registry
from trnn.estimators.registry import FOCUS, HUMAN, MATCHED, SMOOTHER, TEST
from trnn.figures.there import There
from trnn.tables.layout import file_of
from trnn.trials.arms import has_better_arm, has_means
from trnn.workflow.models import check_models, models_of

SPLITS = ("train", "validation", TEST)
# Tables whose rows are statistics as they stand, the comparisons first.
TESTS = ("comparisons", "theory_comparisons", "courses", "recovery")


@dataclass(frozen=True)
class Plan:
    """An experiment, the data set of its people (None: agents alone), and a study's own tables.

    `more` names kinds of tables that a study adds to what the library makes.
    """

    experiment: Experiment
    dataset: Dataset | None
    more: tuple[str, ...] = ()

    @property
    def populations(self) -> list[str]:
        """The populations that the experiment has, test agents first."""
        return [TEST] if self.dataset is None else [TEST, HUMAN]

    @property
    def _estimated(self) -> list[str]:
        """The populations of which there are estimates: the agents matched to people too."""
        return [*self.populations, *([MATCHED] if self.has_matched else [])]

    @property
    def columns(self) -> frozenset[str]:
        """Columns of the people's table beside those that every one has."""
        return frozenset() if self.dataset is None else frozenset(self.dataset.extra)

    @property
    def has_matched(self) -> bool:
        """Whether agents can be matched to the people: they face what the people faced."""
        return self.dataset is not None and self.can_be_faced

    @property
    def has_groups(self) -> bool:
        """Whether the people are in groups that can be compared."""
        return self.dataset is not None and len(self.dataset.groups) > 1

    def estimators(self, population: str) -> list[str]:
        """Return the estimators of a population, in order of display."""
        if population == MATCHED:
            return [FOCUS] if self.has_matched else []
        settings = self.experiment.estimators
        names: list[str] = []
        for known in registry.ESTIMATORS:
            if population not in known.populations:
                continue
            if known.made_by != registry.NETWORK:
                names.append(known.name)
            elif not known.is_variant:  # a network and its variants, as the experiment names them
                names += settings.networks(known.name)
        return names

    def networks(self) -> dict[str, list[str]]:
        """Return the parts of every network: a t-RNN's training seeds, a d-RNN's cohorts."""
        groups = () if self.dataset is None else self.dataset.groups
        return {
            name: seeds(network.training.seeds)
            if isinstance(network, Trnn)
            else list(network.cohorts(groups))
            for name, network in self._networks()
        }

    def posterior_networks(self) -> dict[str, list[str]]:
        """Return the parts that are applied of every network with a posterior that is checked."""
        return {
            name: seeds(network.applied_seeds)
            for name, network in self._networks()
            if isinstance(network, Trnn) and registry.estimator(name).calibrated
        }

    @property
    def people_networks(self) -> list[str]:
        """The networks that are trained on the people themselves: the d-RNN and its variants."""
        return [name for name, own in self._networks() if isinstance(own, Drnn)]

    def _networks(self) -> Iterator[tuple[str, Trnn | Drnn]]:
        settings = self.experiment.estimators
        yield from ((name, settings.network(name)) for name in settings.networks())

    def test_dynamics(self, kind: type) -> list[str]:
        """Return the names of the test agents' dynamics that are of a kind."""
        known = self.experiment.dynamics
        return [name for name in self.experiment.test.dynamics if isinstance(known[name], kind)]

    @property
    def has_recovery(self) -> bool:
        """Whether recovery is measured against the number of trials: of constant parameters."""
        return bool(self.experiment.test.recovery_trials) and bool(self.test_dynamics(Stationary))

    @property
    def has_switching(self) -> bool:
        """Whether the experiment is tested on switching agents."""
        return bool(self.test_dynamics(Switching))

    @property
    def has_null_agents(self) -> bool:
        """Whether agents are simulated of whom one parameter is constant and the others switch."""
        settings = self.experiment.nonstationarity
        return settings is not None and settings.n_null > 0 and len(self.experiment.parameters) > 1

    @property
    def smooths(self) -> bool:
        """Whether a network reads the whole session, whose trajectories are drawn."""
        return SMOOTHER in self.experiment.estimators.networks("trnn")

    @property
    def knows_rewards(self) -> bool:
        """Whether the people's table tells what a reward is to be compared with."""
        return pays(self.experiment.task) is not None or has_means(self.columns)

    @property
    def can_be_faced(self) -> bool:
        """Whether table or task tell what the arms paid on every trial, so that agents face it."""
        task = self.experiment.task
        if isinstance(task, GivenTask) or has_means(self.columns):
            return True
        if not isinstance(task, BernoulliTask):
            return False
        return not arms_move(task) or has_better_arm(self.columns)

    @property
    def knows_arms(self) -> bool:
        """Whether it is known, too, which arm pays more."""
        given = isinstance(self.experiment.task, GivenTask)
        return self.can_be_faced and (given or has_better_arm(self.columns))

    def not_computed(self) -> list[str]:
        """Return, for each check that the experiment cannot have, what it is and why."""
        people, no_means = self.dataset is not None, "the data have no mean rewards of the arms"
        which = "the data do not hold which arm pays more"
        moved = "the data do not hold what the arms paid on each trial, and they move"
        unknown = moved if arms_move(self.experiment.task) else no_means
        checks = {
            ("recovery by number of trials", "no test agents keep their parameters"): (
                not self.test_dynamics(Stationary)
            ),
            ("calibration on fresh agents", "no test agents switch"): not self.has_switching,
            ("joint calibration", "the model has one parameter"): (
                len(self.experiment.parameters) == 1
            ),
            ("people beside the simulations", no_means): people and not self.knows_rewards,
            ("agents matched to the people", unknown): people and not self.has_matched,
            ("posterior predictive checks", which): people and not self.knows_arms,
            ("posterior predictive checks", f"there is no network `{SMOOTHER}`"): (
                people and not self.smooths
            ),
            ("predictors head to head", "there is no `drnn`"): people and not self.people_networks,
            ("evidence for moving parameters", "`nonstationarity` is null"): (
                self.experiment.nonstationarity is None
            ),
            ("priors compared on the people", "`prior_grid` is null"): (
                people and self.experiment.prior_grid is None
            ),
            ("theories compared on the people", "`theories` is null"): (
                people and self.experiment.theories is None
            ),
        }
        return [f"{what}: not computed, {why}" for (what, why), lacks in checks.items() if lacks]

    def kinds(self) -> list[str]:
        """Return the kinds of tables that the experiment has once (`trnn.tables.layout`)."""
        e, people = self.experiment, self.dataset is not None
        made = {
            "fits": True,
            "convergence": True,
            "metrics": True,
            "comparisons": True,
            "head_to_head": bool(self.people_networks),
            "recovery": self.has_recovery,
            "statistics": True,
            "calibration": True,
            "joint_calibration": len(e.parameters) > 1,
            "optimality": True,
            "identifiability": True,
            "identifiability_moving": self.has_switching,
            "calibration_fresh": self.has_switching,
            "recovery_fits": self.has_recovery,
            "people": people,
            "task_measured": people,
            "matched": self.has_matched,
            "groups": self.has_groups,
            "misspecification": people and self.knows_rewards,
            "misspecification_features": people and self.knows_rewards,
            "predictive": people and self.smooths and self.knows_arms,
            "predictive_people": people and self.smooths and self.knows_arms,
            "nonstationarity": e.nonstationarity is not None,
            "nonstationarity_rates": e.nonstationarity is not None,
            "prior_selection": e.prior_grid is not None,
            "theories": e.theories is not None,
            "theory_evidence": e.theories is not None,
            "theory_comparisons": e.theories is not None,
            "theory_recovery": e.theories is not None and e.theories.recovery is not None,
        }
        return [*(kind for kind, there in made.items() if there), *self.more]

    def there(self) -> There:
        """Return what the experiment has, by which its figures are chosen."""
        return There(
            experiment=self.experiment.name,
            tables=self.kinds(),
            estimators={name: self.estimators(name) for name in self._estimated},
            networks=self.networks(),
            parameters=list(self.experiment.parameters),
            columns=self.columns,
        )

    def tables(self) -> Iterator[str]:
        """Yield every table that a run of the experiment ends with, below the results folder."""
        name = self.experiment.name
        yield from (file_of("agents", experiment=name, split=split) for split in SPLITS)
        yield from (file_of(kind, experiment=name) for kind in self.kinds())
        for population in self._estimated:
            for estimator in self.estimators(population):
                keys = {"estimator": estimator, "population": population}
                yield file_of("estimates", experiment=name, **keys)


def seeds(numbers: list[int]) -> list[str]:
    """Return the parts of a t-RNN that was trained with these seeds."""
    return [f"seed{number}" for number in numbers]


def check_experiments(
    experiments: Mapping[str, Experiment], registry: Mapping[str, Dataset]
) -> None:
    """Check what experiments name outside of the settings, before anything is run.

    Raises
    ------
    ConfigError
        If people are no data set of the registry, or a model's equations cannot be compiled.
    """
    check_people(experiments, registry)
    check_models(name for experiment in experiments.values() for name in models_of(experiment))
