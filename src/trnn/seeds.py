"""Random generators keyed by what is drawn, never by the order of execution."""

import hashlib

import numpy as np


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
    # An unambiguous text: ("a", 1) and ("a", "1") or ("ab",) and ("a", "b") must differ.
    text = "/".join(f"{type(key).__name__}:{len(str(key))}:{key}" for key in keys)
    digest = hashlib.sha256(text.encode()).digest()[:16]
    spawn_key = tuple(int(word) for word in np.frombuffer(digest, dtype="<u4"))
    return np.random.SeedSequence(entropy=seed, spawn_key=spawn_key)


def generator(seed: int, *keys: str | int) -> np.random.Generator:
    """Return a PCG64 generator for `keys`; see `seed_sequence`."""
    return np.random.Generator(np.random.PCG64(seed_sequence(seed, *keys)))
