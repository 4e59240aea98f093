"""A mixture's log density at several targets a trial, and its gradient, compiled.

Whatever depends on the mixture alone (weights, Cholesky factors) is computed once, whatever depends
on a target in a pass over a few trials that stay in the cache. The gradient comes along: by the
time that a density is known, all that it needs has been computed.

With the Cholesky factor L, s = L^-1 (z - m), y = L^-T s, and the share r of a component in the
density at z, the gradients of log p(z) are r y (means), r y s' (below the diagonal of L), and
r (y s diag(L) - 1) (logs of its diagonal); of log weights r, less the weights (their softmax).

All arrays are float32 and C-contiguous; sizes are checked by the caller, `posterior`.
"""

import numpy as np

from trnn.compilation import inlined, regrouped
from trnn.estimators.recurrent.single import HALF, ONE, TWO, exp

_COLUMNS = 64  # trials that are worked on together: their arrays stay in the nearest cache


@regrouped
def log_density(raw, targets, n_components, largest, density, gradient):
    """Write the mean over targets of the log density, relative to the prior's, of every trial.

    Parameters
    ----------
    raw : (n_outputs, n)
        What `posterior.mixture` reads, of n trials: log weights, means, log scales, below.
    targets : (m, d, n)
    largest : float32
        Of a log scale.
    density : (n,), written
        Not a number where it is too small for a float32's logarithm.
    gradient : (n_outputs, n), written
        Of the sum of densities with respect to `raw`; with no trial, (n_outputs, 0), left out.
    """
    n = raw.shape[1]
    m, d = targets.shape[0], targets.shape[1]
    k, n_below = n_components, d * (d - 1) // 2
    weights = np.empty((k, _COLUMNS), np.float32)
    constant = np.empty((k, _COLUMNS), np.float32)
    diagonal = np.empty((2, d, k, _COLUMNS), np.float32)  # of the factor; its inverse
    standard = np.empty((k, d, _COLUMNS), np.float32)
    exponent = np.empty((k, _COLUMNS), np.float32)
    sums = np.empty((k * (1 + 2 * d + n_below), _COLUMNS), np.float32)
    solved = np.empty((d, _COLUMNS), np.float32)
    line = np.empty((3, _COLUMNS), np.float32)
    total = np.empty(_COLUMNS, np.float32)
    # Copies, whose columns stand side by side: the loops over them are vectorised.
    own = np.zeros((len(raw), _COLUMNS), np.float32)
    z = np.zeros((d, _COLUMNS), np.float32)
    keep = gradient.shape[1] > 0
    for first in range(0, n, _COLUMNS):
        size = min(_COLUMNS, n - first)
        _copy(raw, first, size, own)
        _prepare(own, largest, weights, constant, diagonal, line)
        total[:], sums[:] = 0, 0
        for one in range(m):
            _copy(targets[one], first, size, z)
            _exponents(own, z, constant, diagonal, standard, exponent)
            _shares(z, exponent, line, total)
            if keep:
                _add_gradient(own, exponent, diagonal, standard, solved, sums)
        for i in range(size):
            density[first + i] = total[i] / np.float32(m)
        if keep:
            _finish(own, weights, sums, d, np.float32(m), largest)
            for row in range(len(own)):
                for i in range(size):
                    gradient[row, first + i] = sums[row, i]


@inlined
def _copy(rows, first, size, out):
    """Copy `size` columns of rows, from `first` on."""
    for row in range(len(out)):
        for i in range(size):
            out[row, i] = rows[row, first + i]


@inlined
def _prepare(raw, largest, weights, constant, diagonal, line):
    """Write what depends on the mixture alone."""
    k, d = len(weights), diagonal.shape[1]
    for i in range(_COLUMNS):
        line[0, i] = raw[0, i]
        line[1, i] = 0
    for c in range(1, k):
        for i in range(_COLUMNS):
            line[0, i] = max(line[0, i], raw[c, i])
    for c in range(k):
        for i in range(_COLUMNS):
            weights[c, i] = exp(raw[c, i] - line[0, i])
        for i in range(_COLUMNS):
            line[1, i] += weights[c, i]
    for i in range(_COLUMNS):
        line[2, i] = line[0, i] + np.log(line[1, i])
        line[1, i] = ONE / line[1, i]
    for c in range(k):
        for i in range(_COLUMNS):
            weights[c, i] *= line[1, i]
            constant[c, i] = raw[c, i] - line[2, i]
        for j in range(d):
            scale = raw[(1 + d + j) * k + c]
            for i in range(_COLUMNS):
                # tanh(a) = 2 / (1 + e^-2a) - 1
                log_scale = largest * (TWO / (ONE + exp(-TWO * scale[i] / largest)) - ONE)
                constant[c, i] -= log_scale
                diagonal[0, j, c, i] = exp(log_scale)
            for i in range(_COLUMNS):
                diagonal[1, j, c, i] = ONE / diagonal[0, j, c, i]


@inlined
def _exponents(raw, z, constant, diagonal, standard, exponent):
    """Write each component's log density at z, and z as the component's standard scores."""
    k, d = len(constant), diagonal.shape[1]
    for c in range(k):
        below = (1 + 2 * d) * k + c
        for i in range(_COLUMNS):
            exponent[c, i] = constant[c, i]
        for j in range(d):
            mean, inverse, own = raw[(1 + j) * k + c], diagonal[1, j, c], standard[c, j]
            for i in range(_COLUMNS):
                own[i] = z[j, i] - mean[i]
            for other in range(j):
                entry, known = raw[below], standard[c, other]
                for i in range(_COLUMNS):
                    own[i] -= entry[i] * known[i]
                below += k
            for i in range(_COLUMNS):
                own[i] *= inverse[i]
                exponent[c, i] -= HALF * own[i] * own[i]


@inlined
def _shares(z, exponent, line, total):
    """Turn exponents into components' shares of the density, and add its logarithm."""
    k = len(exponent)
    for i in range(_COLUMNS):
        line[0, i] = exponent[0, i]
        line[1, i] = 0
    for c in range(1, k):
        for i in range(_COLUMNS):
            line[0, i] = max(line[0, i], exponent[c, i])
    for c in range(k):
        for i in range(_COLUMNS):
            exponent[c, i] = exp(exponent[c, i] - line[0, i])
        for i in range(_COLUMNS):
            line[1, i] += exponent[c, i]
    for i in range(_COLUMNS):
        total[i] += line[0, i] + np.log(line[1, i])
        line[1, i] = ONE / line[1, i]
    for c in range(k):
        for i in range(_COLUMNS):
            exponent[c, i] *= line[1, i]
    # The prior's density is the standard normal's: its constant is the mixture's, and cancels.
    for j in range(len(z)):
        for i in range(_COLUMNS):
            total[i] += HALF * z[j, i] * z[j, i]


@inlined
def _add_gradient(raw, shares, diagonal, standard, solved, sums):
    """Add one target's gradients, of log scales as of their exponentials' arguments."""
    k, d = len(shares), diagonal.shape[1]
    for c in range(k):
        share = shares[c]
        for i in range(_COLUMNS):
            sums[c, i] += share[i]
        for j in range(d - 1, -1, -1):
            own, inverse = solved[j], diagonal[1, j, c]
            for i in range(_COLUMNS):
                own[i] = standard[c, j, i]
            for other in range(j + 1, d):
                entry = raw[(1 + 2 * d + other * (other - 1) // 2 + j) * k + c]
                for i in range(_COLUMNS):
                    own[i] -= entry[i] * solved[other, i]
            for i in range(_COLUMNS):
                own[i] *= inverse[i]
        for j in range(d):
            of_mean, of_scale = sums[(1 + j) * k + c], sums[(1 + d + j) * k + c]
            own, factor = solved[j], diagonal[0, j, c]
            for i in range(_COLUMNS):
                of_mean[i] += share[i] * own[i]
            for i in range(_COLUMNS):
                of_scale[i] += share[i] * (own[i] * standard[c, j, i] * factor[i] - ONE)
            for other in range(j):
                of_entry = sums[(1 + 2 * d + j * (j - 1) // 2 + other) * k + c]
                for i in range(_COLUMNS):
                    of_entry[i] += share[i] * own[i] * standard[c, other, i]


@inlined
def _finish(raw, weights, sums, d, m, largest):
    """Turn sums over m targets into means of gradients with respect to the outputs."""
    k = len(weights)
    for row in range(len(sums)):
        for i in range(_COLUMNS):
            sums[row, i] /= m
    for c in range(k):
        for i in range(_COLUMNS):
            sums[c, i] -= weights[c, i]
    for row in range((1 + d) * k, (1 + 2 * d) * k):
        for i in range(_COLUMNS):
            tanh = TWO / (ONE + exp(-TWO * raw[row, i] / largest)) - ONE
            sums[row, i] *= ONE - tanh * tanh
