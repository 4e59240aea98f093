"""Small joined frames: several subjects, blocks of varied lengths, random values."""

import numpy as np
import pandas as pd

LENGTHS = {"a": (14, 3, 25), "b": (1, 30), "c": (12,), "d": (2, 1, 60, 11)}
GROUPS = {"a": "bipolar", "b": "healthy", "c": "bipolar", "d": "depression"}


def random_frame(seed: int, lengths: dict[str, tuple[int, ...]] = LENGTHS) -> pd.DataFrame:
    """Return a joined frame whose columns are all random, with ties among the arms' means."""
    rng = np.random.default_rng(seed)
    pieces = []
    for subject, blocks in lengths.items():
        for block, n in enumerate(blocks):
            mu = rng.choice([-20.0, -1.0, 0.0, 0.5, 10.0, 20.0], size=2)
            pieces.append(
                pd.DataFrame(
                    {
                        "subject": subject,
                        "group": GROUPS.get(subject, "healthy"),
                        "block": block,
                        "trial": np.arange(n),
                        "action": rng.integers(2, size=n),
                        "reward": rng.normal(size=n),
                        "mu_0": mu[0],
                        "mu_1": mu[1],
                        "p_action_0": rng.random(n),
                        "beta": rng.normal(size=n),
                        "gamma": rng.normal(size=n),
                        "kappa": rng.normal(size=n),
                    }
                )
            )
    return pd.concat(pieces, ignore_index=True).astype({"subject": "str", "group": "str"})


def empty_frame() -> pd.DataFrame:
    """Return a joined frame without a row."""
    return random_frame(0).iloc[:0]


def one_block(actions: list[int], **columns: list[float]) -> pd.DataFrame:
    """Return a frame of one subject's one block."""
    frame = pd.DataFrame({"action": actions, **columns})
    frame.insert(0, "subject", "a")
    frame.insert(1, "block", 0)
    frame.insert(2, "trial", np.arange(len(actions)))
    return frame


def records(frame: pd.DataFrame) -> list[dict]:
    return frame.to_dict("records")


def same_block(rows: list[dict], i: int, j: int) -> bool:
    if not (0 <= i < len(rows) and 0 <= j < len(rows)):
        return False
    return all(rows[i][key] == rows[j][key] for key in ("subject", "block"))
