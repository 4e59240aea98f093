"""A network of the original study on many people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trnn.anybody.estimated import Estimated, bce_of, parameter_columns, prediction_columns
from trnn.anybody.networks import NetworkMethod
from trnn.anybody.original.checkpoint import read_original
from trnn.anybody.original.network import OriginalNetwork
from trnn.anybody.original.order import Order, choose_order, outputs
from trnn.anybody.original.trained_for import TrainedFor
from trnn.anybody.trained_for import dynamics_words
from trnn.data.sessions import Session
from trnn.errors import ConfigError, NumericalError
from trnn.estimators.recurrent.compute import prepare
from trnn.report.text.task import task_words
from trnn.trials.checks import check_finite

PREFIX = "original:"
MEND = "Mend the table of trials."


@dataclass(frozen=True, kw_only=True)
class OriginalMethod(NetworkMethod):
    """A network of the original study; every session is read by itself, from its first trial.

    `path`: its checkpoint; `inputs`: the order of its inputs, with which nothing else is guessed.
    """

    path: Path
    network: OriginalNetwork
    trained: TrainedFor
    inputs: Order

    def run(self, sessions: Sequence[Session]) -> Iterator[tuple[str, Estimated | str]]:
        """Yield each session's name and estimates, in order; where there are none, the reason."""
        for session in sessions:
            try:
                yield session.name, self._estimated(session)
            except NumericalError as error:
                yield session.name, str(error)

    def words(self) -> list[tuple[str, str]]:
        """Return what the network was trained on, and how it is read."""
        return [
            ("trained on", task_words(self.experiment.task.model_dump())),
            ("dynamics", f"as trained: {dynamics_words(self.experiment)}"),
            ("inputs", self.inputs.words()),
            (
                "method",
                f"network of the original study, Ger et al. (2024) ({self.path}), as it is: points "
                "without an uncertainty, which may lie outside of the ranges"
                + "".join(
                    f"; {name} is what the network gives and {shift:+g}"
                    for name, shift in self.trained.shift.items()
                ),
            ),
        ]

    def _estimated(self, session: Session) -> Estimated:
        values, p_action_0 = outputs(self.network, session.sequences, self.inputs.order)
        names = self.assumed.model.names
        for name, own in zip(self.network.parameters_of, np.moveaxis(values, 2, 0), strict=True):
            check_finite(session.sequences, own, f"{self.path}: {name}", MEND)
        check_finite(session.sequences, p_action_0, f"{self.path}: p_action_0", MEND)
        places = [self.network.parameters_of.index(name) for name in names]
        shift = np.array([self.trained.shift.get(name, 0.0) for name in names])
        columns = prediction_columns(session.sequences, p_action_0)
        columns |= parameter_columns(names, values[..., places] + shift, None, None, smooth=False)
        return Estimated(columns, bce=bce_of(columns))


def is_original(given: str) -> bool:
    """Return whether a network is given as one of the original study."""
    return given.startswith(PREFIX)


def original_method(given: Sequence[str], seed: int) -> OriginalMethod:
    """Return the method of one network, given as original:PATH.

    Raises
    ------
    CheckpointError
        If it is not a checkpoint of the original study.
    ConfigError
        If there are several networks.
    """
    if len(given) != 1:
        raise ConfigError(
            f"network: got {', '.join(given)}; a network of the original study ({PREFIX}PATH) is "
            "applied alone."
        )
    prepare(1)
    path = Path(given[0].removeprefix(PREFIX))
    network, trained = read_original(path)
    experiment = trained.experiment
    return OriginalMethod(
        experiment=experiment,
        kinds=(),
        seed=seed,
        keys=(experiment.name, "people"),
        path=path,
        network=network,
        trained=trained,
        inputs=choose_order(network, experiment, seed),
    )
