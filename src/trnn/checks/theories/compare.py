"""The tables of theories: evidence on both halves, the choice, and what it is worth."""

from typing import Any

import numpy as np
import pandas as pd

from trnn.checks.priors.choice import behind, choose
from trnn.checks.priors.half_columns import of_half
from trnn.checks.theories.scored import Scored
from trnn.config.theories import Candidate, Theories
from trnn.trials.halves import CHOOSING, HALVES

Array = np.ndarray


def theories_frame(
    found: Scored, settings: Theories, half: Array, dataset: str, seed: int, n_resamples: int
) -> pd.DataFrame:
    """Return a row for each theory: columns of `theories_table.THEORIES`.

    Those of a candidate stand together: each hazard of the grid, then own hazards. The rule is that
    of `trnn.checks.theories`.

    Parameters
    ----------
    half : (n_subjects,)
        The half that each subject belongs to.
    dataset, seed, n_resamples
        Of the bootstrap over subjects.
    """
    log = np.concatenate([found.log, found.own_log[:, None]], axis=1)
    error = np.concatenate([found.error, found.own_error[:, None]], axis=1)
    _, n_dynamics, n_subjects = log.shape
    log, error = (values.reshape(-1, n_subjects) for values in (log, error))
    frame = _theories(found, settings, n_dynamics)
    published = np.flatnonzero(frame["published"])
    choosing = half == CHOOSING
    choice = choose(log[:, choosing], error[:, choosing])
    columns: dict[str, Any] = {}
    for name in HALVES:
        own = half == name
        reference = log[published[0], own] if len(published) else None
        columns |= of_half(
            name,
            log[:, own],
            error[:, own],
            settings.tolerance,
            found.n_trials[own],
            reference,
            seed,
            n_resamples,
            (dataset, "theories", name),
        )
        distance = behind(log[:, own], error[:, own], choice.chosen)
        columns[f"behind_{name}"] = distance.total
        columns[f"behind_{name}_se"] = distance.standard_error
        columns[f"behind_{name}_mc_error"] = distance.mc_error
    columns["tied"] = choice.candidate
    columns["chosen"] = np.arange(len(frame)) == choice.chosen
    return frame.assign(**columns)


def _theories(found: Scored, settings: Theories, n_dynamics: int) -> pd.DataFrame:
    """Return what each theory is."""
    names = np.repeat(found.theories, n_dynamics)
    candidates = [settings.candidates[name] for name in names]
    hazard = np.tile([*found.hazards, np.nan], len(found.theories))
    frame = pd.DataFrame({"theory": names, "hazard": hazard})
    frame["model"] = [own.model for own in candidates]
    frame["ranges"] = [ranges_words(own) for own in candidates]
    frame["n_parameters"] = [len(own.parameters) for own in candidates]
    frame["published"] = np.isnan(hazard) & (names == settings.published)
    return frame.astype({"theory": "str", "model": "str", "ranges": "str"})


def ranges_words(candidate: Candidate) -> str:
    """Return the ranges of a candidate's parameters, for example "alpha [0, 1], beta [0, 10]"."""
    ranges = candidate.parameters.items()
    return ", ".join(f"{name} [{own.low:g}, {own.high:g}]" for name, own in ranges)


def evidence_of_people(found: Scored, half: Array, group: pd.Series) -> pd.DataFrame:
    """Return a row a candidate and person: columns of `theories_table.THEORY_EVIDENCE`.

    Parameters
    ----------
    half : (n_subjects,)
        The half that each subject belongs to.
    group : Series
        Subject -> group, null where there are none.
    """
    parts = []
    for c, name in enumerate(found.theories):
        best = int(np.argmax(found.log[c][:, half == CHOOSING].sum(axis=1)))
        columns = {
            "theory": name,
            "subject": list(found.subjects),
            "group": group.loc[list(found.subjects)].to_numpy(),
            "half": half,
            "n_trials": found.n_trials,
            "log_evidence": found.own_log[c],
            "log_evidence_error": found.own_error[c],
            "hazard": found.hazards[best],
            "log_evidence_at_hazard": found.log[c, best],
            "log_evidence_at_hazard_error": found.error[c, best],
        }
        parts.append(pd.DataFrame(columns))
    texts = dict.fromkeys(("theory", "subject", "group", "half"), "str")
    return pd.concat(parts, ignore_index=True).astype(texts)
