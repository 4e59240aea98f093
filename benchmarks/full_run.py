"""What a full run left of its times: Snakemake's benchmark files, one a job."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import yaml

from benchmarks.problems import ROOT
from trnn.estimators.trnn.checkpoint import read_checkpoint
from trnn.estimators.trnn.infer import apply_network
from trnn.tables.parquet import read_table
from trnn.theory.models import get_model
from trnn.trials.sequences import from_frame, pad_columns

PAUSE = 60.0  # s in which no job ran: between two runs, not within one
NETWORK = "trnn_seed0"  # the one that is measured from nothing
PARTS = ("simulate/artificial_train", "simulate/artificial_validation")


def read_jobs(results: Path) -> pd.DataFrame:
    """Return a row a job: rule, job, seconds, cpu_seconds, peak_mb, ended (s since the epoch).

    Raises
    ------
    FileNotFoundError
        If `results` has no benchmark files.
    """
    rows = []
    for path in sorted((results / "benchmarks").glob("*/*.tsv")):
        job = pd.read_csv(path, sep="\t", na_values=["-", "NA"]).iloc[-1]
        numbers = [float(job[name]) for name in ("s", "cpu_time", "max_rss")]
        rows.append((path.parent.name, path.stem, *numbers, path.stat().st_mtime))
    if not rows:
        raise FileNotFoundError(f"{results}/benchmarks: no file <rule>/<job>.tsv of a run.")
    columns = ["rule", "job", "seconds", "cpu_seconds", "peak_mb", "ended"]
    return pd.DataFrame(rows, columns=columns)


def by_rule(jobs: pd.DataFrame) -> pd.DataFrame:
    """Return jobs, total and longest seconds, processor seconds and memory of each rule."""
    table = jobs.groupby("rule").agg(
        jobs=("job", "size"),
        seconds=("seconds", "sum"),
        longest=("seconds", "max"),
        cpu_seconds=("cpu_seconds", "sum"),
        peak_mb=("peak_mb", "max"),
    )
    return table.sort_values("seconds", ascending=False).reset_index()


def elapsed(jobs: pd.DataFrame) -> tuple[float, int]:
    """Return the seconds from the first job's start to the last one's end, and the pauses.

    A benchmark file is written when its job ends. Stretches longer than `PAUSE` without any job
    are left out, and counted: the results were then made by several runs.
    """
    started = (jobs["ended"] - jobs["seconds"]).to_numpy()
    order = np.argsort(started)
    total, pauses = 0.0, 0
    reached = started[order[0]]
    for i in order:
        gap = started[i] - reached
        if gap > PAUSE:
            pauses += 1
            reached = started[i]
        end = float(jobs["ended"].iloc[i])
        if end > reached:
            total += end - reached
            reached = end
    return total, pauses


@dataclass(frozen=True)
class FreshNetwork:
    """One network for `artificial`, from nothing: how long, and how good beside the published.

    `ours` and `published` hold the mean over test agents of mse_alpha, mse_beta (of beta / 10),
    and of the choices' cross-entropy above that of the true probabilities.
    """

    seconds: float
    n_agents: int
    ours: dict[str, float]
    published: dict[str, float]

    @property
    def as_good(self) -> bool:
        """Whether no number is worse than the published one."""
        return all(self.ours[name] <= self.published[name] for name in self.published)


def fresh_network(results: Path, jobs: pd.DataFrame) -> FreshNetwork | None:
    """Return what a full run says of one network for `artificial`; None if it has none."""
    wanted = {*PARTS, f"train/artificial_{NETWORK}"}
    names = jobs["rule"] + "/" + jobs["job"]
    chosen = jobs[names.isin(wanted)]
    checkpoint = results / "artificial/checkpoints" / f"{NETWORK.replace('_', '/')}.pt"
    if len(chosen) < len(wanted) or not checkpoint.is_file():
        return None
    frame = read_table(results / "artificial/synthetic/test.parquet")
    sequences = from_frame(frame)
    network, experiment = read_checkpoint(checkpoint)
    said = apply_network(network, sequences, get_model(experiment.model))
    assert said.action_logit is not None
    p_action_0 = torch.sigmoid(said.action_logit.double()).numpy().T
    values = said.values.double().numpy().transpose(2, 1, 0)
    truth, _, valid = pad_columns(frame, ["alpha", "beta", "p_action_0"])
    errors = {
        "mse_alpha": (values[..., 0] - truth["alpha"]) ** 2,
        "mse_beta": ((values[..., 1] - truth["beta"]) / 10) ** 2,
        "bce above the true probabilities'": _surprise(p_action_0, sequences.action)
        - _surprise(truth["p_action_0"], sequences.action),
    }
    ours = {k: float(np.mean(np.average(v, axis=1, weights=valid))) for k, v in errors.items()}
    means = yaml.safe_load((ROOT / "config/published.yaml").read_text())["means"]
    theirs = means["artificial"]["test"]["all"]
    published = {
        "mse_alpha": theirs["trnn"]["mse_alpha"],
        "mse_beta": theirs["trnn"]["mse_beta"],
        "bce above the true probabilities'": theirs["trnn"]["bce"] - theirs["oracle"]["bce"],
    }
    return FreshNetwork(float(chosen["seconds"].sum()), len(sequences.subjects), ours, published)


def _surprise(p_action_0: np.ndarray, action: np.ndarray) -> np.ndarray:
    """Return -log P(choice), nats, with padding as anything."""
    p = np.clip(np.where(action == 0, p_action_0, 1 - p_action_0), 2.0**-53, 1.0)
    return -np.log(p)
