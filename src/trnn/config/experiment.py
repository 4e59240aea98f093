"""An experiment: a task, a model, dynamics to train and test on, estimators, people."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from trnn.config.base import Count, Name, Settings
from trnn.config.dynamics import DynamicsSettings, RandomWalk, Range
from trnn.config.estimators import Estimators, Network, Trnn
from trnn.config.identifiability import Identifiability
from trnn.config.models import parameters_of
from trnn.config.nonstationarity import Nonstationarity
from trnn.config.priors import PriorGrid
from trnn.config.references import check_references
from trnn.config.task import TaskSettings
from trnn.config.theories import Theories


class TrainingAgents(Settings):
    """Agents that the t-RNN is trained and validated on."""

    dynamics: Name = Field(description="which of the experiment's dynamics they follow")
    n_agents: Count = Field(description="agents in the training table")
    n_validation: Count = Field(description="agents in the validation table")


class TestAgents(Settings):
    """Agents that estimators are compared on."""

    dynamics: Annotated[list[Name], Field(min_length=1)] = Field(
        description="which of the experiment's dynamics they follow"
    )
    n_agents: Count = Field(description="agents of each dynamics")
    recovery_trials: list[Count] = Field(
        [],
        description="numbers of trials after which the recovery of stationary agents is measured; "
        "those above a session's length are left out",
    )


def _known(model: str) -> str:
    parameters_of(model)  # refuses what is no model
    return model


class Experiment(Settings):
    """One experiment of the study."""

    name: Name
    description: str = Field(description="one line on what the experiment asks")
    model: Annotated[str, AfterValidator(_known)] = Field(
        description="the theory of choice: the name of a file of src/trnn/theory/models, or "
        "path/to/file.py:Class of a model of one's own; a relative path begins at this file's "
        "folder, or else at the working folder"
    )
    parameters: dict[Name, Range] = Field(
        default_factory=dict,
        description="range of each of the model's parameters: the uniform prior of the agents "
        "and the bounds of maximum likelihood; of one that is left out, the model's own range",
    )
    task: TaskSettings = Field(description="what the simulated agents face")
    dynamics: dict[Name, DynamicsSettings] = Field(description="how parameters may move, by name")
    train: TrainingAgents
    test: TestAgents
    estimators: Estimators
    identifiability: Identifiability = Identifiability()
    human: Name | None = Field(
        None, description="data set of the people the estimators are applied to, if any"
    )
    nonstationarity: Nonstationarity | None = Field(
        Nonstationarity(), description="evidence for moving parameters; null: none is computed"
    )
    prior_grid: PriorGrid | None = Field(
        None, description="priors that are compared on the people; null: none are"
    )
    theories: Theories | None = Field(
        None, description="theories that are compared on the people; null: none are"
    )

    @property
    def chosen_on_people(self) -> bool:
        """Whether half of the people choose: a prior, a theory, or settings of a d-RNN."""
        choosing = (self.prior_grid, self.theories, self.estimators.drnn)
        return self.human is not None and any(own is not None for own in choosing)

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        stated = parameters_of(self.model)
        expected = stated.all
        # The order of the columns is the model's, whatever the file's.
        ranges = {p.name: Range(low=p.low, high=p.high) for p in stated.parameters}
        _same(f"parameters of model '{self.model}'", ranges | self.parameters, expected)
        object.__setattr__(self, "parameters", ranges | self.parameters)
        object.__setattr__(self, "dynamics", self._walks_in_range())
        object.__setattr__(self, "estimators", self._misses_marked())
        for network in self.estimators.networks():
            settings = self.estimators.network(network)
            if isinstance(settings, Trnn):
                self._network_fits(network, settings.network)
                self._can_be_taught(network, settings)
        if self.estimators.drnn is not None and self.human is None:
            raise ValueError("estimators.drnn is trained on people, but `human` names no data set")
        if self.prior_grid is not None:
            if self.human is None:
                raise ValueError("prior_grid is compared on people, but `human` names no data set")
            _same("prior_grid.published.parameters", self.prior_grid.published.parameters, expected)
        if self.theories is not None:
            self._theories_can_be_compared(self.theories)
        wanted = {
            "train.dynamics": [self.train.dynamics],
            "test.dynamics": self.test.dynamics,
            "estimators.filter.dynamics": [self.estimators.filter.dynamics],
            "estimators.bayes.dynamics": [self.estimators.bayes.dynamics],
        }
        for where, names in wanted.items():
            for name in names:
                if name not in self.dynamics:
                    raise ValueError(
                        f"{where} names '{name}', but the dynamics are {sorted(self.dynamics)}"
                    )
        return self

    def _theories_can_be_compared(self, theories: Theories) -> None:
        if self.human is None:
            raise ValueError("theories are compared on people, but `human` names no data set")
        if len(theories.candidates) < 2:
            raise ValueError(
                f"theories.candidates: got {list(theories.candidates)}; a comparison needs two at "
                "least. Add one, or set theories: null"
            )

    def _walks_in_range(self) -> dict[str, DynamicsSettings]:
        """Return the dynamics, every walk of which has its parameter's range."""
        out: dict[str, DynamicsSettings] = {}
        for name, dynamics in self.dynamics.items():
            out[name] = dynamics
            if isinstance(dynamics, RandomWalk):
                where = f"dynamics.{name}.parameters"
                _same(where, dynamics.parameters, tuple(self.parameters))
                walks = {}
                for own, walk in dynamics.parameters.items():
                    try:
                        walks[own] = walk.over(self.parameters[own], own)
                    except ValueError as error:
                        raise ValueError(f"{where}.{own} {error}") from None
                out[name] = dynamics.model_copy(update={"parameters": walks})
        return out

    def _misses_marked(self) -> Estimators:
        """Return the estimators; the network's inputs mark misses if the task has some."""
        trnn = self.estimators.trnn
        if trnn.network.missed_input is not None:
            return self.estimators
        marked = {"missed_input": self.task.miss_rate > 0}
        network = trnn.network.model_copy(update=marked)
        changed = {"trnn": trnn.model_copy(update={"network": network})}
        return self.estimators.model_copy(update=changed)

    def _network_fits(self, name: str, network: Network) -> None:
        """Raise unless a t-RNN's heads and reference values are of the model's parameters."""
        if network.posterior is None:
            _same(f"heads of network '{name}'", network.heads, parameters_of(self.model).all)
        if network.reference_values is None:
            return
        what = f"reference_values of network '{name}'"
        learning = parameters_of(self.model).learning
        check_references(what, network.reference_values, learning, self.parameters)

    def _can_be_taught(self, name: str, settings: Trnn) -> None:
        """Raise if a network's teacher would have to follow a walk that its range clips."""
        dynamics = self.dynamics.get(self.train.dynamics)
        if settings.training.teacher is None or not isinstance(dynamics, RandomWalk):
            return
        clipped = [p for p, walk in dynamics.parameters.items() if walk.scale == "log"]
        if clipped:
            raise ValueError(
                f"training.teacher of network '{name}' cannot follow train.dynamics "
                f"'{self.train.dynamics}': where {clipped}, on a log scale, is cut at its range, "
                "the walk itself is not known. Walk on a logit scale, or set teacher: null"
            )


def _same(what: str, got: dict, expected: tuple[str, ...]) -> None:
    if set(got) != set(expected):
        raise ValueError(f"{what} must be exactly {sorted(expected)}, got {sorted(got)}")
