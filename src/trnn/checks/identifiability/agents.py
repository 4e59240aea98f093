"""The posteriors of simulated agents, summarised agent by agent: what the map is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

import numpy as np

from trnn.checks.identifiability.cells import Cells, cells_of, root
from trnn.checks.identifiability.posterior import Posterior, posterior
from trnn.config.dynamics import Range
from trnn.config.experiment import Experiment
from trnn.theory.dynamics import StationaryDynamics
from trnn.theory.models import get_model
from trnn.theory.simulate import AGENTS, Agents, simulate
from trnn.trials.sequences import first_trials

Array = np.ndarray

MOST = 40  # points of a grid along one parameter: more are of no use
NEARLY_ONE = 1.0 - 1e-9  # a correlation is kept this far from 1, whose Fisher z is infinite


class InCells(StationaryDynamics):
    """Constant parameters, each agent's drawn uniformly in a box of its own.

    With the same number of agents in every cell they are a stratified sample of the uniform
    prior over the ranges.
    """

    def __init__(self, ranges: Mapping[str, Range], low: Array, high: Array) -> None:
        """Take the agents' boxes, (n_agents, d) each, in the order in which they are simulated."""
        super().__init__(ranges)
        self.box_low, self.box_width = low.T, (high - low).T

    def start(self, uniform: Array) -> Array:
        """Scale uniforms (d, n_agents) to the agents' boxes."""
        return self.box_low + self.box_width * uniform


@dataclass(frozen=True)
class Summaries:
    """Summaries of n agents' posteriors over d parameters, after some number of trials."""

    variance: Array  # (n, d)
    squared_error: Array  # (n, d), of the posterior mean against the agent's true value
    conditional_variance: Array  # (n, d), if the other parameters were known
    information: Array  # (n, d), nats
    fisher_z: Array  # (n, d, d), of the posterior's correlations; 0 on the diagonal
    cell_mass: Array  # (n, n_cells), the posterior's probability of each cell of the map
    cell_error: Array  # (n, n_cells, d), its share of the variance around the mean


def summaries(found: Posterior, truth: Array, cells: Cells) -> Summaries:
    """Return what is kept of posteriors; `truth` (n, d) are the agents' true values."""
    mean, covariance = found.mean(), found.covariance()
    variance = np.einsum("nii->ni", covariance)
    sd = np.sqrt(variance)
    correlation = covariance / (sd[:, :, None] * sd[:, None, :])
    diagonal = np.eye(found.d, dtype=bool)
    z = np.arctanh(np.clip(np.where(diagonal, 0.0, correlation), -NEARLY_ONE, NEARLY_ONE))
    return Summaries(
        variance,
        (mean - truth) ** 2,
        found.conditional_variance(),
        found.information(),
        z,
        *_by_cell(found, mean, cells),
    )


def _by_cell(found: Posterior, mean: Array, cells: Cells) -> tuple[Array, Array]:
    """Return the posterior's mass in each cell, (n, n_cells), and its variance there, (..., d)."""
    edges = found.edges()[..., None]
    part = np.arange(cells.per_parameter) / cells.per_parameter
    start = np.maximum(edges[..., :-1, :], part)
    stop = np.minimum(edges[..., 1:, :], part + 1.0 / cells.per_parameter)
    # The share of each slice of the grid in each part of a range, (n, d, m, per_parameter): a
    # slice across an edge of cells is divided between them.
    shares = np.maximum(stop - start, 0.0) / np.diff(edges, axis=2)

    def divided(weights: Array) -> Array:
        for i in range(found.d):
            # The axis of the grid that is divided comes last, and so the cells' are in order.
            weights = np.einsum("na...,nac->n...c", weights, shares[:, i])
        return weights.reshape(len(weights), -1)

    squares = (found.values() - mean[..., None]) ** 2
    errors = [divided(found.weights * found.along(squares[:, i], i)) for i in range(found.d)]
    return divided(found.weights), np.stack(errors, axis=-1)


def numbers_of_trials(experiment: Experiment) -> list[int]:
    """Return after how many trials posteriors are computed, a session's mean length the last."""
    length = experiment.task.trials_per_block
    mean = length if isinstance(length, int) else length.mean
    session = round(experiment.task.n_blocks * mean)
    return [*sorted({n for n in experiment.identifiability.trials if n < session}), session]


def agents_summaries(experiment: Experiment, seed: int) -> tuple[Cells, dict[int, Summaries]]:
    """Simulate constant agents in every cell; return the cells and, by number of trials, summaries.

    Agent i is drawn from (seed, experiment, "identifiability", i) and its cell's number alone. An
    agent whose session is shorter than a number of trials counts with all that it has.
    """
    settings = experiment.identifiability
    cells = cells_of(experiment.parameters, settings.cells)
    per_parameter = min(MOST, root(settings.points, len(experiment.parameters)))
    model, numbers = get_model(experiment.model), numbers_of_trials(experiment)
    parts: dict[int, list[Summaries]] = {n: [] for n in numbers}
    for agents in _simulated(experiment, cells, settings.agents_per_cell, seed):
        for n in numbers:
            seen = first_trials(agents.sequences, n)
            found = posterior(model, seen, experiment.parameters, per_parameter)
            parts[n].append(summaries(found, agents.parameters[:, 0], cells))
    return cells, {n: _joined(part) for n, part in parts.items()}


def _simulated(experiment: Experiment, cells: Cells, per_cell: int, seed: int) -> Iterator[Agents]:
    """Yield agents, `per_cell` of each cell, a few at a time."""
    model = get_model(experiment.model)
    low, high = (np.repeat(end, per_cell, axis=0) for end in cells.bounds())
    for first in range(0, len(low), AGENTS):
        part = slice(first, first + AGENTS)
        yield simulate(
            model,
            InCells(experiment.parameters, low[part], high[part]),
            experiment.task,
            len(low[part]),
            seed,
            (experiment.name, "identifiability"),
            prefix="constant",
            first=first,
            detail=False,
        )


def _joined(parts: list[Summaries]) -> Summaries:
    names = [field.name for field in fields(Summaries)]
    return Summaries(**{k: np.concatenate([getattr(p, k) for p in parts]) for k in names})
