"""Tables as other people have them, made for the tests: nobody's data."""

import numpy as np
import pandas as pd

TRIALS, BLOCKS = 20, 3


def trials(seed: int, n_blocks: int = BLOCKS, n_trials: int = TRIALS) -> pd.DataFrame:
    """A learner's blocks: block, trial (from 1), action (0 or 1) and reward (0 or 1)."""
    rng = np.random.default_rng(seed)
    rows = []
    for block in range(1, n_blocks + 1):
        q, pays = [0.0, 0.0], rng.permutation([0.8, 0.2])
        for trial in range(1, n_trials + 1):
            action = int(rng.random() > 1 / (1 + np.exp(-4 * (q[0] - q[1]))))
            reward = int(rng.random() < pays[action])
            q[action] += 0.3 * (reward - q[action])
            rows.append((block, trial, action, reward))
    return pd.DataFrame(rows, columns=["block", "trial", "action", "reward"])


def plain(n_people: int = 2, first: int = 0) -> pd.DataFrame:
    """People with usual names of columns, and one of their own."""
    parts = [trials(i).assign(subject=f"p{i}", age=20 + i) for i in range(first, first + n_people)]
    return pd.concat(parts, ignore_index=True)


def with_tabs() -> bytes:
    """Choices 1 and 2, tabs, capital names, line ends of Windows, a mark of UTF-8."""
    frame = plain().rename(
        columns={"subject": "SubjectID", "action": "Response", "reward": "Outcome"}
    )
    frame["Response"] += 1
    frame = frame[["SubjectID", "age", "block", "trial", "Response", "Outcome"]]
    text = frame.to_csv(sep="\t", index=False, lineterminator="\r\n")
    return b"\xef\xbb\xbf" + text.encode()


def with_words() -> tuple[bytes, np.ndarray]:
    """Choices left and right, some missed, outcomes in words; and which rows were missed."""
    frame = plain()
    frame["choice"] = frame.pop("action").map({0: "left", 1: "right"})
    frame["feedback"] = frame.pop("reward").map({0: "loss", 1: "win"})
    missed = np.zeros(len(frame), dtype=bool)
    missed[[0, 7, 25, 80]] = True
    frame.loc[missed, ["choice", "feedback"]] = ["too slow", ""]
    frame = frame.rename(columns={"subject": "participant"})
    return frame.to_csv(index=False).encode(), missed


def with_points() -> bytes:
    """Points with decimal commas, semicolons, umlauts that are not UTF-8; rows not by person."""
    frame = plain()
    rng = np.random.default_rng(9)
    points = 40.0 * frame["reward"] + rng.normal(0, 4, len(frame)) + 20
    frame["Punkte"] = points.map(lambda x: f"{x:.2f}".replace(".", ","))
    frame["Wahl"] = frame["action"].map({0: "A", 1: "B"})
    frame["Bemerkung"] = "gehört"
    frame = frame.rename(columns={"subject": "VP"}).drop(columns=["action", "reward"])
    frame = frame.sort_values(["block", "trial", "VP"], kind="stable")
    return frame.to_csv(sep=";", index=False).encode("latin-1")
