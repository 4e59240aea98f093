"""Measure the project beside its peers and write docs/performance.md: see README.md here."""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import problems
from benchmarks.__main__ import THREADS, _processor, _version
from benchmarks.peers import text
from benchmarks.peers.rows import PEERS, frame
from benchmarks.peers.sizes import SIZES
from trnn.tables.parquet import Provenance, read_table, write_table

# Each in a process of its own: BayesFlow changes settings of torch, and JAX has its own threads.
JOBS = ("constant", "filter", "trials_project", "trials_torch", "trials_bayesflow", "step")
PACKAGES = ("numpy", "torch", "numba", "numpyro", "jax", "particles", "bayesflow", "keras")
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def main() -> None:
    """Measure, unless only the document is asked for; then write the document."""
    arguments = _arguments()
    if arguments.job:
        found = importlib.import_module(f"benchmarks.peers.{arguments.job}").measure()
        arguments.rows.write_text(json.dumps(found), encoding="utf-8")
        return
    if not arguments.document_only:
        for job in arguments.only or JOBS:
            # Written after each, so that what broke off goes on with --only.
            keep(arguments.table, frame(_run(job)))
    text.write(arguments.document, arguments.table)
    print(f"{arguments.table} and {arguments.document} written")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    root = problems.ROOT
    parser.add_argument("--table", type=Path, default=root / "results/peers.parquet")
    parser.add_argument("--document", type=Path, default=root / "docs/performance.md")
    parser.add_argument(
        "--only", nargs="+", choices=JOBS, help="measure these, and keep the table's other rows"
    )
    parser.add_argument(
        "--document-only", action="store_true", help="measure nothing; use the table that is there"
    )
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def keep(table: Path, measured: pd.DataFrame) -> None:
    """Write a job's rows into the table, which may not be there yet."""
    if table.is_file():
        measured = merged(read_table(table, PEERS), measured)
    write_table(measured, table, PEERS, _provenance())


def merged(before: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Return a table's rows with those of the measured jobs in place of their former ones."""
    kept = before[~before["job"].isin(measured["job"])]
    together = pd.concat([kept, measured])
    order = together["job"].map(JOBS.index)
    return together.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _run(job: str) -> list[dict[str, Any]]:
    """Measure in a process of its own, on one thread; return its rows."""
    threads = {f"{name}_NUM_THREADS": "1" for name in THREADS}
    environment = {**os.environ, **threads, "XLA_FLAGS": ONE_THREAD, "TQDM_DISABLE": "1"}
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "benchmarks.peers", "--job", job, "--rows", str(rows)]
        if subprocess.run(command, cwd=problems.ROOT, env=environment, check=False).returncode:
            sys.exit(
                f"{job} failed: nothing was written. benchmarks/peers/README.md: what it needs."
            )
        found = json.loads(rows.read_text(encoding="utf-8"))
    print(f"{job}: done", flush=True)
    return [{"job": job, **row} for row in found]


def _provenance() -> Provenance:
    versions = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    extra = {"processor": _processor(), "versions": versions, "sizes": SIZES.words()}
    return Provenance(vars(SIZES), problems.SEED, "simulated", extra)


if __name__ == "__main__":
    main()
