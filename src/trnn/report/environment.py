"""What a run was made with and how long it took: versions and durations, without hosts."""

import importlib.metadata
import platform
from pathlib import Path

import pandas as pd
import yaml

from trnn.errors import ConfigError

# Names in the environment file whose distributions have another name.
_DISTRIBUTIONS = {"matplotlib-base": "matplotlib", "pytorch": "torch"}


def versions(environment: str | Path) -> pd.DataFrame:
    """Return package, version that the environment file asks for, and version in use.

    Raises
    ------
    ConfigError
        If the environment file names a package without a version.
    """
    rows = []
    for dependency in yaml.safe_load(Path(environment).read_text(encoding="utf-8"))["dependencies"]:
        name, found, pinned = dependency.partition("=")
        if not found:
            raise ConfigError(f"{environment}: '{name}' has no version; write '{name}=<version>'.")
        rows.append((_DISTRIBUTIONS.get(name, name), pinned, _in_use(name)))
    frame = pd.DataFrame(rows, columns=["package", "environment file", "in use"])
    return frame.sort_values("package", ignore_index=True)


def durations(benchmarks: str | Path) -> pd.DataFrame:
    """Return a row a rule: jobs, total and longest seconds, largest memory.

    Parameters
    ----------
    benchmarks : path
        The folder that holds `<rule>/<job>.tsv`, as Snakemake writes them: the last time that each
        job ran. Empty or absent: no row.

    Returns
    -------
    Columns rule, jobs, total_s, longest_s, peak_mb; the rule that took longest first.
    """
    rows = []
    for path in sorted(Path(benchmarks).glob("*/*.tsv")):
        job = pd.read_csv(path, sep="\t", na_values=["-", "NA"])
        rows.append((path.parent.name, float(job["s"].sum()), float(job["max_rss"].max())))
    jobs = pd.DataFrame(rows, columns=["rule", "seconds", "peak_mb"])
    by_rule = jobs.groupby("rule", sort=True).agg(
        jobs=("seconds", "size"),
        total_s=("seconds", "sum"),
        longest_s=("seconds", "max"),
        peak_mb=("peak_mb", "max"),
    )
    return by_rule.reset_index().sort_values(
        ["total_s", "rule"], ascending=[False, True], ignore_index=True
    )


def _in_use(name: str) -> str:
    if name == "python":
        return platform.python_version()
    try:
        return importlib.metadata.version(_DISTRIBUTIONS.get(name, name))
    except importlib.metadata.PackageNotFoundError:
        return "absent"
