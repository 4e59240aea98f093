"""Fresh agents, and the ranks of their true values in joint posteriors.

No table of these agents is kept: they follow the dynamics that a posterior assumes, which need not
be among those of the test agents.
"""

from collections.abc import Callable

import numpy as np

from trnn import progress
from trnn.checks.calibration.joint_ranks import joint_ranks, on_trials, probes
from trnn.config.experiment import Experiment
from trnn.theory.agents import experiment_agents
from trnn.trials.sequences import Sequences

Array = np.ndarray
# (agents, trials (n, m)) -> draws (n, m, n_draws, d) on the parameters' own scales
Draw = Callable[[Sequences, Array], Array]

SPLIT = "joint calibration"  # a split of its own, so that no other agents share its random numbers
AGENTS_AT_ONCE = 50
N_DRAWS = 200  # a rank is known to a 200th


def ranks_of_agents(
    draw: Draw, experiment: Experiment, dynamics: str, n_agents: int, seed: int
) -> tuple[Array, Array]:
    """Return the ranks of agents' true values and which tenth stands for each one's session.

    Parameters
    ----------
    draw : function
        Returns draws from the posterior under test.
    dynamics : str
        Of the experiment's dynamics, those of the agents.

    Returns
    -------
    As `joint_rows.joint_frame` takes them, (n, 10, n_quantities) and (n,).
    """
    ranges = experiment.parameters.values()
    low = np.array([bounds.low for bounds in ranges])
    width = np.array([bounds.high - bounds.low for bounds in ranges])
    ranks, picked = [], []
    for first in range(0, n_agents, AGENTS_AT_ONCE):
        progress.report(first, n_agents, "agents")
        n = min(AGENTS_AT_ONCE, n_agents - first)
        agents = experiment_agents(experiment, SPLIT, dynamics, n, seed, first=first, detail=False)
        sequences = agents.sequences
        own = probes(sequences.subjects, sequences.lengths, len(low), seed, experiment.name)
        draws = (draw(sequences, own.trials) - low) / width
        truth = (on_trials(agents.parameters, own.trials) - low) / width
        ranks.append(joint_ranks(draws, truth, own))
        picked.append(own.picked)
    return np.concatenate(ranks), np.concatenate(picked)
