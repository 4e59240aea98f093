"""The people's files read row by row into lists."""

import csv
import io
import zipfile
from pathlib import Path

GROUPS = {"Bipolar": "bipolar", "Depression": "depression", "Healthy": "healthy"}


def read_dezfouli(path: Path) -> dict[str, list]:
    """Return the trials of `choices_diagno.csv`, zipped or not, subjects ordered by group.

    The file's column `trial` is the block; the action is the key, R1 or R2. Subjects of a group
    stand in order of first appearance.
    """
    text = _zipped(path) if zipfile.is_zipfile(path) else path.read_text(encoding="utf-8")
    people: dict[str, dict[str, list]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        person = people.setdefault(row["ID"], {"block": [], "action": [], "reward": []})
        person["group"] = [GROUPS[row["diag"]]]
        person["block"].append(int(row["trial"]))
        person["action"].append({"R1": 0, "R2": 1}[row["key"]])
        person["reward"].append(float(row["reward"]))
    out: dict[str, list] = {n: [] for n in ("group", "block", "trial", "action", "reward")}
    for group in GROUPS.values():
        for person in people.values():
            if person["group"] == [group]:
                _append(out, person)
    return out


def _zipped(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".csv") and "__" not in n)
        return archive.read(name).decode()


def _append(out: dict[str, list], person: dict[str, list]) -> None:
    block, trial, last = -1, 0, None
    for number, action, reward in zip(
        person["block"], person["action"], person["reward"], strict=True
    ):
        if number != last:
            block, trial, last = block + 1, 0, number
        out["group"].append(person["group"][0])
        out["block"].append(block)
        out["trial"].append(trial)
        out["action"].append(action)
        out["reward"].append(reward)
        trial += 1
