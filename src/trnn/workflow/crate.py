"""The manifest of a run: a Provenance Run Crate, one JSON-LD file beside the results.

RO-Crate 1.1 with the profiles of Workflow Run RO-Crate 0.5 (Leo et al. 2024, PLoS ONE 19(9):
e0309210; https://w3id.org/ro/wfrun/provenance/0.5): every job with its inputs, outputs, their
SHA-256, and when it started and ended. All of it comes from the records of the files. The licence
at the crate's root is that of the code and of what it makes; people's data keep their own terms.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.model.data_entity import DataEntity
from rocrate.model.entity import Entity
from rocrate.rocrate import ROCrate

from trnn.errors import TableError
from trnn.tables.atomic import atomic_path
from trnn.workflow.records import Results, read_record

PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
TERMS = "https://w3id.org/ro/terms/workflow-run/context"
MEDIA = {
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".html": "text/html",
    ".md": "text/markdown",
    ".yaml": "application/yaml",
    ".pt": "application/zip",
    ".py": "text/x-python",
}
NAME = "Trial-by-trial reinforcement-learning parameters with a theoretical RNN"
LICENCE = "https://spdx.org/licenses/BSD-3-Clause"
NOT_STATED = "none stated in the registry of data sets"


def manifest_stage(
    outputs: Sequence[str | Path],
    manifest: str | Path,
    workflow: Mapping[str | Path, str | Path],
    configuration: str | Path,
    settings: Mapping[str, Any],
    licences: Mapping[str, str | None],
    people: Mapping[str, Sequence[str | Path]],
    engine: str,
) -> None:
    """Write the manifest, copies of the workflow's files, and the settings in full.

    Parameters
    ----------
    outputs : paths
        The results that the manifest describes, each with a record; it also describes all that they
        are made of.
    manifest : path
        `<results>/ro-crate-metadata.json`.
    workflow : path -> path
        Where the copy of each of the workflow's files goes; the first is the Snakefile.
    configuration : path
        The YAML file that the settings are written to.
    settings : mapping
        `run`, and every experiment in full.
    licences : data set -> text
        Terms of the people's data; None where the registry states none.
    people : data set -> paths
        The files that hold people's data as they are: raw files and tables of trials.
    engine : str
        Snakemake's version.

    Raises
    ------
    TableError
        If a result has no record, or if the run has neither read nor made a file of `people`.
    """
    results = Results(Path(manifest).parent)
    records = _with_inputs(results, [_record(results, path) for path in outputs])
    for source, copy in workflow.items():
        with atomic_path(copy) as temporary:
            shutil.copyfile(source, temporary)
    with atomic_path(configuration) as temporary:
        text = yaml.safe_dump(dict(settings), sort_keys=False, allow_unicode=True)
        temporary.write_text(text, encoding="utf-8")
    # Names of files in the crate are relative to it.
    names = [results.name_of(path) for path in (*workflow.values(), configuration)]
    run = _Run(records, names[0], names[-1], names[1:-1], engine)
    for dataset, files in people.items():
        run.license_people(dataset, licences[dataset], [results.name_of(path) for path in files])
    with atomic_path(manifest) as temporary:
        text = json.dumps(run.crate.metadata.generate(), indent=1, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def _record(results: Results, path: str | Path) -> dict[str, Any]:
    record = read_record(results.record_of(path))
    if record is None:
        raise TableError(
            f"{results.record_of(path)}: no record of {path}, which another version made, or "
            f"something else than this workflow. Delete {path} and run again."
        )
    return record


def _with_inputs(results: Results, records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the records, with those of everything that their jobs have read, and so on."""
    known = {record["file"]: record for record in records}
    waiting = list(records)
    while waiting:
        for name in waiting.pop()["job"]["inputs"]:
            record = read_record(results.record_of(results.path_of(name)))
            if name not in known and record is not None:
                known[name] = record
                waiting.append(record)
    return list(known.values())


class _Run:
    """The crate of a run, put together entity by entity."""

    def __init__(
        self,
        records: Sequence[Mapping[str, Any]],
        workflow: str,
        configuration: str,
        further: Sequence[str],
        engine: str,
    ) -> None:
        self.crate = ROCrate()
        self.crate.metadata.extra_contexts.append(TERMS)
        self._files: dict[str, Entity] = {}
        for record in records:
            self._file(record["file"], record["sha256"], record["bytes"])
        # Files of one job hold the same job.
        jobs = {json.dumps(record["job"], sort_keys=True): record["job"] for record in records}
        self._jobs = sorted(jobs.values(), key=lambda job: (job["started"], job["outputs"]))
        settings = self._file(configuration)
        self._workflow = self._describe(workflow, further, engine)
        self._root()
        self._actions(settings, engine)

    def license_people(self, dataset: str, terms: str | None, names: Sequence[str]) -> None:
        """Attach the terms of a people's data set to its files; TableError if a file is unknown."""
        licence = self._add(
            f"#terms-{dataset}",
            "CreativeWork",
            name=f"Terms of the people's data of {dataset}",
            description=terms or NOT_STATED,
        )
        for name in names:
            if name not in self._files:
                raise TableError(
                    f"{name}: expected a file of the data set {dataset} that a job of this run has "
                    "read or made, got one that no record names. Delete the results and run again."
                )
            self._files[name]["license"] = licence

    def _add(self, identifier: str, kind: str | list[str], **properties: Any) -> Entity:
        properties = {"@type": kind, **{k: v for k, v in properties.items() if v is not None}}
        return self.crate.add(ContextEntity(self.crate, identifier, properties=properties))

    def _file(self, name: str, sha256: str | None = None, size: int | None = None) -> Entity:
        """Return the entity of a file, known or new; files outside the results are no part."""
        if name not in self._files:
            about = {"name": name, "encodingFormat": MEDIA.get(Path(name).suffix), "sha256": sha256}
            about |= {"contentSize": None if size is None else str(size)}
            about = {key: value for key, value in about.items() if value is not None}
            if name.startswith("./"):
                self._files[name] = self._add(f"#{name[2:]}", "CreativeWork", **about)
            else:
                entity = DataEntity(self.crate, name, properties={"@type": "File", **about})
                self._files[name] = self.crate.add(entity)
        return self._files[name]

    def _describe(self, workflow: str, further: Sequence[str], engine: str) -> Entity:
        """Return the workflow with its steps, one a rule, and the tool of each."""
        language = self._add(
            "#snakemake",
            "ComputerLanguage",
            name="Snakemake",
            url="https://snakemake.readthedocs.io",
            version=engine,
        )
        kinds = ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"]
        properties = {"@type": kinds, "name": NAME}
        main = self.crate.add(DataEntity(self.crate, workflow, properties=properties))
        main["programmingLanguage"] = language
        newest = self._jobs[-1]
        main["version"] = f"{newest['package_version']} ({newest['git_commit']})"
        steps, tools = [], []
        for position, rule in enumerate(dict.fromkeys(job["rule"] for job in self._jobs)):
            code = next(job["code_digest"] for job in self._jobs if job["rule"] == rule)
            tool = self._add(
                f"#tool-{rule}", "SoftwareApplication", name=rule, softwareVersion=f"code {code}"
            )
            step = self._add(f"#step-{rule}", "HowToStep", position=str(position))
            step["workExample"] = tool
            steps.append(step)
            tools.append(tool)
        main["step"] = steps
        main["hasPart"] = [*tools, *(self._file(name) for name in further)]
        return main

    def _root(self) -> None:
        root = self.crate.root_dataset
        root["name"] = NAME
        root["description"] = (
            "Tables, networks, figures and report of one run of the workflow. The licence is that "
            "of the code and of its results. People's data have terms of their own, which stand "
            "with their files and hold wherever a result shows these data, as the report does."
        )
        root["license"] = self._add(
            LICENCE,
            "CreativeWork",
            name=LICENCE.rsplit("/", 1)[-1],
            description='BSD 3-Clause "New" or "Revised" License',
        )
        root["mainEntity"] = self._workflow
        root["conformsTo"] = [
            self._add(address, "CreativeWork", name=name, version=address.rsplit("/", 1)[-1])
            for address, name in PROFILES.items()
        ]

    def _actions(self, settings: Entity, engine: str) -> None:
        """Add the run, and every job as a step of it."""
        sources: dict[str, Entity] = {}
        controls, made = [], []
        for number, job in enumerate(self._jobs):
            inputs = [self._file(name, sha256) for name, sha256 in job["inputs"].items()]
            sources |= {i.id: i for i in inputs if i.id.startswith("#")}
            outputs = [self._files[name] for name in job["outputs"] if name in self._files]
            made += outputs
            action = self._action(f"#job-{number}", job, inputs, outputs)
            action["instrument"] = self.crate.dereference(f"#tool-{job['rule']}")
            control = self._add(f"#control-{number}", "ControlAction")
            control["instrument"] = self.crate.dereference(f"#step-{job['rule']}")
            control["object"] = action
            controls.append(control)
        whole = {
            "started": min(job["started"] for job in self._jobs),
            "ended": max(job["ended"] for job in self._jobs),
            "rule": "all",
            "wildcards": {},
        }
        run = self._action("#run", whole, [settings, *sources.values()], made)
        run["instrument"] = self._workflow
        program = self._add(
            "#engine", "SoftwareApplication", name="Snakemake", softwareVersion=engine
        )
        organise = self._add("#organize", "OrganizeAction", name="Snakemake's scheduling")
        organise["instrument"], organise["object"], organise["result"] = program, controls, run
        self.crate.root_dataset["mentions"] = run

    def _action(
        self, identifier: str, job: Mapping[str, Any], inputs: list, outputs: list
    ) -> Entity:
        which = ", ".join(f"{key}={value}" for key, value in job["wildcards"].items())
        action = self._add(
            identifier,
            "CreateAction",
            name=f"{job['rule']} {which}".strip(),
            startTime=job["started"],
            endTime=job["ended"],
            actionStatus="http://schema.org/CompletedActionStatus",
        )
        action["object"], action["result"] = inputs, outputs
        return action
