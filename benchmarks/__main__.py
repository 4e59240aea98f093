"""Run all benchmarks, write their table and docs/performance.md: `python -m benchmarks`."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from benchmarks import document, problems
from benchmarks.schema import MEASUREMENTS, measurements
from benchmarks.sizes import SIZES
from trnn.tables.parquet import Provenance, read_table, write_table

# One thread, as the workflow's jobs have; a library reads it when it is loaded.
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA")
PACKAGES = ("numpy", "scipy", "pandas", "torch", "numba", "snakemake")


def main() -> None:
    """Measure, unless only the document is asked for; then write the document."""
    arguments = _arguments()
    if not arguments.document_only:
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            _measure(report, arguments.pytest)
            found = measurements(report)
        if arguments.add:
            before = read_table(arguments.table, MEASUREMENTS)
            found = pd.concat([before[~before["stage"].isin(found["stage"])], found])
        write_table(found, arguments.table, MEASUREMENTS, _provenance())
    document.write(arguments.document, arguments.table, arguments.run)
    print(f"{arguments.table} and {arguments.document} written")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    root = problems.ROOT
    parser.add_argument("--table", type=Path, default=root / "results/benchmarks.parquet")
    parser.add_argument("--document", type=Path, default=root / "docs/performance.md")
    parser.add_argument(
        "--run", type=Path, help="results folder of a full run, whose jobs' times are added"
    )
    parser.add_argument(
        "--document-only", action="store_true", help="measure nothing; use the table that is there"
    )
    parser.add_argument(
        "--add", action="store_true", help="keep the table's stages that are not measured now"
    )
    parser.add_argument("pytest", nargs="*", help="further arguments of pytest, after --")
    return parser.parse_args()


def _measure(report: Path, more: list[str]) -> None:
    threads = {f"{name}_NUM_THREADS": "1" for name in THREADS}
    command = [sys.executable, "-m", "pytest", "benchmarks", f"--benchmark-json={report}"]
    command += ["--benchmark-columns=min,median,rounds", "--benchmark-sort=fullname"]
    # Within a test that runs in parallel with others, pytest-benchmark would measure nothing.
    outside = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment = {**outside, **threads}
    result = subprocess.run([*command, *more], cwd=problems.ROOT, env=environment, check=False)
    if result.returncode:
        sys.exit("A benchmark failed, or disagrees with its reference: nothing was written.")


def _provenance() -> Provenance:
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {found}" for name in PACKAGES if (found := _version(name))]
    extra = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "versions": ", ".join(versions),
    }
    return Provenance(vars(SIZES), problems.SEED, problems.source(), extra)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except ModuleNotFoundError:  # PackageNotFoundError is one
        return None


def _processor() -> str:
    """Return the processor's model."""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
