"""The likelihood of choices under a model, for many subjects and parameter sets at once."""

import numpy as np

from trnn.compilation import copy
from trnn.errors import NumericalError
from trnn.theory.compiled import compiled
from trnn.theory.model import Model
from trnn.trials.checks import check_rewards, place
from trnn.trials.choices import choices
from trnn.trials.missed import NO_RESPONSE
from trnn.trials.sequences import Sequences

Array = np.ndarray

TOGETHER = 64  # parameter sets of one subject that are carried through the trials together


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
    (n_rows, n_replicas), nats, summed over the subject's choices.

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
    nll = np.zeros(parameters.shape[1:])
    by_row = np.ascontiguousarray(parameters.swapaxes(0, 1), dtype=np.float64)
    _likelihood(model, *choices(sequences), rows.astype(np.int64), by_row, nll)
    bad = np.argwhere(~np.isfinite(nll))
    if len(bad):
        row, replica = bad[0]
        subject, values = int(rows[row]), parameters[:, row, replica]
        raise NumericalError(
            f"the likelihood of subject '{sequences.subjects[subject]}' is {nll[row, replica]} "
            f"at {dict(zip(model.names, values.tolist(), strict=True))}: "
            f"{_first_break(model, sequences, subject, values)}"
        )
    return nll


@compiled
def _likelihood(model, action, reward, fresh, lengths, rows, parameters, nll):
    """Add -log P(choices) of each row (n_rows, n_parameters, n_replicas) to `nll`.

    Rows of one subject that stand together are run together: short loops do not vectorise.
    """
    n_rows, n_parameters, n_replicas = parameters.shape
    most = max(1, TOGETHER // max(1, n_replicas))  # rows
    now = np.empty((n_parameters, most * n_replicas))
    state = np.empty((model.n_state(), most * n_replicas))
    total = np.empty(most * n_replicas)
    first = 0
    while first < n_rows:
        stop = first + 1
        while stop < n_rows and stop - first < most and rows[stop] == rows[first]:
            stop += 1
        n = (stop - first) * n_replicas
        for row in range(first, stop):
            for k in range(n_parameters):
                copy(parameters[row, k], now[k, (row - first) * n_replicas :])
        total[:n] = 0.0
        s, last = rows[first], -1
        for t in range(lengths[s]):
            a, r = action[s, t], reward[s, t]
            if fresh[s, t]:
                last = -1
                for j in range(model.width(n)):
                    model.start(state, j)
            if a == NO_RESPONSE:
                continue
            sign = 1.0 - 2.0 * a
            for j in range(n):
                total[j] -= model.log_probability(
                    sign * model.decide(state, model.column(j), now, j, last)
                )
            for j in range(model.width(n)):
                model.learn(state, j, now, j, a, r)
            last = a
        for row in range(first, stop):
            copy(total[(row - first) * n_replicas : (row - first + 1) * n_replicas], nll[row])
        first = stop


def _first_break(model: Model, sequences: Sequences, subject: int, values: Array) -> str:
    """Return where a subject's likelihood under constant parameters ceases to be finite."""
    try:
        run_forward(model, sequences.rows(subject, subject + 1), values[None])
    except NumericalError as error:
        return str(error)
    return "every trial's is finite, but not their sum. Check the size of the rewards."


def run_forward(model: Model, sequences: Sequences, parameters: Array) -> tuple[Array, Array]:
    """Run the model along the choices with given parameters and predict each of them.

    The prediction of a trial uses its parameters and the choices and rewards before it.

    Parameters
    ----------
    parameters : (n, n_parameters) or (n, t, n_parameters)
        Constant, or of each trial.

    Returns
    -------
    P(action 0), (n, t); log P(the action taken), (n, t), nats, NaN where there was no response (the
    first is then how likely a choice would have been). Padding is NaN.

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
    per_trial = np.ascontiguousarray(parameters.reshape(n, -1, n_parameters), dtype=np.float64)
    _forward(model, *choices(sequences), per_trial, p_action_0, log_p)
    _check_predictions(model, sequences, parameters, p_action_0, log_p)
    return p_action_0, log_p


@compiled
def _forward(model, action, reward, fresh, lengths, parameters, p_action_0, log_p):
    """Predict every choice; `parameters` is (n, t or 1, n_parameters)."""
    state = np.empty((model.n_state(), 1))
    now = np.empty((parameters.shape[2], 1))
    for s in range(len(lengths)):
        last = -1
        for t in range(lengths[s]):
            a = action[s, t]
            copy(parameters[s, t if parameters.shape[1] > 1 else 0], now[:, 0])
            if fresh[s, t]:
                last = -1
                model.start(state, 0)
            x = model.decide(state, 0, now, 0, last)
            p_action_0[s, t] = model.probability(x)
            if a == NO_RESPONSE:
                continue
            log_p[s, t] = model.log_probability((1.0 - 2.0 * a) * x)
            model.learn(state, 0, now, 0, a, reward[s, t])
            last = a


def _check_predictions(
    model: Model, sequences: Sequences, parameters: Array, p_action_0: Array, log_p: Array
) -> None:
    bad = np.argwhere(
        sequences.valid & np.isnan(p_action_0) | sequences.chosen & ~np.isfinite(log_p)
    )
    if len(bad):
        row, t = bad[0]
        values = parameters[row] if parameters.ndim == 2 else parameters[row, t]
        raise NumericalError(
            f"the prediction for {place(sequences, row, t)} is P(action 0) = "
            f"{p_action_0[row, t]}, log P = {log_p[row, t]} with "
            f"{dict(zip(model.names, values.tolist(), strict=True))}. "
            "Check the rewards and the parameters up to this trial."
        )
