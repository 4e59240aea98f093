"""A GRU's loop over trials, forward and backward, compiled: what a processor should do per trial.

The stock layer (`torch.nn.GRU`) spends most of its time on the bookkeeping of small operations and
on arrays that leave the cache. Here one compiled loop does all that a trial needs while it is in
the cache: the two matrix products, by BLAS, and the gates in a single pass.

Cho et al. (2014), in PyTorch's form, with columns for sequences:

    r = logistic(W_ir x + b_ir + W_hr h + b_hr)
    z = logistic(W_iz x + b_iz + W_hz h + b_hz)
    c = tanh(W_in x + b_in + r (W_hn h + b_hn))
    h <- c + z (h - c)

All arrays are float32 and C-contiguous. An axis of networks comes first: each has weights and
states of its own, and all read the same input. Channels come before trials and sequences, so that
whatever is done for all trials at once is one matrix product outside of this module. Sizes are
checked by the caller, `trnn.estimators.recurrent.gru`: here what does not fit would be read from
beyond an array.
"""

import numpy as np
from llvmlite.binding import add_symbol
from numba import types

from trnn.compilation import copy, inlined, regrouped
from trnn.estimators.recurrent.blas import sgemm
from trnn.estimators.recurrent.single import ONE, TWO, ZERO, logistic

Array = np.ndarray

# void sgemm(transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc). By its name, not by its
# address, which is another in every process, so that what is compiled can be kept on the disk.
_NAME = "trnn_sgemm"
_address, BLAS = sgemm()
add_symbol(_NAME, _address)
_sgemm = types.ExternalFunction(_NAME, types.void(*[types.voidptr] * 13))


# Trials whose products with weights that do not wait for a state are computed at once.
_TRIALS = 8
# Rows that are a power of two apart would compete for the same lines of the cache.
_PADDING = 16
# Numbers that several loops in turn work on: their arrays stay in the nearest cache.
_CHUNK = 512

_TRANSPOSED, _AS_IT_IS = ord("T"), ord("N")


@inlined
def _multiply(work, transposed, shape, a, b, beta, c):
    """C <- op(A) op(B) + beta C, with C (m, n), op(A) (m, k) and op(B) (k, n).

    `shape` is (m, n, k). Each matrix is an array that begins where the matrix does, and how far
    apart its rows are; `transposed` says whether op transposes A and B.
    """
    letters, sizes, factors = work
    letters[0] = _TRANSPOSED if transposed[0] else _AS_IT_IS
    letters[1] = _TRANSPOSED if transposed[1] else _AS_IT_IS
    sizes[0], sizes[1], sizes[2] = shape
    sizes[3], sizes[4], sizes[5] = a[1], b[1], c[1]
    factors[0], factors[1] = 1, beta
    # BLAS counts by columns: to it all matrices are transposed, and C' = op(B)' op(A)'.
    _sgemm(
        letters[1:].ctypes,
        letters.ctypes,
        sizes[1:].ctypes,
        sizes.ctypes,
        sizes[2:].ctypes,
        factors.ctypes,
        b[0].ctypes,
        sizes[4:].ctypes,
        a[0].ctypes,
        sizes[3:].ctypes,
        factors[1:].ctypes,
        c[0].ctypes,
        sizes[5:].ctypes,
    )


@inlined
def _workspace():
    """Return the arrays by which BLAS is told letters, sizes and factors."""
    return np.empty(2, np.uint8), np.empty(6, np.int32), np.empty(2, np.float32)


@regrouped
def forward(x, start, w_ih, w_hh, b_ih, b_hh, states, saved):
    """Run k networks over n sequences of t trials.

    Parameters
    ----------
    x : (n_inputs, t, n)
    start : (k, units, n)
        States before the first trial.
    w_ih, w_hh, b_ih, b_hh : (k, 3 units, n_inputs), (k, 3 units, units), (k, 3 units) twice
        Rows of r, z and c, one after another.
    states : (k, units, t, n), written
        States after every trial.
    saved : (k, t, 5, units, n), written
        What `backward` needs, see `_step`; with room for one trial, of the last one.
    """
    n_networks, units, n_trials, n = states.shape
    n_inputs, width, apart = x.shape[0], 3 * units, n_trials * n
    work = _workspace()
    block = _TRIALS * n + _PADDING
    entering = np.empty((3, units, block), np.float32)
    # Of one trial, in a row: products with the state, then c; the state.
    recurrent, c = np.empty((3, units, n), np.float32), np.empty((units, n), np.float32)
    now = np.empty((units, n), np.float32)
    for k in range(n_networks):
        for j in range(units):
            copy(start[k, j], now[j])
        for t in range(n_trials):
            if t % _TRIALS == 0:
                columns = min(_TRIALS, n_trials - t) * n
                _multiply(work, (False, False), (width, columns, n_inputs), (w_ih[k], n_inputs),
                          (x[0, t], apart), 0, (entering, block))  # fmt: skip
            _multiply(work, (False, False), (width, n, units), (w_hh[k], units), (now, n), 0,
                      (recurrent, n))  # fmt: skip
            here = slice(t % _TRIALS * n, t % _TRIALS * n + n)
            kept = saved[k, t if saved.shape[1] > 1 else 0]
            for j in range(units):
                _gates(
                    (entering[0, j, here], entering[1, j, here], entering[2, j, here]),
                    (recurrent[0, j], recurrent[1, j], recurrent[2, j]),
                    (b_ih[k, j] + b_hh[k, j], b_ih[k, units + j] + b_hh[k, units + j],
                     b_ih[k, 2 * units + j], b_hh[k, 2 * units + j]),
                    (kept[3, j], kept[4, j], c[j]),
                )  # fmt: skip
            _step(c.reshape(-1), recurrent[2].reshape(-1), kept.reshape(5, -1), now.reshape(-1))
            for j in range(units):
                copy(now[j], states[k, j, t])


@inlined
def _gates(entering, recurrent, biases, gates):
    """Write one unit's r, z and c of one trial, and add its bias to W_hn h."""
    b_r, b_z, b_c, b_h = biases
    r, z, c = gates
    r_input, z_input, c_input = entering
    r_state, z_state, h = recurrent
    for i in range(len(r)):
        r[i] = logistic(r_input[i] + r_state[i] + b_r)
        z[i] = logistic(z_input[i] + z_state[i] + b_z)
    for i in range(len(r)):
        h[i] += b_h
        # tanh(a) = 2 logistic(2 a) - 1
        c[i] = TWO * logistic(TWO * (c_input[i] + b_c + r[i] * h[i])) - ONE


@inlined
def _step(c, h, saved, now):
    """Turn the state into the one after it, and save by what gradients are multiplied.

    Of the next state by the sums of c and of z; of c's sum by r's; then there stand r and z. All
    units and sequences are in a row, and some at a time stay in the nearest cache.
    """
    for first in range(0, len(now), _CHUNK):
        here = slice(first, min(first + _CHUNK, len(now)))
        _step_of_some(
            c[here],
            h[here],
            (saved[0, here], saved[1, here], saved[2, here], saved[3, here], saved[4, here]),
            now[here],
        )


@inlined
def _step_of_some(c, h, saved, now):
    """As `_step`, in several passes: a loop that writes to many arrays is not vectorised."""
    of_c, of_z, of_r, r, z = saved
    for i in range(len(now)):
        of_r[i] = h[i] * r[i] * (ONE - r[i])
        of_c[i] = (ONE - z[i]) * (ONE - c[i] * c[i])
    for i in range(len(now)):
        of_z[i] = (now[i] - c[i]) * z[i] * (ONE - z[i])
        now[i] = c[i] + z[i] * (now[i] - c[i])


@regrouped
def backward(
    gradient, x, start, w_ih, w_hh, states, saved, d_x, d_start, d_w_ih, d_w_hh, d_b_ih, d_b_hh
):
    """Write the gradients of what `forward` read, given those of its states.

    Parameters
    ----------
    gradient : (k, units, t, n)
        Gradient of a loss with respect to `states`.
    d_x, d_start, d_w_ih, d_w_hh, d_b_ih, d_b_hh : as what they are gradients of, written
        `d_x` (n_inputs, t, n) is the sum over networks; with no inputs, (0, t, n), it is left out.
    """
    n_networks, units, n_trials, n = states.shape
    n_inputs, width, block = x.shape[0], 3 * units, _TRIALS * n + _PADDING
    work = _workspace()
    # Gradients with respect to c (before tanh), r and z (before logistic) and W_hn h + b_hn. The
    # first three are those of what comes from the input, the last three of what comes from the
    # state before: so each is a matrix without a copy, and the weights of inputs are turned round.
    inner = np.empty((4, units, block), np.float32)
    own = np.empty((4, units, n), np.float32)  # of one trial, in a row
    sums = np.empty((4, units), np.float32)
    turned = np.empty((width, n_inputs), np.float32)
    # Inputs in rows: a matrix of few rows takes BLAS up to 40 % less time than one of few columns.
    d_turned = np.empty((n_inputs, width), np.float32)
    d_w_hh[:], d_x[:] = 0, 0
    for k in range(n_networks):
        _turn(w_ih[k], turned, units)
        flowing = d_start[k]  # the gradient that comes from the trial after
        flowing[:], sums[:], d_turned[:] = 0, 0, 0
        for t in range(n_trials - 1, -1, -1):
            for j in range(units):
                for i in range(n):
                    flowing[j, i] += gradient[k, j, t, i]
            _gates_backward(saved[k, t].reshape(5, -1), flowing.reshape(-1), own.reshape(4, -1))
            _multiply(work, (True, False), (units, n, width), (w_hh[k], units), (own[1], n), 1,
                      (flowing, n))  # fmt: skip
            here = slice(t % _TRIALS * n, t % _TRIALS * n + n)
            for part in range(4):
                for j in range(units):
                    copy(own[part, j], inner[part, j, here])
            if t % _TRIALS == 0:
                trials = (t, min(t + _TRIALS, n_trials))
                _add_sums(inner, (trials[1] - t) * n, sums)
                _inputs_backward(work, trials, inner, x, turned, d_x, d_turned)
                _states_backward(work, trials, inner, start[k], states[k], d_w_hh[k])
        _turn_back(d_turned, d_w_ih[k], units)
        for j in range(units):
            d_b_ih[k, j], d_b_ih[k, units + j], d_b_ih[k, 2 * units + j] = (
                sums[1, j], sums[2, j], sums[0, j])  # fmt: skip
            d_b_hh[k, j], d_b_hh[k, units + j], d_b_hh[k, 2 * units + j] = (
                sums[1, j], sums[2, j], sums[3, j])  # fmt: skip


@inlined
def _turn(rows, turned, first):
    """Write `rows` so that the last `first` of them come first."""
    n, columns = rows.shape
    for j in range(n):
        for i in range(columns):
            turned[(j + first) % n, i] = rows[j, i]


@inlined
def _turn_back(columns, rows, first):
    """Write columns, which stand in the order that `_turn` makes, as rows in their own order."""
    n_inputs, n = columns.shape
    for j in range(n):
        for i in range(n_inputs):
            rows[(j + n - first) % n, i] = columns[i, j]


@inlined
def _gates_backward(saved, flowing, own):
    """Write one trial's gradients by the sums of c, r and z and by W_hn h + b_hn.

    And leave of the gradient what flows to the state before by way of z.
    """
    for first in range(0, len(flowing), _CHUNK):
        here = slice(first, min(first + _CHUNK, len(flowing)))
        _gates_backward_of_some(
            (saved[0, here], saved[1, here], saved[2, here], saved[3, here], saved[4, here]),
            flowing[here],
            (own[0, here], own[1, here], own[2, here], own[3, here]),
        )


@inlined
def _gates_backward_of_some(saved, flowing, own):
    """As `_gates_backward`, in several passes."""
    by_c, by_z, by_r, r, z = saved
    of_c, of_r, of_z, of_h = own
    for i in range(len(flowing)):
        of_c[i] = flowing[i] * by_c[i]
    for i in range(len(flowing)):
        of_r[i] = of_c[i] * by_r[i]
    for i in range(len(flowing)):
        of_h[i] = of_c[i] * r[i]
    for i in range(len(flowing)):
        of_z[i] = flowing[i] * by_z[i]
    for i in range(len(flowing)):
        flowing[i] *= z[i]


@inlined
def _add_sums(inner, columns, sums):
    """Add each row's sum over so many columns."""
    for part in range(4):
        for j in range(inner.shape[1]):
            total = ZERO
            for i in range(columns):
                total += inner[part, j, i]
            sums[part, j] += total


@inlined
def _inputs_backward(work, trials, inner, x, w_ih, d_x, d_turned):
    """Add one network's gradients of inputs and their weights over a block of trials."""
    first, stop = trials
    n_inputs, n_trials, n = x.shape
    width, columns = len(w_ih), (stop - first) * n
    _multiply(work, (False, True), (n_inputs, width, columns), (x[0, first], n_trials * n),
              (inner, inner.shape[2]), 1, (d_turned, width))  # fmt: skip
    if len(d_x):
        _multiply(work, (True, False), (n_inputs, columns, width), (w_ih, n_inputs),
                  (inner, inner.shape[2]), 1, (d_x[0, first], n_trials * n))  # fmt: skip


@inlined
def _states_backward(work, trials, inner, start, states, d_w_hh):
    """Add one network's gradient of the weights of states over a block of trials."""
    first, stop = trials
    units, n_trials, n = states.shape
    block = inner.shape[2]
    if first == 0:  # the state before the first trial stands apart from the others
        _multiply(work, (False, True), (3 * units, units, n), (inner[1], block), (start, n), 1,
                  (d_w_hh, units))  # fmt: skip
        first = 1
    if stop > first:
        _multiply(work, (False, True), (3 * units, units, (stop - first) * n),
                  (inner[1, 0, first % _TRIALS * n :], block),
                  (states[0, first - 1], n_trials * n), 1, (d_w_hh, units))  # fmt: skip
