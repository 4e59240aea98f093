"""What a t-RNN is taught of simulated agents: the true values, or the posterior that they are of.

An agent's true values are one draw from the posterior that the network is to learn. More draws of
the same posterior leave the best network where it is, and take noise out of the gradient; so does
the filter's probability of a choice in the place of the choice.

Where agents have hazards of their own, each of several as likely as the others, what is taught of
them is how likely they are given an agent's trajectory (`hazards_of_paths`): the true one, which is
one draw of the posterior before every choice; of a network that smooths, all that are drawn. The
filter's own weights of hazards cannot be taught: while a path is kept it runs under one hazard, and
without it would have to have the particles of an estimate.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from trnn import progress
from trnn.config.experiment import Experiment
from trnn.estimators.filter.teaching import (
    filter_draws,
    hazards_of_paths,
    trajectory_draws,
)
from trnn.theory.models import get_model
from trnn.theory.motions import motions_of
from trnn.trials.sequences import Sequences

Array = np.ndarray

# Agents that are made ready for a network together: on the way their arrays are several times as
# large as in the end.
PREPARED_AT_ONCE = 250


class Targets(NamedTuple):
    """What a filter teaches of n agents of t trials; anything finite in the padding.

    `values` (n_draws, n, t, n_parameters): draws from each trial's posterior, before its choice is
    seen (for a network that smooths: draws of whole trajectories, given the whole session);
    `p_action_0` (n, t): the filter's probability of action 0, where there was a response;
    `hazards` (n, h): of each hazard that an agent may have, None unless there are several. All
    float32.
    """

    values: Array
    p_action_0: Array
    hazards: Array | None = None


def lessons(
    experiment: Experiment, sequences: Sequences, parameters: Array, seed: int, *keys: str | int
) -> Iterator[Targets] | None:
    """Return what `teach` gives, of some agents after others; None where there is no teacher.

    Without one, agents teach their choices and true values.
    """
    if experiment.estimators.trnn.training.teacher is None:
        return None
    return _lessons(experiment, sequences, parameters, seed, *keys)


def _lessons(
    experiment: Experiment, sequences: Sequences, parameters: Array, seed: int, *keys: str | int
) -> Iterator[Targets]:
    places = range(0, len(sequences.subjects), PREPARED_AT_ONCE)
    for number, first in enumerate(places):
        some = sequences.rows(first, first + PREPARED_AT_ONCE)
        truth = parameters[first : first + len(some.subjects), : some.valid.shape[1]]
        with progress.part(number, len(places)):
            taught = teach(experiment, some, truth, seed, *keys)
        yield taught


def teach(
    experiment: Experiment, sequences: Sequences, parameters: Array, seed: int, *keys: str | int
) -> Targets:
    """Return what agents teach, by the experiment's teacher.

    Parameters
    ----------
    parameters : (n, t, n_parameters)
        The true values. A filter that keeps an agent's own path among its particles draws from the
        exact posterior, however few they are; trajectories of the whole session start from it.
    seed, keys
        The filter's randomness: the run's seed and what is drawn, as in `trnn.seeds`.

    Raises
    ------
    NumericalError
        If no particle can explain a choice, with agent and trial.
    """
    settings = experiment.estimators.trnn
    teacher = settings.training.teacher
    if teacher is None:
        raise ValueError(f"{experiment.name}: it has no teacher")
    model = get_model(experiment.model)
    motions = motions_of(experiment.dynamics[experiment.train.dynamics], experiment.parameters)
    where = (experiment.name, "teach", *keys)
    own = (model, motions, sequences, parameters)
    if settings.network.smooth:
        values = trajectory_draws(*own, teacher.n_draws, teacher.sweeps, seed, *where)
        # A network that smooths predicts no choice.
        hazards = hazards_of_paths(motions, values, sequences.lengths)
        return Targets(values, np.zeros(sequences.valid.shape, np.float32), hazards)
    hazards = hazards_of_paths(motions, parameters[None], sequences.lengths)
    how = (teacher.n_particles, teacher.n_draws, teacher.resample_below)
    return Targets(*filter_draws(*own, *how, seed, *where), hazards)
