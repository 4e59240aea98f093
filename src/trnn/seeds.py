"""Random generators keyed by what is drawn, never by the order of execution."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.random.bit_generator import ISeedSequence

Array = np.ndarray

POOL_SIZE = 4  # words of 32 bits in a seed sequence's pool


def seed_sequence(seed: int, *keys: str | int) -> np.random.SeedSequence:
    """Derive a seed sequence from the configured seed and the name of what is drawn.

    Parameters
    ----------
    seed : int
        The run's one configured seed.
    *keys : str or int
        For example ``("artificial", "simulate", "test", 17)``: experiment, stage, split, subject.

    Returns
    -------
    numpy.random.SeedSequence
        Equal for equal arguments; statistically independent for different ones.
    """
    digest = hashlib.sha256("/".join(map(_text, keys)).encode()).digest()
    spawn_key = tuple(np.frombuffer(digest[:16], dtype="<u4").tolist())
    return np.random.SeedSequence(entropy=seed, spawn_key=spawn_key)


def _text(key: str | int) -> str:
    """Return an unambiguous text: ("a", 1) and ("a", "1") or ("ab",) and ("a", "b") differ."""
    return f"{type(key).__name__}:{len(str(key))}:{key}"


def generator(seed: int, *keys: str | int) -> np.random.Generator:
    """Return a PCG64 generator for `keys`; see `seed_sequence`."""
    return np.random.Generator(np.random.PCG64(seed_sequence(seed, *keys)))


def generators(
    seed: int, keys: Sequence[str | int], last: Sequence[str | int]
) -> list[np.random.Generator]:
    """Return ``generator(seed, *keys, key)`` for every key of `last`, many times faster.

    Making thousands of agents' generators one by one takes longer than drawing from them.
    """
    shared = hashlib.sha256("".join(f"{_text(key)}/" for key in keys).encode())
    digests = []
    for key in last:
        digest = shared.copy()
        digest.update(_text(key).encode())
        digests.append(digest.digest()[:16])
    spawn_keys = np.frombuffer(b"".join(digests), dtype="<u4").reshape(len(last), 4)
    states = _states(np.random.SeedSequence(seed), spawn_keys.T)
    # PCG64 takes any ISeedSequence, which its stubs do not say.
    return [
        np.random.Generator(np.random.PCG64(_Seeded(state)))  # type: ignore[arg-type]
        for state in states
    ]


class _Seeded(ISeedSequence):
    """Words for a PCG64 that have been computed already."""

    def __init__(self, state: Array) -> None:
        self._state = state

    def generate_state(self, n_words: int, dtype: object = np.uint32) -> Array:
        return self._state


def _states(parent: np.random.SeedSequence, spawn_keys: Array) -> Array:
    """Return what ``generate_state(4, uint64)`` gives for many spawn keys of one entropy.

    The hash of `numpy.random.SeedSequence` (O'Neill 2015, "Developing a seed_seq alternative"),
    whose results NumPy keeps the same between versions, on arrays.

    Parameters
    ----------
    parent : SeedSequence
        Of the entropy alone, without a spawn key.
    spawn_keys : (n_words, n) of uint32

    Returns
    -------
    (n, 4) of uint64
    """
    n_words = max(POOL_SIZE, -(-int(parent.entropy).bit_length() // 32))  # type: ignore[arg-type]
    # The parent's own hashing has used up so many of the first constants.
    constants = _constants(0x43B0D7E5, 0x931E8875)
    for _ in range(POOL_SIZE * n_words):
        next(constants)
    pool: list[Array] = [parent.pool[i : i + 1] for i in range(POOL_SIZE)]
    for word in spawn_keys:
        for i in range(POOL_SIZE):
            hashed = _hashed(word, *next(constants))
            mixed: Array = pool[i] * np.uint32(0xCA01F9DD) - hashed * np.uint32(0x4973F715)
            pool[i] = mixed ^ (mixed >> np.uint32(16))
    constants = _constants(0x8B51F9DD, 0x58F38DED)
    words = [_hashed(pool[i % POOL_SIZE], *next(constants)) for i in range(2 * 4)]
    return np.stack(words, axis=1).astype("<u4").view("<u8").astype(np.uint64)


def _constants(first: int, factor: int) -> Iterator[tuple[np.uint32, np.uint32]]:
    """Yield each constant of the hash with the one after it."""
    now = first
    while True:
        after = now * factor & 0xFFFFFFFF
        yield np.uint32(now), np.uint32(after)
        now = after


def _hashed(word: Array, constant: np.uint32, after: np.uint32) -> Array:
    hashed = (word ^ constant) * after
    return hashed ^ (hashed >> np.uint32(16))
