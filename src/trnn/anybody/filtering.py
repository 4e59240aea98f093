"""Filter and smoother on many people, side by side."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from trnn.anybody.assumptions import Assumptions
from trnn.anybody.estimated import (
    Estimated,
    bce_of,
    learned,
    own_hazard_columns,
    parameter_columns,
    prediction_columns,
)
from trnn.anybody.options import PARTICLES
from trnn.config.particles import Particles, Smoother
from trnn.data.sessions import Session
from trnn.errors import NumericalError
from trnn.estimators.filter.particle_filter import particle_filter
from trnn.estimators.filter.smoother import smooth

KEYS = ("estimate", "filter", "people")
SMOOTHER = Smoother()


@dataclass(frozen=True)
class FilterMethod:
    """Particle filter and, if `smooths`, smoother, under what is assumed.

    A session's noise comes from `seed`, `keys` and its name alone, as in the pipeline's stage,
    whose keys are (experiment, estimator, "human"). `cores`: how many sessions at once; None: as
    many as there are. The numbers do not depend on it.
    """

    assumed: Assumptions
    seed: int
    keys: tuple[str, ...] = KEYS
    smooths: bool = True
    cores: int | None = None
    n_particles: int = PARTICLES
    reward_scale: float | None = None
    name: str = "particle filter"
    knows_missed: bool = True

    @property
    def particles(self) -> Particles:
        """How many particles a session has, and when they are enough: as in the pipeline."""
        most = max(self.n_particles, Particles.model_fields["max_particles"].default)
        return Particles(n_particles=self.n_particles, max_particles=most)

    def unusable(self, sessions: Sequence[Session]) -> dict[str, str]:
        """Return no session: any trials can be filtered."""
        return {}

    def run(self, sessions: Sequence[Session]) -> Iterator[tuple[str, Estimated | str]]:
        """Yield each session's name and estimates, in order; where there are none, the reason."""
        pool = ThreadPoolExecutor(self.cores or os.cpu_count() or 1)
        try:
            # The loops let go of Python's lock.
            yield from zip((s.name for s in sessions), pool.map(self._one, sessions), strict=True)
        finally:
            pool.shutdown(cancel_futures=True)

    def outside(self, sessions: Sequence[Session]) -> dict[str, str]:
        """Return no session: there is nothing that a filter was trained on."""
        return {}

    def words(self) -> list[tuple[str, str]]:
        """Return what is assumed beside the model."""
        smoother = " and smoother (given the whole session)" if self.smooths else ""
        return [
            ("dynamics", self.assumed.words()),
            (
                "method",
                f"particle filter (each trial from those before it){smoother}, seed {self.seed}",
            ),
        ]

    def _one(self, session: Session) -> Estimated | str:
        assumed, names = self.assumed, self.assumed.model.names
        given = (assumed.model, assumed.motions(session.n_trials), session.sequences)
        try:
            found = particle_filter(*given, self.particles, self.seed, *self.keys)
            columns = prediction_columns(session.sequences, found.p_action_0)
            columns |= parameter_columns(
                names, found.posterior.mean, found.posterior, found.error, smooth=False
            )
            columns |= own_hazard_columns(found.hazard, smooth=False)
            if self.smooths:
                whole = smooth(*given, SMOOTHER, self.seed, *self.keys)
                columns |= parameter_columns(
                    names, whole.posterior.mean, whole.posterior, whole.error, smooth=True
                )
                columns |= own_hazard_columns(whole.hazard, smooth=True)
        except NumericalError as error:
            return str(error)
        shares = {
            (name, kind): learned(columns, name, kind, assumed.prior_sd(name))
            for name in names
            for kind in ((False, True) if self.smooths else (False,))
        }
        enough = bool(found.evidence.error[0] <= self.particles.tolerance)
        return Estimated(columns, shares, bce_of(columns), enough)
