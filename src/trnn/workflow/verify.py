"""Whether the files of a results folder are what the present code, settings and data would make.

Everything is read from the records (`trnn.workflow.records`); no stage is run and Snakemake is not
asked, so that a folder from another machine can be checked too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trnn.config.payoffs import borders_of
from trnn.config.stage_views import view
from trnn.data.registry import row_of
from trnn.errors import TableError
from trnn.tables.origin import file_digest
from trnn.workflow.code import path_of, source_digest
from trnn.workflow.records import FOLDER, Results, read_record
from trnn.workflow.settings import AllSettings

GOOD, ALTERED, MISSING, STALE, FOREIGN = "good", "altered", "missing", "stale", "foreign"
# Files of the run that are no results: they do not depend on the settings.
NOT_RESULTS = ("logs", "benchmarks", FOLDER)


@dataclass(frozen=True)
class Verdict:
    """The state of a file: its name below the results folder, the state, and the reason."""

    file: str
    state: str
    reason: str = ""


def verify(folder: Path, project: Path, settings: AllSettings) -> list[Verdict]:
    """Return a verdict on every recorded file and on every file that has no record, by name.

    - altered: its content is not what its job wrote; missing: its job wrote it, and it is gone;
    - stale: code, settings or an input are not those that it was made with, or an input is itself
      not good;
    - foreign: no job of these experiments made it.

    Parameters
    ----------
    folder : path
        The results.
    project : path
        The checkout whose code counts. Raw data are looked for below the working folder.

    Raises
    ------
    TableError
        If there is no record at all.
    """
    results = Results(folder)
    records = {str(r["file"]): r for r in _records(folder)}
    if not records:
        raise TableError(
            f"{folder / FOLDER}: no records. Either this is no results folder of this workflow, or "
            "it was made by a version before 0.2, which kept none."
        )
    verdicts: dict[str, Verdict] = {}

    def judge(name: str) -> Verdict:
        if name not in verdicts:
            verdicts[name] = _judge(name, records[name], results, project, settings)
            if verdicts[name].state == GOOD:
                # An input may match its record and still be made from one that is stale.
                inputs = [judge(i) for i in records[name]["job"]["inputs"] if i in records]
                bad = [i for i in inputs if i.state != GOOD]
                if bad:
                    reason = f"its input {bad[0].file} is {bad[0].state}"
                    verdicts[name] = Verdict(name, STALE, reason)
        return verdicts[name]

    for name in records:
        judge(name)
    unknown = (n for n in _files(folder) if n not in records)
    foreign = [Verdict(name, FOREIGN, "no job has recorded it") for name in unknown]
    return sorted([*verdicts.values(), *foreign], key=lambda v: v.file)


def _records(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((folder / FOLDER).rglob("*.json")):
        record = read_record(path)
        if record is not None:
            yield record


def _files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in NOT_RESULTS and str(name) != "README.md":
            yield name.as_posix()


def _judge(
    name: str,
    record: Mapping[str, Any],
    results: Results,
    project: Path,
    settings: AllSettings,
) -> Verdict:
    path, job = results.path_of(name, project), record["job"]
    if not path.is_file():
        return Verdict(name, MISSING, f"the rule {job['rule']} wrote it")
    if file_digest(path) != record["sha256"]:
        return Verdict(name, ALTERED, "its content is not what was recorded")
    for absent in _absent(job, settings):
        return Verdict(name, FOREIGN, f"the configuration has no {absent}")
    for file, digest in job["code"].items():
        source = path_of(file, project)
        if not source.is_file() or _code_digest(source, job) != digest:
            return Verdict(name, STALE, f"{file} has changed since")
    for changed in (*_changed_settings(job, settings), *_changed_people(job, settings)):
        return Verdict(name, STALE, changed)
    for file, digest in job["inputs"].items():
        source = results.path_of(file, project)
        if not source.is_file() or file_digest(source) != digest:
            return Verdict(name, STALE, f"its input {file} is no longer the one it was made of")
    return Verdict(name, GOOD)


def _code_digest(source: Path, job: Mapping[str, Any]) -> str:
    """Return the digest of a file of code as the job's stage would see it now."""
    try:
        return source_digest(source, job.get("script", ""))
    except SyntaxError:
        return "no Python"


def _absent(job: Mapping[str, Any], settings: AllSettings) -> Iterator[str]:
    """Yield the experiments and data sets of a job that are asked for no longer."""
    params, wildcards = job["params"], job["wildcards"]
    one, dataset = params.get("experiment"), params.get("dataset")
    own = [one["name"]] if isinstance(one, dict) else []
    own += [wildcards["experiment"]] if "experiment" in wildcards else []
    for name in (*own, *params.get("experiments", {})):
        if name not in settings.experiments:
            yield f"experiment '{name}'"
    if isinstance(dataset, dict) and dataset["name"] not in settings.registry:
        yield f"data set '{dataset['name']}'"


def _changed_settings(job: Mapping[str, Any], settings: AllSettings) -> Iterator[str]:
    """Yield, in words, the settings that a job was run with and that are others now."""
    params, network = job["params"], job["wildcards"].get("network")
    run, experiments = settings.run, settings.experiments
    present = run.model_dump(mode="json")
    present["per_group"] = run.stand_ins.per_group
    for key in set(params) & set(present) - {"experiments"}:
        yield from _differences(key, params[key], present[key])
    if isinstance(params.get("run"), dict):
        yield from _differences("", params["run"], present)
    own = params.get("experiment")
    if isinstance(own, dict):
        experiment = experiments[own["name"]]
        now = view(experiment, "whole")
        if network is not None and network in experiment.estimators.networks():
            # A variant's settings stand where those of its base are: see trnn.config.views.
            now["estimators"] = now["estimators"] | view(experiment, network)["estimators"]
            ensemble = getattr(experiment.estimators.network(network), "ensemble", None)
            if "ensemble" in params:
                yield from _differences("ensemble", params["ensemble"], ensemble)
        yield from _differences(own["name"], own, now)
        yield from _more_candidates(own["name"], own, now)
    for name, seen in params.get("experiments", {}).items():
        if isinstance(seen, dict):
            now = view(experiments[name], "whole")
            yield from _differences(name, seen, now)
            yield from _more_candidates(name, seen, now)


def _more_candidates(name: str, seen: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield the candidates of theories, if there are more than a job that knew all of them knew.

    Whoever compares has two at least; who scores one on people knows of no other.
    """
    then, own = ((known.get("theories") or {}).get("candidates", {}) for known in (seen, now))
    if len(then) > 1 and set(own) > set(then):
        yield (f"{name}.theories.candidates were {list(then)}, the configuration says {list(own)}")


def _changed_people(job: Mapping[str, Any], settings: AllSettings) -> Iterator[str]:
    """Yield, in words, what a job knew of a data set and of its task's blocks, and is other now."""
    dataset, task = job["params"].get("dataset"), job["params"].get("task")
    if isinstance(dataset, dict):
        now = row_of(settings.registry[dataset["name"]])
        yield from _differences(dataset["name"], dataset, now)
    if isinstance(task, dict):
        name = job["wildcards"]["experiment"]
        yield from _differences(f"{name}.task", task, borders_of(settings.experiments[name].task))


def _differences(where: str, then: Any, now: Any) -> Iterator[str]:
    """Yield the settings in `then` that differ now; `now` may hold more."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key, value in then.items():
            yield from _differences(f"{where}.{key}".lstrip("."), value, now.get(key))
    elif then != now:
        yield f"{where} was {then}, the configuration says {now}"
