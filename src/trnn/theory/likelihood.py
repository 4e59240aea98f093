"""The likelihood of choices under a model, for many subjects and parameter sets at once."""

import numpy as np

from trnn.errors import NumericalError
from trnn.theory.model import Model
from trnn.trials.checks import check_rewards, place
from trnn.trials.loop import longest_first, stretches, trials
from trnn.trials.sequences import Sequences

Array = np.ndarray

# Subjects x replicas that are carried through the trials together: large enough that the cost of
# a Python step does not matter, small enough that its arrays stay in the processor's cache.
GROUP_SIZE = 16_000


def negative_log_likelihood(
    model: Model, sequences: Sequences, parameters: Array, rows: Array | None = None
) -> Array:
    """Return -log P(choices) under constant parameters.

    Parameters
    ----------
    sequences : Sequences
        n subjects.
    parameters : (n_parameters, n_rows, n_replicas)
        Several parameter sets (replicas) for each row.
    rows : (n_rows,) of int, optional
        The subject of each row; a subject may have several rows. Default: the n subjects.

    Returns
    -------
    (n_rows, n_replicas), nats, summed over the subject's trials.

    Raises
    ------
    NumericalError
        If a result is NaN or infinite, with the subject, the parameters and the first trial
        whose prediction is.
    """
    rows = np.arange(len(sequences.subjects)) if rows is None else np.asarray(rows)
    if parameters.ndim != 3 or parameters.shape[:2] != (len(model.parameters), len(rows)):
        raise ValueError(
            f"parameters must be ({len(model.parameters)}, {len(rows)}, n_replicas) for model "
            f"'{model.name}' and {len(rows)} rows, got {parameters.shape}"
        )
    nll = np.empty(parameters.shape[1:])
    order = np.argsort(-sequences.lengths[rows], kind="stable")
    step = max(1, GROUP_SIZE // max(1, parameters.shape[2]))
    for first in range(0, len(rows), step):
        group = order[first : first + step]
        nll[group] = _group_nll(model, sequences, parameters[:, group], rows[group])
    bad = np.argwhere(~np.isfinite(nll))
    if len(bad):
        row, replica = bad[0]
        subject, values = int(rows[row]), parameters[:, row, replica]
        raise NumericalError(
            f"the likelihood of subject '{sequences.subjects[subject]}' is {nll[row, replica]} "
            f"at {dict(zip(model.parameters, values.tolist(), strict=True))}: "
            f"{_first_break(model, sequences, subject, values)}"
        )
    return nll


def _first_break(model: Model, sequences: Sequences, subject: int, values: Array) -> str:
    """Return where a subject's likelihood under constant parameters ceases to be finite."""
    try:
        run_forward(model, sequences.rows(subject, subject + 1), values[None])
    except NumericalError as error:
        return str(error)
    return "every trial's is finite, but not their sum. Check the size of the rewards."


def _group_nll(model: Model, sequences: Sequences, parameters: Array, rows: Array) -> Array:
    nll = np.zeros(parameters.shape[1:])
    # One column, which `update` broadens if the latent state depends on the parameters.
    latent = fresh = model.start((len(rows), 1))
    # Learning goes trial by trial. The choices of many trials are then evaluated together, since
    # with few rows, the last of a search, most time goes into the calls and not into the numbers.
    for stretch in stretches(sequences, rows, max(1, GROUP_SIZE // max(1, nll.size))):
        n = stretch.trials[0].n_rows
        latent, parameters = latent[:, :n], parameters[:, :n]
        latents = []
        for trial in stretch.trials:
            if trial.block_start is not None:
                latent = np.where(trial.block_start, fresh[:, :n], latent)
            latents.append(latent)
            latent = model.update(latent, parameters, trial.action, trial.reward)
        x = model.decision_variable(
            np.stack(latents, axis=1), parameters[:, None], stretch.previous_action
        )
        # As broad as the result, even where the choice does not depend on the parameters yet.
        sign = np.broadcast_to(stretch.sign, (len(x), *nll[:n].shape))
        log_p = model.log_link(sign * x)
        # One trial after another, so that no sum depends on how long the stretch is.
        log_p[0] = nll[:n] - log_p[0]
        nll[:n] = np.subtract.reduce(log_p, axis=0)
    return nll


def run_forward(model: Model, sequences: Sequences, parameters: Array) -> tuple[Array, Array]:
    """Run the model along the choices with given parameters and predict each of them.

    The prediction of a trial uses its parameters and the choices and rewards before it.

    Parameters
    ----------
    parameters : (n, n_parameters) or (n, t, n_parameters)
        Constant, or of each trial.

    Returns
    -------
    P(action 0), (n, t); log P(the action taken), (n, t), nats. Padding is NaN.

    Raises
    ------
    NumericalError
        If a reward or a prediction is not finite, with the subject and the trial.
    """
    n, t = sequences.valid.shape
    n_parameters = len(model.parameters)
    if parameters.shape not in ((n, n_parameters), (n, t, n_parameters)):
        raise ValueError(
            f"parameters must be ({n}, {n_parameters}) or ({n}, {t}, {n_parameters}) for model "
            f"'{model.name}' and these sequences, got {parameters.shape}"
        )
    check_rewards(sequences)
    p_action_0, log_p = np.full((n, t), np.nan), np.full((n, t), np.nan)
    order = longest_first(sequences)
    # (n_parameters, t or 1, n, 1) in the loop's order of rows.
    per_trial = np.moveaxis(parameters.reshape(n, -1, n_parameters)[order], 0, -1)
    per_trial = np.ascontiguousarray(np.moveaxis(per_trial, 1, 0))[..., None]
    changes = per_trial.shape[1] > 1
    latent = fresh = model.start((n, 1))
    for trial in trials(sequences, order):
        k = trial.n_rows
        now = per_trial[:, trial.t if changes else 0, :k]
        latent = latent[:, :k]
        if trial.block_start is not None:
            latent = np.where(trial.block_start, fresh[:, :k], latent)
        x = model.decision_variable(latent, now, trial.previous_action)
        p_action_0[order[:k], trial.t] = model.link(x)[:, 0]
        log_p[order[:k], trial.t] = model.log_link(trial.sign * x)[:, 0]
        latent = model.update(latent, now, trial.action, trial.reward)
    _check_predictions(model, sequences, parameters, p_action_0, log_p)
    return p_action_0, log_p


def _check_predictions(
    model: Model, sequences: Sequences, parameters: Array, p_action_0: Array, log_p: Array
) -> None:
    bad = np.argwhere(sequences.valid & (np.isnan(p_action_0) | ~np.isfinite(log_p)))
    if len(bad):
        row, t = bad[0]
        values = parameters[row] if parameters.ndim == 2 else parameters[row, t]
        raise NumericalError(
            f"the prediction for {place(sequences, row, t)} is P(action 0) = "
            f"{p_action_0[row, t]}, log P = {log_p[row, t]} with "
            f"{dict(zip(model.parameters, values.tolist(), strict=True))}. "
            "Check the rewards and the parameters up to this trial."
        )
