"""Trained networks on many people: what they were trained for binds model, ranges and task."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trnn.anybody.assumptions import Assumptions
from trnn.anybody.card_text import card_words
from trnn.anybody.estimated import (
    Estimated,
    bce_of,
    learned,
    own_hazard_columns,
    parameter_columns,
    prediction_columns,
    smooth_name,
)
from trnn.anybody.named import named_networks
from trnn.anybody.packed import Card
from trnn.anybody.trained_for import dynamics_words
from trnn.config.experiment import Experiment
from trnn.data.sessions import Session
from trnn.errors import ConfigError, NumericalError
from trnn.estimators.recurrent.compute import prepare
from trnn.estimators.trnn.binding import (
    BOUND,
    as_trained,
    check_hazards,
    check_same,
    far_rewards,
    paid_words,
    unpaid,
)
from trnn.estimators.trnn.hazards import estimated_hazards
from trnn.estimators.trnn.infer import Noise, Trained, infer_by
from trnn.report.text.task import task_words
from trnn.theory.models import get_model

Array = np.ndarray

ONE_EXPERIMENT = "Give networks of one experiment."


@dataclass(frozen=True)
class NetworkMethod:
    """Trained networks of one experiment: `kinds` are those that predict, and those that smooth.

    Every session is read by itself: its numbers do not depend on others. The noise of draws comes
    from `seed`, `keys` and its name, as in the pipeline's stage, whose keys are (experiment,
    network, "human"). `cards` are of those that were packed.
    """

    experiment: Experiment
    kinds: tuple[tuple[Trained, ...], ...]
    seed: int
    keys: tuple[str, ...]
    cards: tuple[Card, ...] = ()
    reward_scale: float | None = 1.0
    name: str = "network"

    @property
    def knows_missed(self) -> bool:
        """Whether the networks were trained on agents who miss responses."""
        return self.experiment.task.miss_rate > 0

    @property
    def assumed(self) -> Assumptions:
        """The model, the ranges and the hazards that the networks were trained for."""
        hazards = estimated_hazards(self.experiment) or None
        own = get_model(self.experiment.model)
        return Assumptions(own, self.experiment.parameters, hazard=hazards)

    def unusable(self, sessions: Sequence[Session]) -> dict[str, str]:
        """Return of each session whose rewards the networks' task cannot pay why, by name."""
        wrong = {}
        for session in sessions:
            sequences = session.sequences
            other = np.unique(sequences.reward[unpaid(self.experiment, sequences)])
            if len(other):
                wrong[session.name] = (
                    f"its rewards hold {', '.join(f'{r:g}' for r in other[:3])}, but the network "
                    f"was trained on rewards of {paid_words(self.experiment)} alone. Divide them "
                    "by a number (--reward-scale 10), map them (--reward-map win=1,loss=0), or "
                    "use --model"
                )
            elif self.experiment.task.full_feedback and sequences.other_reward is None:
                wrong[session.name] = (
                    "the network was trained on a task that shows the other arm's outcome too, "
                    "which this table does not hold. Use --model, or another network"
                )
        return wrong

    def run(self, sessions: Sequence[Session]) -> Iterator[tuple[str, Estimated | str]]:
        """Yield each session's name and estimates, in order; where there are none, the reason."""
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
        files = ", ".join(dict.fromkeys(str(own.name) for kind in self.kinds for own in kind))
        return [
            ("trained on", task_words(self.experiment.task.model_dump())),
            ("dynamics", f"as trained: {dynamics_words(self.experiment)}"),
            ("method", f"network of experiment '{self.experiment.name}' ({files})"),
            *(words for card in self.cards for words in card_words(card)),
        ]

    def _one(self, session: Session, noise: Noise) -> Estimated:
        names, assumed = self.assumed.model.names, self.assumed
        columns: dict[str, Array] = {}
        shares: dict[tuple[str, bool], float] = {}
        sequences = as_trained(self.experiment, session.sequences)
        for networks in self.kinds:
            found = infer_by(networks, sequences, self.experiment, noise)
            smooth = found.p_action_0 is None
            if found.p_action_0 is not None:
                columns |= prediction_columns(sequences, found.p_action_0)
            columns |= parameter_columns(names, found.values, found.posterior, None, smooth)
            columns |= own_hazard_columns(found.hazard, smooth)
            for i, name in enumerate(names):
                if found.disagreement is not None:
                    own = smooth_name(name) if smooth else name
                    columns[f"{own}_disagreement"] = found.disagreement[0, :, i]
                if found.posterior is not None:
                    shares[name, smooth] = learned(columns, name, smooth, assumed.prior_sd(name))
        return Estimated(columns, shares, bce_of(columns))


def network_method(
    given: Sequence[str],
    seed: int,
    keys: Sequence[str] | None,
    smooth: bool = True,
    model: str | None = None,
) -> NetworkMethod:
    """Return the method of networks: names, packed files, checkpoints.

    Without `smooth`, those that read the whole session are left out. `model`: where the model is,
    if it is one of one's own.

    Raises
    ------
    CheckpointError
        If one is unreadable, or two were trained for different models, ranges, hazards or tasks.
    ConfigError
        If none is left.
    """
    found = [named_networks(text, model) for text in given]
    networks = [own for several, _ in found for own in several]
    experiment, whose = networks[0].experiment, str(networks[0].name)
    for own in networks:
        bound = (*BOUND, "task")
        check_same(own.name, own.experiment, experiment, whose, ONE_EXPERIMENT, bound)
        check_hazards(own.name, own.experiment, experiment, whose, ONE_EXPERIMENT)
    predict = tuple(own for own in networks if not _smooths(own))
    whole = tuple(own for own in networks if smooth and _smooths(own))
    kinds = tuple(kind for kind in (predict, whole) if kind)
    if not kinds:
        raise ConfigError(
            f"network: {', '.join(given)} reads whole sessions alone, and --no-smooth (in Python "
            "smooth=False) wants no such estimates. Leave it out."
        )
    own_keys = tuple(keys) if keys is not None else (experiment.name, "trnn", "people")
    cards = tuple(card for _, card in found if card is not None)
    return NetworkMethod(experiment, kinds, seed, own_keys, cards)


def _smooths(trained: Trained) -> bool:
    return trained.experiment.estimators.trnn.network.smooth
