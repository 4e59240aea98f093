"""Trained networks on many people: the checkpoint binds model, ranges, rewards and task."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trnn.anybody.assumptions import Assumptions
from trnn.anybody.estimated import (
    Estimated,
    bce_of,
    learned,
    parameter_columns,
    prediction_columns,
    smooth_name,
)
from trnn.anybody.sessions import Session
from trnn.config.experiment import Experiment
from trnn.errors import NumericalError
from trnn.estimators.trnn.binding import (
    BOUND,
    as_trained,
    check_same,
    far_rewards,
    paid_words,
    unpaid,
)
from trnn.report.text.task import task_words
from trnn.theory.models import get_model

if TYPE_CHECKING:
    from trnn.estimators.trnn.infer import Noise

Array = np.ndarray

ONE_EXPERIMENT = "Give networks of one experiment."


def _trained_for(paths: Sequence[Path]) -> tuple[Experiment, list[list[Path]]]:
    """Return what networks were trained for, and the networks that predict and that smooth.

    Raises
    ------
    CheckpointError
        If one is unreadable, or two were trained for different models, ranges or tasks.
    """
    from trnn.estimators.trnn.checkpoint import read_checkpoint  # torch

    experiments = [read_checkpoint(path)[1] for path in paths]
    first = experiments[0]
    for path, other in zip(paths, experiments, strict=True):
        check_same(path, other, first, str(paths[0]), ONE_EXPERIMENT, (*BOUND, "task"))
    smooths = [e.estimators.trnn.network.smooth for e in experiments]
    predict = [path for path, smooth in zip(paths, smooths, strict=True) if not smooth]
    smooth = [path for path, smooth in zip(paths, smooths, strict=True) if smooth]
    return first, [kind for kind in (predict, smooth) if kind]


@dataclass(frozen=True)
class NetworkMethod:
    """Trained networks of one experiment: `kinds` are those that predict, and those that smooth.

    Every session is read by itself: its numbers do not depend on others. The noise of draws comes
    from `seed`, `keys` and its name, as in the pipeline's stage, whose keys are (experiment,
    network, "human").
    """

    experiment: Experiment
    kinds: tuple[tuple[Path, ...], ...]
    seed: int
    keys: tuple[str, ...]
    reward_scale: float | None = 1.0
    name: str = "network"

    @property
    def knows_missed(self) -> bool:
        """Whether the networks were trained on agents who miss responses."""
        return self.experiment.task.miss_rate > 0

    @property
    def assumed(self) -> Assumptions:
        """The model and the ranges that the networks were trained for."""
        return Assumptions(get_model(self.experiment.model), self.experiment.parameters)

    def unusable(self, sessions: Sequence[Session]) -> dict[str, str]:
        """Return of each session whose rewards the networks' task cannot pay why, by name."""
        wrong = {}
        for session in sessions:
            sequences = session.sequences
            other = np.unique(sequences.reward[unpaid(self.experiment, sequences)])
            if len(other):
                wrong[session.name] = (
                    f"its rewards hold {', '.join(f'{r:g}' for r in other[:3])}, but the network "
                    f"was trained on rewards of {paid_words(self.experiment)} alone. Map them "
                    "(--reward-map), or use --model"
                )
            elif self.experiment.task.full_feedback and sequences.other_reward is None:
                wrong[session.name] = (
                    "the network was trained on a task that shows the other arm's outcome too, "
                    "which this table does not hold. Use --model, or another network"
                )
        return wrong

    def run(self, sessions: Sequence[Session]) -> Iterator[tuple[str, Estimated | str]]:
        """Yield each session's name and estimates, in order; where there are none, the reason."""
        from trnn.estimators.recurrent.compute import prepare  # torch
        from trnn.estimators.trnn.infer import Noise

        prepare(1)
        noise = Noise(self.experiment.estimators.trnn.draws, self.seed, self.keys)
        for session in sessions:
            try:
                yield session.name, self._one(session, noise)
            except NumericalError as error:
                yield session.name, str(error)

    def outside(self, sessions: Sequence[Session]) -> dict[str, str]:
        """Return of each session that is unlike the training agents' how it is, by name."""
        from trnn.anybody.outside import who_is_outside

        told = who_is_outside(sessions, self.experiment, self.seed)
        for session in sessions:
            for words in far_rewards(self.experiment, session.sequences).values():
                before = f"{told[session.name]}; " if session.name in told else ""
                told[session.name] = f"{before}the rewards ({words})"
        return told

    def words(self) -> list[tuple[str, str]]:
        """Return what the networks were trained on."""
        dynamics = self.experiment.dynamics[self.experiment.train.dynamics].model_dump()
        told = ", ".join(f"{k} {v}" for k, v in dynamics.items() if v not in (None, "", 0))
        files = ", ".join(str(path) for paths in self.kinds for path in paths)
        return [
            ("trained on", task_words(self.experiment.task.model_dump())),
            ("dynamics", f"as trained: {told}"),
            ("method", f"network of experiment '{self.experiment.name}' ({files})"),
        ]

    def _one(self, session: Session, noise: "Noise") -> Estimated:
        from trnn.estimators.trnn.infer import infer

        names, assumed = self.assumed.model.names, self.assumed
        columns: dict[str, Array] = {}
        shares: dict[tuple[str, bool], float] = {}
        sequences = as_trained(self.experiment, session.sequences)
        for paths in self.kinds:
            found = infer(list(paths), sequences, self.experiment, "mean", noise)
            smooth = found.p_action_0 is None
            if found.p_action_0 is not None:
                columns |= prediction_columns(sequences, found.p_action_0)
            columns |= parameter_columns(names, found.values, found.posterior, None, smooth)
            for i, name in enumerate(names):
                if found.disagreement is not None:
                    own = smooth_name(name) if smooth else name
                    columns[f"{own}_disagreement"] = found.disagreement[0, :, i]
                if found.posterior is not None:
                    shares[name, smooth] = learned(columns, name, smooth, assumed.prior_sd(name))
        return Estimated(columns, shares, bce_of(columns))


def network_method(
    paths: Sequence[str | Path], seed: int, keys: Sequence[str] | None
) -> NetworkMethod:
    """Return the method of checkpoints; errors as of `_trained_for`."""
    experiment, kinds = _trained_for([Path(path) for path in paths])
    own = tuple(keys) if keys is not None else (experiment.name, "trnn", "people")
    return NetworkMethod(experiment, tuple(tuple(kind) for kind in kinds), seed, own)
