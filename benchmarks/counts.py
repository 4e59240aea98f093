"""Floating-point operations and bytes that each computation needs, by formulas.

An addition, a multiplication, a division and a comparison are one operation each. By convention a
transcendental function (exp, log, tanh) is `FUNCTION` operations, about what evaluating one to full
precision takes, and a random number is `RANDOM`. What a computation needs is what its definition
asks for: index arithmetic, copies and temporary arrays are an implementation's own.
"""

from dataclasses import dataclass

FUNCTION = 20
RANDOM = 10
FLOAT64, FLOAT32, INT64, INT8, BOOL = 8, 4, 8, 1, 1  # bytes


@dataclass(frozen=True)
class Need:
    """Operations and bytes that must at least be moved; zero where they say nothing."""

    operations: float
    moved_bytes: float

    def times(self, n: float) -> "Need":
        """Return the need of n such computations."""
        return Need(n * self.operations, n * self.moved_bytes)


# Decision variable, and update of the chosen arm's value, of one trial.
DECIDE = {"q_learning": 2, "q_learning_perseveration": 4, "hybrid_exploration": 8 + 3 * FUNCTION}
UPDATE = {"q_learning": 3, "q_learning_perseveration": 3, "hybrid_exploration": 8}
LATENT = {"q_learning": 2, "q_learning_perseveration": 2, "hybrid_exploration": 4}


def simulated_trial(model: str, n_parameters: int) -> Need:
    """Return the need of one trial of one simulated agent under switching dynamics.

    Random numbers: one a parameter (change or not), the choice, the outcome. The bytes are those
    of the results, written once: parameters, p, latent values, arms' means, reward, block and
    trial as 8-byte numbers, action and validity as one byte each.
    """
    operations = n_parameters * (RANDOM + 1)  # is it redrawn?
    operations += DECIDE[model] + FUNCTION + RANDOM + 1  # P(action 0), and the choice
    operations += RANDOM + 1 + UPDATE[model]  # the outcome, and learning
    numbers = n_parameters + 1 + LATENT[model] + 2 + 1 + 2
    return Need(operations, numbers * FLOAT64 + INT8 + BOOL)


def likelihood_trial(model: str) -> Need:
    """Return the need of one trial of one likelihood: log P(choice) and its sum, and learning."""
    return Need(DECIDE[model] + 2 * FUNCTION + 2 + UPDATE[model], 0)


def particle_trial(model: str, n_parameters: int, law: str) -> Need:
    """Return the need of one particle on one trial of a bootstrap filter, without resampling.

    Motion: a random number a parameter, and either a step and the transform to the parameter's
    scale (random walk) or a comparison (switching). Then mean and standard deviation of every
    parameter, P(action 0), the weight, the effective sample size, and learning.
    """
    motion = RANDOM + (2 + 2 + FUNCTION if law == "random_walk" else 1)
    moments = 2 + 4
    operations = n_parameters * (motion + moments)
    operations += DECIDE[model] + FUNCTION + 2  # P(action 0) and its weighted sum
    operations += FUNCTION + 1 + FUNCTION + 3  # log P(choice), weight, its sum and normalisation
    operations += 2 + UPDATE[model]
    return Need(operations, 0)


def gru_products(n_inputs: int, n_units: int) -> tuple[int, int]:
    """Return operations of a GRU's products with its input and with its state, for one trial."""
    return 2 * 3 * n_units * n_inputs, 2 * 3 * n_units * n_units


def trnn_forward_trial(n_inputs: int, hidden: int, action: int, bins: list[int]) -> Need:
    """Return the matrix products of one trial of a t-RNN; nothing else is counted.

    Two GRUs, each parameter's layer of bins and its read-out, and the logit of the choice.
    """
    first = sum(gru_products(n_inputs, hidden))
    second = sum(gru_products(n_inputs + sum(bins), action))
    return Need(first + second + _heads(hidden, action, bins), 0)


def trnn_training_trial(n_inputs: int, hidden: int, action: int, bins: list[int]) -> Need:
    """Return the matrix products of one trial of training: forward, and back.

    Back: every weight's gradient is a product as large as the forward one, and so is the gradient
    of what a layer reads, except of the network's own inputs, which need none.
    """
    forward = trnn_forward_trial(n_inputs, hidden, action, bins).operations
    own_inputs = gru_products(n_inputs, hidden)[0] + gru_products(n_inputs, action)[0]
    return Need(3 * forward - own_inputs, 0)


def _heads(hidden: int, action: int, bins: list[int]) -> int:
    return sum(2 * hidden * k + 2 * k for k in bins) + 2 * action


def drnn_forward_trial(n_inputs: int, units: int, symmetric: bool) -> Need:
    """Return the matrix products of one trial of one person in one d-RNN, forward."""
    runs = 2 if symmetric else 1
    return Need(runs * (sum(gru_products(n_inputs, units)) + 2 * units), 0)


def drnn_training_trial(n_inputs: int, units: int, symmetric: bool) -> Need:
    """Return the matrix products of one trial of one person in one d-RNN, forward and back."""
    forward = drnn_forward_trial(n_inputs, units, symmetric).operations
    own_inputs = (2 if symmetric else 1) * gru_products(n_inputs, units)[0]
    return Need(3 * forward - own_inputs, 0)


def prepared_bytes(file_bytes: int, n_rows: int, n_columns: int) -> Need:
    """Return the need of preparing a file: it is read once, and a table of 8-byte cells written."""
    return Need(0, file_bytes + n_rows * n_columns * INT64)
