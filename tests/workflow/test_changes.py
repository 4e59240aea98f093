"""After a change exactly the stages that depend on it run again: the table of changes.

What depends on what is read from the records of the run, which say of every file what it was made
of: modules, settings, inputs. Snakemake's dry run after the change must announce just those jobs.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.workflow.runs import RESULTS, TINY, jobs, snakemake

pytestmark = pytest.mark.workflow

Job = dict
COMMENT = "\n# changed\n"
CODE = "\n_CHANGED = 1\n"
# These have all settings of the run among their own.
EVERYTHING = {"summary", "report", "manifest"}


@dataclass(frozen=True)
class Change:
    """A change, and the jobs that it concerns directly; those downstream follow from them."""

    what: str
    concerns: Callable[[Job], bool]
    edits: tuple[tuple[str, str, str], ...] = ()  # file, old text, new text; "" is the file's end
    config: list[str] = field(default_factory=list)


def made_of(*modules: str) -> Callable[[Job], bool]:
    return lambda job: any(f"src/{module}" in job["code"] for module in modules)


def code(*modules: str) -> Change:
    """Return the change by which each of some modules gets a line of code."""
    edits = tuple((f"src/{module}", "", CODE) for module in modules)
    return Change(", ".join(modules), made_of(*modules), edits)


def words_about(path: Path) -> list[tuple[str, str, str]]:
    """Return the edits that add a comment to a file, and change its docstring if it has one."""
    name, start = path.relative_to(ROOT).as_posix(), path.read_text()[:30]
    docstring = [(name, start, f'"""Changed. {start[3:]}')] if start.startswith('"""') else []
    return [(name, "", COMMENT), *docstring]


def of(experiment: str, *rules: str, **wildcards: str) -> Callable[[Job], bool]:
    def concerns(job: Job) -> bool:
        own = job["params"].get("experiment") or {}
        right = job["rule"] in rules and own.get("name") == experiment
        right &= wildcards.items() <= job["wildcards"].items()
        # An experiment's summary has all of its settings.
        right |= job["rule"] == "experiment_summary" and own.get("name") == experiment
        return right or job["rule"] in EVERYTHING

    return concerns


def reads(file: str) -> Callable[[Job], bool]:
    return lambda job: f"./{file}" in job["inputs"] or file in job["inputs"]


def config(text: str) -> list[str]:
    return ["--config", f"overrides={text}"]


SCRIPTS = sorted((ROOT / "workflow/scripts").glob("*.py"))
# Inference, summaries, predictions, checks, scores, figures, texts, the study.
NO_TRAINING = (
    "trnn/estimators/trnn/infer.py",
    "trnn/estimators/trnn/summaries.py",
    "trnn/estimators/trnn/pit.py",
    "trnn/estimators/posterior.py",
    "trnn/estimators/estimates_table.py",
    "trnn/theory/prediction.py",
    "trnn/checks/misspecification/judge.py",
    "trnn/scores/metrics_table.py",
    "trnn/figures/calibration.py",
    "trnn/report/sections.py",
    "ger2024/findings/difficulty.py",
)
TRAINING = {"simulate", "simulate_people", "train", "train_drnn"}
DATASET = """
file: mine.csv
columns: {action: action, reward: reward}
"""
CHANGES = [
    Change(
        "a setting of one estimator",
        lambda job: (
            of("gershman", "estimate_bayes")(job)
            or of("gershman", "joint_filter", which="bayes")(job)
        ),
        config=config("{gershman: {estimators: {bayes: {n_particles: 300}}}}"),
    ),
    Change(
        "a setting of the t-RNN's training",
        # A variant has the settings of its base but for what it changes.
        of("gershman", "train"),
        config=config("{gershman: {estimators: {trnn: {training: {gradient_clip: 0.9}}}}}"),
    ),
    Change(
        "a setting of the d-RNN",
        of("dezfouli", "train_drnn"),
        config=config("{dezfouli: {estimators: {drnn: {n_epochs: 6}}}}"),
    ),
    Change(
        "a setting of maximum likelihood",
        of("artificial", "fit_mle", "fit_recovery"),
        config=config("{artificial: {estimators: {mle: {n_starts: 2}}}}"),
    ),
    Change(
        "the ranges of one candidate of the theories",
        lambda job: (
            of("dezfouli", "theory_evidence", theory="forgetting_reward")(job)
            or of("dezfouli", "recover_theory", "compare_theories")(job)
        ),
        config=config(
            "{dezfouli: {theories: {candidates: {forgetting_reward: "
            "{parameters: {beta: {low: 0, high: 9}}}}}}}"
        ),
    ),
    Change(
        "how many agents theories are recovered from",
        of("dezfouli", "recover_theory"),
        config=config("{dezfouli: {theories: {recovery: {n_agents: 4}}}}"),
    ),
    Change(
        "how many agents are tested",
        of("artificial", "simulate", "fit_recovery", split="test"),
        config=config("{artificial: {test: {n_agents: 5}}}"),
    ),
    Change(
        "permutations of cluster tests",
        lambda job: job["rule"] in {"courses", "report", "manifest"},
        config=["--config", "permutations=150"],
    ),
    code("trnn/estimators/filter/particle_filter.py"),
    code("trnn/theory/likelihood.py"),
    code("trnn/estimators/trnn/train.py"),
    code("trnn/figures/trajectories.py"),
    Change(
        "the types of the settings",
        lambda job: False,
        (("src/trnn/config/drnn.py", "", CODE),),
    ),
    Change(
        "the frame of a job",
        lambda job: False,
        tuple(
            (f"src/trnn/{name}.py", "", CODE)
            for name in (
                *("errors", "progress", "tables/layout"),
                *("workflow/job", "workflow/records", "workflow/heartbeat"),
            )
        ),
    ),
    code(*NO_TRAINING),
    Change(
        "comments and docstrings everywhere",
        lambda job: False,
        tuple(
            edit
            for path in (*sorted((ROOT / "src").rglob("*.py")), *SCRIPTS)
            for edit in words_about(path)
        ),
    ),
    Change(
        "words: descriptions of columns, names and symbols of parameters",
        lambda job: (
            job["rule"].startswith("figures")
            or job["rule"] in {"experiment_summary", "summary", "report"}
        ),
        tuple(
            (f"src/trnn/{room}/words.py", "", "\nCHANGED = 'changed'\n")
            for room in (
                *("theory", "trials", "data", "estimators"),
                *("estimators/trnn", "estimators/drnn"),
            )
        ),
    ),
    code("trnn/theory/models/hybrid_exploration.py"),
    Change(
        "one more model",
        lambda job: False,
        (
            (
                "src/trnn/theory/models/mine.py",
                "",
                "from trnn.theory.model import Parameter\n"
                "from trnn.theory.models.q_learning import QLearning\n\n\n"
                "class Mine(QLearning):\n    name = 'mine'\n    parameters = (\n"
                "        Parameter('mine', words='mine', symbol='m', unit='1', low=0, high=1),\n"
                "    )\n",
            ),
        ),
    ),
    Change(
        "the title of a data set",
        lambda job: False,
        (
            (
                "config/datasets/dezfouli.yaml",
                "title: Models that learn",
                "title: The models that learn",
            ),
        ),
    ),
    Change("one more data set", lambda job: False, (("config/datasets/mine.yaml", "", DATASET),)),
    Change(
        "what a column of a data set means",
        lambda job: (
            (job["rule"] == "simulate_people" and job["wildcards"]["dataset"] == "gershman")
            or (job["rule"] == "prepare" and job["wildcards"]["experiment"] == "gershman")
        ),
        (("config/datasets/gershman.yaml", "reaction_time_ms: ms", "reaction_time_ms: s"),),
    ),
    Change(
        "a default of the d-RNN",
        lambda job: job["rule"] == "train_drnn" or job["rule"] in EVERYTHING,
        (
            (
                "src/trnn/config/drnn.py",
                "hidden_units: Count = Field(10,",
                "hidden_units: Count = Field(9,",
            ),
        ),
    ),
    Change(
        "a script of a stage",
        lambda job: job["rule"] == "infer",
        (("workflow/scripts/infer.py", "", CODE),),
    ),
    Change(
        "the people's file",
        reads("raw/gershman"),
        ((f"{RESULTS}/raw/gershman", "", "99,1,1,2,3,1,4,\n"),),
    ),
    Change(
        "the published numbers",
        reads("config/published.yaml"),
        (("config/published.yaml", "", COMMENT),),
    ),
    Change(
        "a comment on a data set",
        lambda job: False,
        (("config/datasets/gershman.yaml", "", COMMENT),),
    ),
    Change(
        "a comment in a profile",
        lambda job: False,
        (("profiles/default/config.yaml", "", COMMENT),),
    ),
]


@pytest.mark.parametrize("change", CHANGES, ids=[change.what for change in CHANGES])
def test_exactly_what_depends_on_a_change_runs_again(tiny, tmp_path, change):
    folder = tmp_path / "changed"
    shutil.copytree(tiny, folder, symlinks=True)
    for file, old, new in change.edits:
        text = (folder / file).read_text() if (folder / file).exists() else ""
        assert old in text
        (folder / file).write_text(text.replace(old, new) if old else text + new)
    result = snakemake(folder, "--cores", "2", "--dry-run", *TINY, *change.config)
    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    announced = {name: files for name, files in jobs(said).items() if name != "all"}
    wanted = downstream(folder, change.concerns)
    files = {file for job in announced.values() for file in job}
    assert files == {f"{RESULTS}/{name}" for name in wanted}, said[-3000:]
    print(f"{change.what}: {', '.join(sorted(announced)) or 'nothing'}")


@pytest.mark.parametrize("module", NO_TRAINING)
def test_a_change_of_what_comes_after_it_plans_no_training_and_no_simulation(tiny, module):
    concerned = [job for job in _jobs(tiny) if made_of(module)(job)]
    assert concerned, f"{module}: no job is made of it"
    found = downstream(tiny, made_of(module))
    again = {job["rule"] for job in _jobs(tiny) if found & set(job["outputs"])}
    assert not again & TRAINING


def _jobs(folder: Path) -> list[Job]:
    paths = (folder / RESULTS / "provenance").rglob("*.json")
    return [json.loads(path.read_text())["job"] for path in paths]


def downstream(folder: Path, concerns: Callable[[Job], bool]) -> set[str]:
    """Return the files of the jobs that are concerned, and of all that are made of them."""
    records = [
        json.loads(path.read_text()) for path in (folder / RESULTS / "provenance").rglob("*.json")
    ]
    assert len(records) > 200
    found = {r["file"] for r in records if concerns(r["job"])}
    while True:
        more = {r["file"] for r in records if found & set(r["job"]["inputs"])}
        if more <= found:
            return found
        found |= more
