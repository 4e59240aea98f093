"""The frame of every adapter: log file, readable errors, records of what was made of what."""

import errno
import json
import logging
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trnn import __version__
from trnn.config.model_files import is_own
from trnn.errors import ConfigError, StorageError, TrnnError
from trnn.tables.atomic import remove_leftovers
from trnn.tables.origin import library_versions
from trnn.tables.parquet import Provenance
from trnn.theory.meanings import meet
from trnn.trials.gate import check_files
from trnn.workflow.code import code_digest, stage_files
from trnn.workflow.commit import commit
from trnn.workflow.heartbeat import heartbeat
from trnn.workflow.records import Results, now
from trnn.workflow.surroundings import compiled_code, complaint

CODE = "code"  # the param of every rule: trnn.workflow.code
# Params that record where a table comes from and have no part in what it holds; and the code, which
# has records of its own.
NOT_SETTINGS = frozenset({"seed", "data_source", "population", CODE})

STORAGE = {
    errno.ENOSPC: "the disk is full. Free some space",
    errno.EDQUOT: "your quota of the disk is used up. Free some space",
    errno.EROFS: "the folder is read-only. Choose another with the setting `results`",
    errno.EACCES: "the rights to it are missing. Mend them, or choose another folder (`results`)",
    errno.EIO: "the disk reports an error. Try another disk (setting `results`)",
}


def run_stage(main: Callable[[Any], None], snakemake: Any) -> None:
    """Run `main` on Snakemake's object, logging to the rule's log file.

    Inputs are compared with their records before (`trnn.workflow.records`), tables of trials among
    them pass their gate (`trnn.trials.gate`), and outputs are recorded afterwards; in between the
    job gives signs of life (`trnn.workflow.heartbeat`). An error that a user can mend ends the job
    with its message; any other with its traceback too. Both stand in the log and on the terminal.
    """
    log = logging.getLogger(snakemake.rule)
    try:
        _start_log(Path(snakemake.log[0]))
        if (told := complaint()) is not None:
            log.warning("%s", told)
        with heartbeat(snakemake.log[0], snakemake.rule, dict(snakemake.wildcards.items())):
            job = _begin(snakemake)
            main(snakemake)
            _end(snakemake, job)
    except TrnnError as error:
        _refuse(log, snakemake.rule, error)
    except OSError as error:
        reason = STORAGE.get(error.errno or 0)
        if reason is None:
            _unexpected(log)
        named = error.filename or ", ".join(snakemake.output)
        _refuse(log, snakemake.rule, StorageError(f"{named}: {reason} ({error})."))
    except Exception:
        _unexpected(log)
    log.info("done")


def provenance(
    snakemake: Any, people: bool, settings: Mapping[str, Any] | None = None
) -> Provenance:
    """Return the provenance of a stage's tables: its view, the seed, the source of its people.

    `settings` are those that made one of several tables, where they are not all of the params.
    """
    if settings is None:
        settings = _settings(snakemake)
    return Provenance(
        settings=settings,
        seed=snakemake.params.seed,
        data_source=snakemake.params.data_source if people else "synthetic",
        extra={
            "git_commit": commit(),
            "code_digest": code_digest(_files(snakemake)),
            "library_versions": json.dumps(library_versions()),
        },
    )


def _settings(snakemake: Any) -> dict[str, Any]:
    return {k: v for k, v in snakemake.params.items() if k not in NOT_SETTINGS}


def _files(snakemake: Any) -> dict[str, str]:
    code = snakemake.params.code
    return stage_files(code["script"], code["modules"])


def _begin(snakemake: Any) -> dict[str, Any]:
    """Check the inputs, make way for the outputs, and return what is known of the job."""
    for model in _own_models(dict(snakemake.params.items())):
        meet(model)
    results = _results(snakemake)
    inputs = results.check_inputs(snakemake.input)
    check_files(snakemake.input)
    for path in snakemake.output:
        remove_leftovers(path)
    results.forget(snakemake.output)
    files = _files(snakemake)
    _check_unchanged(snakemake.params.code, files)
    return {
        "rule": snakemake.rule,
        "wildcards": dict(snakemake.wildcards.items()),
        "inputs": inputs,
        "script": snakemake.params.code["script"],
        "code": files,
        "code_digest": code_digest(files),
        "params": {k: v for k, v in snakemake.params.items() if k != CODE},
        "config_digest": Provenance(_settings(snakemake), seed=0).digest(),
        "package_version": __version__,
        "git_commit": commit(),
        "library_versions": library_versions(),
        "compiled_code": compiled_code(),
        "threads": snakemake.threads,
        "started": now(),
        "clock": time.perf_counter(),
    }


def _own_models(params: Mapping[str, Any]) -> list[str]:
    """Return the models of one's own that a job's settings name."""
    one, many = params.get("experiment"), params.get("experiments")
    views = [one, *(many.values() if isinstance(many, Mapping) else ())]
    models = {view.get("model") for view in views if isinstance(view, Mapping)}
    return sorted(model for model in models if isinstance(model, str) and is_own(model))


def _check_unchanged(code: Mapping[str, Any], files: Mapping[str, str]) -> None:
    """Raise ConfigError if a model's file was edited since the run was planned.

    What is made would be taken for the model of then.
    """
    own = [name for name in code["modules"] if is_own(name)]
    if own and code_digest(files) != code["digest"]:
        raise ConfigError(
            f"{own[0]}: the model has changed since this run began, so that this job's results "
            "would be of other equations than those before. Start the run again: what is made of "
            "the model is made anew."
        )


def _end(snakemake: Any, job: dict[str, Any]) -> None:
    # Measured by a clock that nobody sets.
    seconds = round(time.perf_counter() - job.pop("clock"), 3)
    results = _results(snakemake)
    outputs = {"outputs": [results.name_of(path) for path in snakemake.output]}
    results.write(snakemake.output, {**job, **outputs, "seconds": seconds, "ended": now()})


def _results(snakemake: Any) -> Results:
    # <results>/logs/<rule>/<job>.log
    return Results(Path(snakemake.log[0]).parents[2])


def _start_log(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(name)s: %(message)s",
        handlers=[logging.FileHandler(path, mode="w", encoding="utf-8")],
        force=True,
    )
    logging.captureWarnings(True)
    # A log that can no longer be written, on a full disk, is no reason for a page of tracebacks.
    logging.raiseExceptions = False


def _refuse(log: logging.Logger, rule: str, error: TrnnError) -> None:
    log.error("%s", error)
    print(f"\n{rule}: {error}\n", file=sys.stderr)
    sys.exit(1)


def _unexpected(log: logging.Logger) -> None:
    log.exception("unexpected error")
    traceback.print_exc()
    sys.exit(1)
