"""BayesFlow: an amortised posterior of the parameters on every trial.

A summary network of BayesFlow's own gives one summary of a session. What is wanted here is one for
each trial, of the trials before it: a GRU, made a summary network as its documentation describes.
A coupling flow then gives the posterior of each trial given its summary.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")  # read when keras is imported

from typing import Any

import bayesflow
import keras
import numpy as np
from scipy.special import ndtr

from benchmarks.measure import own_cpu
from benchmarks.peers.agents import SEED, experiment, ranges, tested, training_round
from benchmarks.peers.rows import judged, named, rows
from benchmarks.peers.scores import summaries
from benchmarks.peers.session_inputs import log_prior, session_inputs, session_targets
from benchmarks.peers.sizes import SIZES
from benchmarks.peers.timing import spent
from benchmarks.peers.trials import SECTION, of_hundred, rate_share

PEAK = 2e-3  # of Adam's rate
LANES = 32
STEPS = 8  # between two looks at the time
FLOW = {"depth": 4, "subnet_kwargs": {"widths": (64, 64)}}
# In training the flow is evaluated on one trial of so many: neighbours say much the same, and it
# would take most of the time. No divisor of a block's trials, so that all of its places come.
EVERY = 7
AT_ONCE = 5  # agents whose draws are made together
ADAPTER = bayesflow.Adapter()


class SessionsSoFar(bayesflow.networks.SummaryNetwork):
    """A summary of the trials before each choice: the states of a GRU, (n, t, units)."""

    def __init__(self, units: int, **kwargs) -> None:
        super().__init__(**kwargs)
        self.recurrent = keras.layers.GRU(units, return_sequences=True)

    def call(self, x, training=False, **kwargs):
        """Return the state before each choice; `x` (n, t, n_inputs). In training, of some."""
        states = self.recurrent(x)
        return states[:, ::EVERY] if training else states


class FreshAgents(bayesflow.simulators.Simulator):
    """The project's simulator, as one of BayesFlow's: each agent is used once."""

    def __init__(self, n_agents: int) -> None:
        self._n_agents, self._round, self._first = n_agents, 0, n_agents
        self._made: dict[str, np.ndarray] = {}

    def sample(self, batch_shape, **kwargs) -> dict[str, np.ndarray]:
        """Return the inputs and the true values' scores of as many agents as are asked for."""
        n = int(np.prod(batch_shape))
        if self._first + n > self._n_agents:
            made = training_round(self._round, self._n_agents)
            self._made = variables(made.sequences, made.parameters)
            self._made["inference_variables"] = self._made["inference_variables"][:, ::EVERY]
            self._round, self._first = self._round + 1, 0
        own = slice(self._first, self._first + n)
        self._first += n
        return {name: array[own] for name, array in self._made.items()}


class UntilTheTimeIsUp(keras.callbacks.Callback):
    """Set the learning rate by the time that is left, and stop when there is none."""

    def __init__(self, budget: float) -> None:
        super().__init__()
        self._budget, self._started, self.epochs = budget, own_cpu(), 0

    def on_epoch_begin(self, epoch, logs=None) -> None:
        """Set the rate for the next steps."""
        share = rate_share(own_cpu() - self._started, self._budget)
        self.model.optimizer.learning_rate = PEAK * max(share, 1e-3)

    def on_epoch_end(self, epoch, logs=None) -> None:
        """Look at the time."""
        self.epochs = epoch + 1
        self.model.stop_training = own_cpu() - self._started >= self._budget


def variables(sequences, parameters) -> dict[str, np.ndarray]:
    """Return agents by the names that an approximator knows."""
    names = ("summary_variables", "inference_variables")
    return dict(zip(names, (session_inputs(sequences), session_targets(parameters)), strict=True))


def trained(budget: float) -> tuple[Any, int]:
    """Train for `budget` seconds of the processor; return the approximator and its steps."""
    keras.utils.set_random_seed(SEED)
    approximator = bayesflow.ContinuousApproximator(
        adapter=ADAPTER,
        summary_network=SessionsSoFar(experiment().estimators.trnn.network.hidden_units),
        inference_network=bayesflow.networks.CouplingFlow(**FLOW),
        standardize=None,  # scores are standard normal already
    )
    approximator.compile(optimizer=keras.optimizers.Adam(PEAK, clipnorm=1.0))
    time = UntilTheTimeIsUp(budget)
    agents = FreshAgents(SIZES.train_agents)
    how = {"batch_size": min(LANES, SIZES.train_agents), "num_batches": STEPS, "workers": 1}
    many = 10**6
    approximator.fit(simulator=agents, epochs=many, callbacks=[time], verbose=0, **how)
    return approximator, STEPS * time.epochs


def draws(approximator: Any, inputs: np.ndarray) -> np.ndarray:
    """Return draws of the values before each choice, (n_draws, n, t, d)."""
    low, high = ranges()
    found = approximator.sample(
        num_samples=SIZES.posterior_draws,
        conditions={"summary_variables": inputs},
        batch_size=AT_ONCE,
        sample_shape=(inputs.shape[1],),
        seed=SEED,
    )["inference_variables"]
    return low + (high - low) * ndtr(found.swapaxes(0, 1))


def measure() -> list[dict[str, Any]]:
    """Return the rows of this peer."""
    agents = tested("switching", SIZES.tested_agents)
    (approximator, steps), training = spent(lambda: trained(SIZES.budget))
    own = variables(agents.sequences, agents.parameters)
    inputs, z = own["summary_variables"], own["inference_variables"]
    draws(approximator, inputs[:AT_ONCE])  # compiles
    (mean, quantiles), seconds = spent(lambda: summaries(draws(approximator, inputs)))
    density = approximator.log_prob(own) - log_prior(z)
    scores = judged(mean, agents.parameters, np.moveaxis(quantiles, 0, -1), density)
    scores |= {"s of training": training, "s for 100 agents": of_hundred(seconds), "steps": steps}
    return rows(SECTION, f"{named('bayesflow')}: a GRU's summaries, coupling flow", "peer", scores)
