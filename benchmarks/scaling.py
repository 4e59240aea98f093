"""How jobs, time, memory and files grow: `python -m benchmarks.scaling`, into docs/scaling.md.

Jobs are counted in dry runs. Time and memory are those of the real workflow's own jobs, run in a
copy of the checkout, with as many agents as people, all of one experiment.
"""

import argparse
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from benchmarks import full_run
from benchmarks.checkout import TINY, checkout, snakemake
from benchmarks.document import fill, markdown, number
from benchmarks.measure import children_cpu
from benchmarks.problems import ROOT, experiments
from trnn.config.merge import merge
from trnn.tables.parquet import read_table

EXPERIMENT = "dezfouli"  # the one with the longest sessions and the most estimators
GROUPS = 3
# Subjects of a population. What is done subject by subject has cheap settings: only its memory is
# asked here, since its time follows from a full run's.
FEW, MANY = SIZES = (300, 900)
GOAL = 10_000
SHOWN_TO = 2 * GOAL  # subjects: a rule that reaches what it asks for beyond is not listed
HUNDRED = 100  # experiments
# The people's job of what is done subject by subject: its benchmark file.
BY_SUBJECT = {
    "fit_mle": f"fit_mle/{EXPERIMENT}_human",
    "estimate_filter": f"estimate/{EXPERIMENT}_filter_human",
    "estimate_bayes": f"estimate/{EXPERIMENT}_bayes_human",
    "nonstationarity": f"nonstationarity/{EXPERIMENT}_human",
    "select_prior": f"select_prior/{EXPERIMENT}",
}
FAST = {"n_particles": 100, "max_particles": 100}
CHEAP = {
    "estimators": {
        "mle": {"n_candidates": 8, "n_starts": 1},
        "filter": FAST,
        "bayes": {**FAST, "smoother": {"n_particles": 100, "burn_in": 1, "sweeps": 2}},
    },
    "nonstationarity": {**FAST, "nodes": 4},
    "prior_grid": FAST,
    "theories": FAST,
}
BY_STEPS = ("train", "train_drnn")  # whose time is not that of subjects alone: see the prose
# One of every kind of file that grows.
SHOWN = (
    "synthetic/test.parquet",
    "human/trials.parquet",
    "estimates/bayes/test.parquet",
    "estimates/trnn/test.parquet",
    "estimates/mle/test.parquet",
    "raw/dezfouli",
    "report.html",
)
LIMITS = {"archive.py": ("MAX_UNPACKED_BYTES",), "read_people.py": ("MAX_CELLS",)}
WINDOWS, LANES = 6, 32  # of an agent; of a step
ON_ALL_CORES = ("--cores", str(os.cpu_count() or 1))

# Put beside the package in a copy: every job of a rule says at its end what it took. Snakemake's
# benchmark files would not do: they look at memory now and then, and miss a short peak.
AT_EXIT = """\
import atexit, json, os, sys, time

def note():
    job = getattr(sys.modules.get("__main__"), "snakemake", None)
    if job is not None:
        status = open("/proc/self/status").read()
        record = {
            "rule": job.rule,
            "output": list(job.output),
            "wildcards": dict(job.wildcards.items()),
            "seconds": time.process_time(),
            "peak": int(status.split("VmHWM:")[1].split()[0]) * 1024,
        }
        with open(f"records/{os.getpid()}-{time.time_ns()}.json", "w") as file:
            json.dump(record, file)

atexit.register(note)
"""


def main() -> None:
    """Measure what is asked for; write the document's tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("parts", nargs="*", default=["jobs", "stages"], help="jobs, stages")
    parser.add_argument("--table", type=Path, default=ROOT / "results/scaling.json")
    parser.add_argument("--document", type=Path, default=ROOT / "docs/scaling.md")
    parser.add_argument("--document-only", action="store_true", help="measure nothing")
    parser.add_argument("--run", type=Path, help="results folder of a full run: times of subjects")
    arguments = parser.parse_args()
    found = json.loads(arguments.table.read_text()) if arguments.table.is_file() else {}
    if not arguments.document_only:
        for part in arguments.parts:
            with tempfile.TemporaryDirectory() as folder:
                found[part] = {"jobs": count_jobs, "stages": run_stages}[part](Path(folder))
    if arguments.run is not None:
        found["subjects"] = seconds_a_subject(arguments.run)
    arguments.table.parent.mkdir(parents=True, exist_ok=True)
    arguments.table.write_text(json.dumps(found, indent=1))
    if arguments.document.is_file():
        write(arguments.document, found)


# Time, memory and files.


def seconds_a_subject(results: Path) -> dict[str, float]:
    """Return the processor seconds that a full run took a person, of every rule of `BY_SUBJECT`."""
    jobs = full_run.read_jobs(results)
    seconds = dict(zip(jobs["rule"] + "/" + jobs["job"], jobs["cpu_seconds"], strict=True))
    people = read_table(results / EXPERIMENT / "human/trials.parquet", columns=["subject"])
    n = people["subject"].nunique()
    return {rule: seconds[job] / n for rule, job in BY_SUBJECT.items() if job in seconds}


def run_stages(folder: Path) -> dict[str, Any]:
    """Run the workflow at every size; return its jobs' records and the sizes of its files."""
    copy = checkout(folder / "stages")
    lift_limits(copy)
    # Once on tiny settings, so that nothing has to be compiled in what is measured.
    snakemake(copy, *ON_ALL_CORES, *TINY, "--config", f"experiments=[{EXPERIMENT}]")
    (copy / "src/sitecustomize.py").write_text(AT_EXIT)
    return {str(n): _run_once(copy, n) for n in SIZES}


def _run_once(folder: Path, n: int) -> dict[str, Any]:
    results = folder / "results" / str(n)
    shutil.rmtree(folder / "records", ignore_errors=True)
    (folder / "records").mkdir()
    settings = {
        "data_source": "simulated",
        "results": f"results/{n}",
        "experiments": [EXPERIMENT],
        "stand_ins": {"per_group": n // GROUPS},
        "calibration_agents": 100,
        "calibration_filter_agents": 20,
        "overrides": {EXPERIMENT: _changes(n)},
    }
    path = folder / "scaling.yaml"
    path.write_text(yaml.safe_dump(settings))
    snakemake(folder, *ON_ALL_CORES, "--configfile", str(path))
    records = [json.loads(p.read_text()) for p in sorted((folder / "records").iterdir())]
    files = {}
    for path in sorted(results.rglob("*")):
        if path.is_file():
            rows = pq.read_metadata(path).num_rows if path.suffix == ".parquet" else 0
            files[str(path.relative_to(results))] = {"bytes": path.stat().st_size, "rows": rows}
    return {"jobs": records, "files": files}


def lift_limits(folder: Path) -> None:
    """Let a checkout read files of any size: they refuse what is far larger than a study's."""
    for name, limits in LIMITS.items():
        path = folder / "src/trnn/data" / name
        text = path.read_text()
        for limit in limits:
            text = re.sub(rf"^{limit} = .*$", f"{limit} = 2**40", text, flags=re.MULTILINE)
        path.write_text(text)


def _changes(n: int) -> dict[str, Any]:
    # So many steps that a round of fresh agents follows the table's: the most that is held.
    steps = {"n_steps": n * WINDOWS // LANES + 50}
    training = {**steps, "steps_per_epoch": 50, "plays": 1, "teacher": {"n_particles": 100}}
    variants = [v for v in experiments()[EXPERIMENT].estimators.variants if v.startswith("trnn")]
    quick = {
        "train": {"n_agents": n, "n_validation": 100},
        "test": {"n_agents": n // GROUPS},
        "estimators": {
            "trnn": {"training": training},
            "drnn": {"folds": 10, "members": 1, "n_epochs": 2, "epochs_per_check": 2},
            "variants": {name: {"training": steps} for name in variants},
        },
    }
    return merge(quick, CHEAP)


# Jobs.


def cases(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the configurations whose jobs are counted; write a hundred experiments' files."""
    many = {
        "data_source": "simulated",
        "stand_ins": {"per_group": GOAL},
        "overrides": {
            "all": {
                "train": {"n_agents": GOAL},
                "test": {"n_agents": GOAL},
                "estimators": {"trnn": {"training": {"seeds": list(range(50))}}},
            }
        },
    }
    default = yaml.safe_load((folder / "config/config.yaml").read_text())["experiments"]
    of_each = HUNDRED // len(default)
    return {
        "default run": {},
        "tiny run": yaml.safe_load((folder / "config/tiny.yaml").read_text()),
        f"{GOAL:,} subjects and agents, 50 training seeds": many,
        f"{of_each * len(default)} experiments, as many like each of the default run's": {
            "experiments": copies(folder, default, of_each)
        },
        f"{HUNDRED} experiments like `{EXPERIMENT}`": {
            "experiments": copies(folder, [EXPERIMENT], HUNDRED)
        },
    }


def copies(folder: Path, names: list[str], n: int) -> list[str]:
    """Write n more experiments like each of `names` into a checkout; return all their names."""
    made = []
    for name in names:
        text = (folder / f"config/experiments/{name}.yaml").read_text()
        for k in range(n):
            made.append(f"{name}_{n}_{k}")
            # An experiment that extends another cannot be extended itself: its text is copied.
            renamed = text.replace(f"name: {name}\n", f"name: {made[-1]}\n")
            (folder / f"config/experiments/{made[-1]}.yaml").write_text(renamed)
    return made


def count_jobs(folder: Path) -> dict[str, Any]:
    """Return of every configuration its jobs, its SLURM jobs, and the seconds of a dry run."""
    copy = checkout(folder / "jobs")
    out = {}
    for name, settings in cases(copy).items():
        path = copy / "scaling.yaml"
        path.write_text(yaml.safe_dump(settings))
        text = snakemake(copy, "-n", "--profile", "profiles/slurm", "--configfile", str(path))
        rounds = [dry_run(copy, path) for _ in range(3)]
        out[name] = {**read_jobs(text), "seconds": min(rounds)}
    return out


def dry_run(folder: Path, settings: Path) -> float:
    """Return the processor seconds of a dry run, Snakemake's start included."""
    before = children_cpu()
    snakemake(folder, "-n", "--quiet", "rules", "--cores", "2", "--configfile", str(settings))
    return children_cpu() - before


def read_jobs(text: str) -> dict[str, Any]:
    """Return what a dry run with the SLURM profile lists.

    `jobs`: how many; `slurm`: of each group or ungrouped rule, how many jobs of SLURM, leaving out
    what runs where Snakemake does; `asked`: of each rule, megabytes and minutes.
    """
    listed = re.findall(r"^( *)(?:local)?rule (\w+):$", text, flags=re.MULTILINE)
    names = re.findall(r"^\[.*\] Group job (\w+) ", text, flags=re.MULTILINE)
    names += [rule for indent, rule in listed if not indent and rule not in ("all", "download")]
    asked = re.findall(
        r"rule (\w+):\n(?:(?! *(?:local)?rule ).*\n)*? +resources: .*?mem_mb=(\d+).*?runtime=(\d+)",
        text,
    )
    return {
        "jobs": len(listed),
        "slurm": {name: names.count(name) for name in dict.fromkeys(names)},
        "asked": {rule: [int(memory), int(minutes)] for rule, memory, minutes in asked},
    }


# The document.


def write(document: Path, found: dict[str, Any]) -> None:
    """Fill the document's markers from what has been measured."""
    sections = {}
    if "jobs" in found:
        sections["jobs"] = _jobs(found["jobs"])
    if "jobs" in found and "stages" in found:
        asked = {k: v for case in found["jobs"].values() for k, v in case["asked"].items()}
        rows = stages(found["stages"], asked, found.get("subjects", {}))
        sections |= {"growth": _growth(rows), "files": _files(found["stages"])}
    text = document.read_text(encoding="utf-8")
    for name, content in sections.items():
        text = fill(text, name, content)
    document.write_text(text, encoding="utf-8")


def _jobs(counted: dict[str, Any]) -> str:
    alone = ("train", "train_drnn", "fit_recovery", "evaluation")
    cells = []
    for name, case in counted.items():
        slurm = case["slurm"]
        rest = sum(n for rule, n in slurm.items() if rule not in alone)
        counts = [case["jobs"], sum(slurm.values()), *(slurm.get(k, 0) for k in alone), rest]
        cells.append([name, *(f"{n:,}" for n in counts), number(case["seconds"])])
    header = ["", "jobs", "SLURM jobs", *(f"`{k}`" for k in alone), "batches", "dry run, s"]
    return markdown(header, cells)


def stages(
    runs: dict[str, Any], asked: dict[str, list[int]], a_subject: dict[str, float]
) -> list[dict[str, Any]]:
    """Return of every rule seconds and megabytes by size, how they grow, and what it asks for.

    Of a rule with several jobs the largest count. A line through the two sizes is followed; the
    time of `BY_SUBJECT` is so many seconds a subject.
    """
    seconds: dict[str, dict[int, float]] = {}
    peaks: dict[str, dict[int, float]] = {}
    for n in sorted(map(int, runs)):
        for job in runs[str(n)]["jobs"]:
            for table, value in ((seconds, job["seconds"]), (peaks, job["peak"] / 1e6)):
                row = table.setdefault(job["rule"], {})
                row[n] = max(row.get(n, 0.0), value)
    rows = []
    for rule, row in seconds.items():
        time = _line(row)
        if rule in BY_SUBJECT:
            time = (0.0, a_subject.get(rule, float("nan")))
            row = {n: _at(time, n) for n in SIZES}
        memory, minutes = asked.get(rule, [0, 0])
        memory_line = _line(peaks[rule])
        reached = (_reached(time, 60 * minutes), _reached(memory_line, memory))
        rows.append(
            {
                "rule": rule,
                "seconds": row,
                "peaks": peaks[rule],
                "minutes": _at(time, GOAL) / 60,
                "megabytes": _at(memory_line, GOAL),
                "asked": (minutes, memory),
                "reached": (float("inf"), reached[1]) if rule in BY_STEPS else reached,
            }
        )
    return sorted(rows, key=lambda row: min(row["reached"]))


def _line(values: dict[int, float]) -> tuple[float, float]:
    few, many = values.get(FEW, values[MANY]), values[MANY]
    slope = max(0.0, (many - few) / (MANY - FEW))
    return max(0.0, many - slope * MANY), slope


def _at(line: tuple[float, float], n: int) -> float:
    return line[0] + line[1] * n


def _reached(line: tuple[float, float], limit: float) -> float:
    """Return the number of subjects at which a line reaches a limit, with two figures."""
    start, slope = line
    return float(f"{(limit - start) / slope:.2g}") if slope > 0 else float("inf")


def _growth(rows: list[dict[str, Any]]) -> str:
    listed = [row for row in rows if min(row["reached"]) <= SHOWN_TO]
    cells = []
    for row in listed:
        time, memory = row["reached"]
        timed = [_cell(row["seconds"], MANY), number(row["minutes"]), f"{row['asked'][0]}"]
        if row["rule"] in BY_STEPS:
            timed = ["–"] * 3
        held = [_cell(row["peaks"], n) for n in SIZES]
        held += [number(row["megabytes"]), f"{row['asked'][1]:,}"]
        cells.append([f"`{row['rule']}`", *timed, _subjects(time), *held, _subjects(memory)])
    header = ["", f"s at {MANY}", f"minutes at {GOAL:,}", "asked", "reached at"]
    header += [*(f"MB at {n}" for n in SIZES), f"at {GOAL:,}", "asked", "reached at"]
    note = f"The other {len(rows) - len(listed)} rules keep within both at {SHOWN_TO:,} subjects."
    return f"{markdown(header, cells)}\n\n{note}"


def _subjects(n: float) -> str:
    return f"{n:,.0f}" if n <= 100 * GOAL else "–"


def _cell(values: dict[int, float], n: int) -> str:
    return number(values.get(n, float("nan")))


def _files(runs: dict[str, Any]) -> str:
    n = max(map(int, runs))
    files = runs[str(n)]["files"]
    cells = []
    for name in SHOWN:
        # The experiment's tables stand in its folder.
        file = files.get(f"{EXPERIMENT}/{name}", files.get(name))
        if file is not None:
            each = number(file["bytes"] / file["rows"]) if file["rows"] else "–"
            cells.append([f"`{name}`", *_sizes(file["bytes"], n), each])
    total = sum(file["bytes"] for file in files.values())
    cells.append([f"all {len(files)} files", *_sizes(total, n), ""])
    return markdown(["", f"MB at {n:,}", f"MB at {GOAL:,}", "bytes a trial"], cells)


def _sizes(size: int, n: int) -> list[str]:
    return [number(size / 1e6), number(size / n * GOAL / 1e6)]


if __name__ == "__main__":
    main()
