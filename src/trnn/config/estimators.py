"""Settings of the estimators."""

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, ValidationError, model_validator

from trnn.config.base import Count, Name, NonNegative, Positive, Probability, Settings, Whole
from trnn.config.drnn import Drnn
from trnn.config.merge import merge
from trnn.config.networks import NETWORKS, base_of
from trnn.config.particles import Particles, Smoother
from trnn.config.references import KINDS, References

VariantName = Annotated[str, Field(pattern=rf"^({'|'.join(NETWORKS)})_[a-z0-9_]+$", max_length=40)]


class MaximumLikelihood(Settings):
    """One constant parameter set a subject, by bounded L-BFGS-B from several starts."""

    n_candidates: Count = Field(
        256, description="quasi-random points whose likelihood is evaluated to choose the starts"
    )
    n_starts: Count = Field(5, description="the best candidates from which L-BFGS-B is run")

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.n_starts > self.n_candidates:
            raise ValueError(
                f"n_starts ({self.n_starts}) must not exceed n_candidates ({self.n_candidates})"
            )
        return self


class ParticleFilter(Particles):
    """A bootstrap particle filter under stated dynamics."""

    dynamics: Name = Field(description="which of the experiment's dynamics the filter assumes")
    max_particles_of_test_agents: Count | None = Field(
        None,
        description="`max_particles` of test agents, on whose own evidence no claim rests; None: "
        "that of people",
    )
    smoother: Smoother = Field(
        Smoother(), description="how trajectories given the whole session are found (bayes_smooth)"
    )


class ParameterHead(Settings):
    """The output layers of one parameter, and their weights in the loss."""

    units: Annotated[Whole, Field(ge=2)] = Field(
        description="units of the layer, and bins of equal width over the parameter's range"
    )
    bin_weight: NonNegative = Field(description="weight of the cross-entropy of the bin")
    value_weight: NonNegative = Field(description="weight of the squared error of the value")


class PosteriorHead(Settings):
    """The head of a joint posterior of all parameters (`trnn.estimators.trnn.posterior`)."""

    components: Count = Field(
        8, description="components of the mixture of multivariate normal distributions"
    )
    units: Count = Field(
        32, description="units of the layer between the recurrent units and the mixture"
    )
    score_weight: Positive = Field(
        1.0, description="weight, beside the choice's, of -log density of the true values"
    )


class Network(Settings):
    """The t-RNN's architecture: of posteriors, or the published one of points (`heads`)."""

    hidden_units: Count = Field(32, description="units of the GRU from which parameters are read")
    action_units: Count = Field(32, description="units of the GRU from which choices are predicted")
    posterior: PosteriorHead | None = Field(
        None, description="the head of all parameters; null: the published heads, one a parameter"
    )
    heads: dict[Name, ParameterHead] = Field(
        {}, description="one head for each parameter, of the published architecture"
    )
    smooth: bool = Field(
        False,
        description="whether a second GRU reads the session from its end, so that an estimate "
        "uses all of it; such a network has a posterior and predicts no choices",
    )
    negative_slope: Probability = Field(
        0.1,
        description="slope of a head's rectified units below zero; 0 is the original's ReLU, "
        "whose units can all fall silent for good: the bins are then never learned",
    )
    parameters_to_action: bool = Field(
        True,
        description="whether the second GRU, which predicts choices, reads the parameters' layers; "
        "false is the original's ablation",
    )
    block_start_input: bool = Field(
        False,
        description="whether an input marks a block's first trial; with reference_values one does",
    )
    missed_input: bool | None = Field(
        None,
        description="whether an input marks missed trials: without, one looks like a block's start "
        "or a trial without a reward; null: where the task has a miss_rate",
    )
    reward_scale: Positive = Field(
        1.0, description="rewards are divided by this before they enter the network"
    )
    reference_values: References | None = Field(
        None,
        description="values of the learning parameters under which the model follows a session; "
        "the decision variables that result are inputs (`trnn.estimators.trnn.relative_inputs`), "
        "and both arms are treated alike. Either values of each parameter, {alpha: [0.1, 0.5]}, of "
        "which all combinations are followed; or a list of parameter sets, [{alpha: 0.1, "
        "trace_rate: 0.5}, ...], each with a value of every learning parameter: where there are "
        "several, all combinations would be many. {}: the model learns without a parameter. null: "
        "the original's inputs, actions and rewards",
    )

    @model_validator(mode="after")
    def _one_kind_of_head(self) -> Self:
        if (self.posterior is None) == (not self.heads):
            raise ValueError("a network has either `posterior` or `heads`, and not both")
        if self.smooth and self.posterior is None:
            raise ValueError("a network that smooths needs `posterior`")
        if self.reference_values is not None and self.posterior is None:
            raise ValueError("a network with `reference_values` needs `posterior`")
        return self


class Teacher(Settings):
    """The particle filter whose posterior a t-RNN is taught: `trnn.estimators.trnn.teacher`."""

    n_particles: Count = Field(description="particles an agent")
    n_draws: Count = Field(8, description="draws from each trial's posterior")
    resample_below: Probability = Field(
        0.5, description="resample when the effective sample size falls under this share"
    )
    sweeps: Count = Field(
        10,
        description="of a network that smooths: times that a trajectory is moved between two draws "
        "(`trnn.estimators.filter.trajectories`)",
    )


class Training(Settings):
    """How a t-RNN is trained: truncated back-propagation through time over parallel lanes."""

    n_steps: Count = Field(description="optimiser steps")
    lanes: Count = Field(64, description="agents processed side by side in a step")
    window: Count = Field(100, description="trials of each lane in a step")
    learning_rate: Positive = Field(0.005, description="peak of the schedule (Adam)")
    schedule: Literal["one_cycle", "linear"] = Field(
        "one_cycle",
        description="how rates change: one_cycle, whose momentum does so too; or linear, up within "
        "a tenth of the steps and then down to zero",
    )
    optimizer: Literal["adam", "muon"] = Field(
        "adam",
        description="adam for all weights; or muon for matrices between units, adam for the rest "
        "(`trnn.estimators.trnn.optimizer`)",
    )
    matrix_rate: Positive = Field(0.02, description="peak of the schedule (muon)")
    matrix_decay: NonNegative = Field(
        0.1,
        description="decay of matrices, a share of a weight by a step at a rate of 1 (muon): "
        "without, their largest singular values grow until gradients overflow",
    )
    teacher: Teacher | None = Field(
        None,
        description="the filter whose draws are taught in the place of the true values; null: the "
        "true values and choices, as in the original study",
    )
    gradient_clip: Positive = Field(1.0, description="largest norm of the gradient")
    steps_per_epoch: Count = Field(
        500, description="steps between two validations; an epoch in the training table"
    )
    fresh_agents: bool = Field(
        True,
        description="true: after the training table's agents, new ones from the same dynamics; "
        "false: the training table over and over, as in the original study",
    )
    plays: Count = Field(
        1,
        description="how often each round of fresh agents is played before there are new ones: "
        "the more often, the less time goes into simulating and filtering them",
    )
    seeds: Annotated[list[Annotated[Whole, Field(ge=0)]], Field(min_length=1)] = Field(
        [0], description="training seeds; one network each"
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.seeds)) != len(self.seeds):
            raise ValueError(f"training seeds must differ, got {self.seeds}")
        return self


class Trnn(Settings):
    """The theoretical RNN."""

    network: Network
    training: Training
    ensemble: Literal["first", "mean"] = Field(
        "first",
        description="estimates of the first training seed; or all seeds' together: the mean of "
        "their predictions, and the mixture of their posteriors (the mean of published values)",
    )
    draws: Count = Field(
        100,
        description="draws from the posterior that drive the model for its own prediction",
    )
    kept_draws: Count = Field(20, description="draws of people's trajectories that a table keeps")

    @property
    def applied_seeds(self) -> list[int]:
        """The training seeds whose networks make an estimate."""
        return self.training.seeds if self.ensemble == "mean" else self.training.seeds[:1]

    @model_validator(mode="after")
    def _no_more_than_there_are(self) -> Self:
        if self.kept_draws > self.draws:
            raise ValueError(f"kept_draws ({self.kept_draws}) must not exceed draws ({self.draws})")
        return self


class ConstantModel(Particles):
    """A Bayesian who holds the parameters to be constant (`trnn.estimators.constant`)."""

    # Enough for models of up to five parameters: docs/decisions.md, The constant model.
    n_particles: Count = Field(
        2000, description="particles of a subject to begin with, those of all replicates together"
    )
    max_particles: Count = Field(
        8000, description="a subject whose error is still too large at so many is flagged"
    )


class Estimators(Settings):
    """Every estimator's settings."""

    mle: MaximumLikelihood = MaximumLikelihood()
    filter: ParticleFilter
    bayes: ParticleFilter
    constant: ConstantModel = Field(
        ConstantModel(),
        description="the model whose parameters never change, learned choice by choice; of people",
    )
    trnn: Trnn
    drnn: Drnn | None = Field(
        None, description="the data-driven RNN, trained on the people's own data; null: none"
    )
    variants: dict[VariantName, dict[str, JsonValue] | None] = Field(
        {},
        description="further networks: by name, what they change in the settings of the network "
        "whose name theirs begins with (trnn_... or drnn_...); null: without it, where an "
        "experiment that extends another shall not have its variant",
    )

    @model_validator(mode="after")
    def _variants_are_whole(self) -> Self:
        there = {name: change for name, change in self.variants.items() if change is not None}
        object.__setattr__(self, "variants", there)
        for name in self.variants:
            try:
                self.network(name)
            except ValidationError as error:
                problems = "; ".join(
                    f"{'.'.join(str(part) for part in e['loc'] if part not in KINDS)}: {e['msg']}"
                    for e in error.errors()
                )
                raise ValueError(f"variants.{name}: {problems}") from None
        return self

    def network(self, name: str) -> Trnn | Drnn:
        """Return the settings of a network, those of a variant in full.

        Raises
        ------
        ValueError
            If there is no such network.
        """
        base = base_of(name)
        settings: Trnn | Drnn | None = getattr(self, base) if base in NETWORKS else None
        if settings is None or (name != base and name not in self.variants):
            raise ValueError(f"there is no network '{name}'; there are {self.networks()}")
        if name == base:
            return settings
        change = self.variants[name] or {}
        return type(settings).model_validate(merge(settings.model_dump(), change))

    def networks(self, base: str | None = None) -> list[str]:
        """Return the names of the networks, each base before its variants; of one base if given."""
        bases = [b for b in NETWORKS if getattr(self, b) is not None and base in (None, b)]
        return [n for b in bases for n in (b, *(v for v in self.variants if base_of(v) == b))]
