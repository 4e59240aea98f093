"""Simulated stand-ins written in the studies' own file formats, for the same readers.

What agents do not have (clinical scores, reaction times) is left empty, never made up.
"""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from ger2024.data.diagnoses import ACTIONS, GROUPS
from trnn.errors import DataError
from trnn.tables.atomic import atomic_path

NEEDED = ("subject", "block", "trial", "action", "reward", "mu_0", "mu_1")
MILLISECONDS_PER_TRIAL = 1_000
"""Spacing of the stand-ins' `time`, which the reader uses to see that trials are in order."""


def write_dezfouli(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a zip with `choices_diagno.csv`, beside a junk entry as the authors' zip has.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a trial, in order: subject, group (bipolar, depression or healthy), block, trial
        (both from 0), action (0 or 1), reward (0 or 1), mu_0, mu_1 (the arms' reward
        probabilities).
    path : path
        The zip, written whole or not at all; equal frames give equal bytes.

    Raises
    ------
    DataError
        If a column is missing, a group is unknown, or a reward is neither 0 nor 1.
    """
    _check(frame, (*NEEDED, "group"), "dezfouli")
    diagnosis = frame["group"].map({group: name for name, group in GROUPS.items()})
    if diagnosis.isna().any():
        wrong = frame["group"][diagnosis.isna()].unique().tolist()
        raise DataError(
            f"stand-ins for dezfouli: unknown group {wrong}; expected {list(GROUPS.values())}."
        )
    if not frame["reward"].isin([0, 1]).all():
        wrong = frame["reward"][~frame["reward"].isin([0, 1])].unique().tolist()[:5]
        raise DataError(f"stand-ins for dezfouli: rewards must be 0 or 1, got {wrong}.")
    keys = np.array(list(ACTIONS))
    action = frame["action"].to_numpy()
    gain = frame["mu_1"].to_numpy() - frame["mu_0"].to_numpy()
    best = np.where(action == 1, gain, -gain) >= 0
    number_of_subject = frame.groupby("subject", sort=False).cumcount().to_numpy() + 1
    n_blocks = frame.groupby("subject", sort=False)["block"].transform("max").to_numpy() + 1
    raw = pd.DataFrame(
        {
            "": np.arange(1, len(frame) + 1),
            "ID": "simulated_" + frame["subject"].astype(str).to_numpy(dtype=object) + "_",
            "key": keys[action],
            "block": 1 + (2 * frame["block"].to_numpy() >= n_blocks),
            "time": number_of_subject * MILLISECONDS_PER_TRIAL,
            "condition": "",
            "outcome": "",
            "reward": frame["reward"].to_numpy().astype(np.int64),
            "code": "",
            "trial": frame["block"].to_numpy() + 1,
            "choice": np.where(best, "R1", "R2"),
            "diag": diagnosis.to_numpy(),
            "PressRate.sec": "",
            "Mania": "",
            "Depression": "",
        }
    )
    text = raw.to_csv(index=False, lineterminator="\r\n")
    with atomic_path(path) as temporary:
        temporary.write_bytes(_zipped("choices_diagno.csv", text.encode()))


def write_gershman(frame: pd.DataFrame, path: str | Path) -> None:
    """Write `data2.csv`.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a trial, in order: subject, block, trial (both from 0), action (0 or 1), reward
        (points), mu_0, mu_1 (the arms' means, points).
    path : path
        The CSV, written whole or not at all; equal frames give equal bytes.

    Raises
    ------
    DataError
        If a column is missing.
    """
    _check(frame, NEEDED, "gershman")
    raw = pd.DataFrame(
        {
            "subject": pd.factorize(frame["subject"])[0] + 1,
            "block": frame["block"].to_numpy() + 1,
            "trial": frame["trial"].to_numpy() + 1,
            "mu1": _plain(frame["mu_0"]),
            "mu2": _plain(frame["mu_1"]),
            "choice": frame["action"].to_numpy() + 1,
            "reward": _plain(frame["reward"]),
            "RT": "",
        }
    )
    with atomic_path(path) as temporary:
        temporary.write_bytes(raw.to_csv(index=False, lineterminator="\n").encode())


def _check(frame: pd.DataFrame, needed: tuple[str, ...], dataset: str) -> None:
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise DataError(
            f"stand-ins for {dataset}: columns {missing} are missing; got {list(frame.columns)}."
        )


def _plain(values: pd.Series) -> np.ndarray:
    """Return whole numbers as integers, so that they are written as the study writes them."""
    array = values.to_numpy(dtype=np.float64)
    return array.astype(np.int64) if (array == np.round(array)).all() else array


def _zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    junk = f"__MACOSX/._{name}"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in ((name, content), (junk, b"\x00\x05\x16\x07 resource fork")):
            # A fixed date, so that equal trials give equal bytes.
            info = zipfile.ZipInfo(entry, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()
