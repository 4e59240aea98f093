"""The frame of every job: inputs are compared with their records, and what goes wrong is said."""

import errno
import json
import os
import subprocess
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from trnn import compilation
from trnn.errors import AlteredFileError
from trnn.tables import origin
from trnn.tables.atomic import atomic_path
from trnn.tables.origin import NO_COMMIT, git_commit
from trnn.workflow import records
from trnn.workflow.code import code_digest, stage_code, stage_files
from trnn.workflow.commit import NO_ANSWER, NO_GIT, commit
from trnn.workflow.job import run_stage
from trnn.workflow.records import Results, read_record
from trnn.workflow.surroundings import surroundings_of_run


class Named(list):
    """A list whose entries have names, as Snakemake's have."""

    def __init__(self, **entries):
        flat = [e if isinstance(e, list) else [e] for e in entries.values()]
        super().__init__(chain.from_iterable(flat))
        self.__dict__.update(entries)
        self._entries = entries

    def items(self):
        return self._entries.items()


@pytest.fixture
def job(tmp_path, monkeypatch):
    """Return a function that runs a stage which doubles its input."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(records, "PATIENCE_SECONDS", 0.0)

    def run(main=None, source="results/a", target="results/b", rule="double"):
        def double(smk):
            text = Path(smk.input.a).read_text() * 2
            with atomic_path(smk.output[0]) as temporary:
                temporary.write_text(text)

        smk = SimpleNamespace(
            rule=rule,
            input=Named(a=source),
            output=Named(made=target),
            wildcards=Named(experiment="x"),
            params=Named(code=stage_code("simulate"), seed=1, data_source="none", factor=2),
            log=[f"results/logs/{rule}/x.log"],
            threads=1,
        )
        run_stage(main or double, smk)

    (tmp_path / "results").mkdir()
    (tmp_path / "results/a").write_text("x")
    return run


def test_a_record_says_what_was_made_of_what(job, tmp_path):
    job()
    record = read_record("results/provenance/b.json")
    assert record["file"] == "b" and record["bytes"] == 2
    made = record["job"]
    assert made["rule"] == "double" and made["wildcards"] == {"experiment": "x"}
    assert list(made["inputs"]) == ["a"] and made["outputs"] == ["b"]
    assert made["script"] == "simulate" and made["code"] == stage_files("simulate")
    assert made["code_digest"] == code_digest(made["code"]) == stage_code("simulate")["digest"]
    assert "code" not in made["params"]  # nor is it a setting
    assert {"git_commit", "package_version", "library_versions", "config_digest"} <= set(made)
    assert made["started"] <= made["ended"] and made["seconds"] >= 0
    # Nothing of this machine: neither a path nor its name.
    assert str(tmp_path) not in json.dumps(record)
    assert subprocess.getoutput("hostname") not in json.dumps(record)


@pytest.mark.parametrize("damage", ["truncated", "flipped", "other"])
def test_an_input_that_is_not_what_was_made_is_refused(job, damage, capsys):
    job()
    made = Path("results/b")
    content = bytearray(made.read_bytes())
    content[0] ^= 1
    made.write_bytes({"truncated": b"x", "flipped": bytes(content), "other": b"yyyy"}[damage])
    with pytest.raises(SystemExit):
        job(source="results/b", target="results/c", rule="again")
    said = capsys.readouterr().err
    assert "results/b: this is not the file that was made" in said and "Delete it" in said
    assert "Traceback" not in said
    assert not Path("results/c").exists() and not Path("results/provenance/c.json").exists()
    # As the message says: without its record a file is taken as it is.
    Path("results/provenance/b.json").unlink()
    job(source="results/b", target="results/c", rule="again")
    assert Path("results/c").exists()


def test_a_record_that_comes_late_is_waited_for(tmp_path, monkeypatch):
    """On a network's file system the old record may be seen beside the new file."""
    results = Results(tmp_path)
    file = tmp_path / "a"
    file.write_text("new")
    record = results.record_of(file)
    record.parent.mkdir()
    record.write_text(json.dumps({"file": "a", "sha256": "old", "job": {}}))
    monkeypatch.setattr(records.time, "sleep", lambda seconds: results.write([file], {}))
    assert set(results.check_inputs([file])) == {"a"}
    monkeypatch.setattr(records.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(records, "PATIENCE_SECONDS", 0.1)
    file.write_text("newer")
    with pytest.raises(AlteredFileError):
        results.check_inputs([file])


def test_a_job_removes_what_a_killed_one_left(job):
    left = Path("results/.b.abcdef")
    left.write_text("half")
    other = Path("results/.bb.abcdef")
    other.write_text("another's")
    job()
    assert not left.exists() and other.exists()


def test_a_failed_job_leaves_no_file_and_no_record(job, capsys):
    job()

    def fail(smk):
        with atomic_path(smk.output[0]) as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(SystemExit):
        job(fail)
    assert "Traceback" in capsys.readouterr().err  # nobody's fault but the program's
    assert not Path("results/provenance/b.json").exists()
    assert Path("results/b").read_text() == "xx"  # Snakemake removes it
    assert not list(Path("results").glob(".b*"))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full. Free some space"),
        (errno.EDQUOT, "your quota of the disk is used up"),
        (errno.EROFS, "the folder is read-only"),
        (errno.EACCES, "the rights to it are missing"),
        (errno.EIO, "the disk reports an error"),
    ],
)
def test_storage_that_fails_is_explained(job, capsys, number, words):
    def fail(smk):
        raise OSError(number, "what the system says")

    with pytest.raises(SystemExit):
        job(fail)
    said = capsys.readouterr().err
    assert f"results/b: {words}" in said and "what the system says" in said
    assert "Traceback" not in said


def test_a_full_disk_really(job, tmp_path, capsys):
    """On a file system of 64 kB, where it can be mounted."""
    small = tmp_path / "results/small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a file system")
    try:
        Path("results/a").write_text("x" * 100_000)
        with pytest.raises(SystemExit):
            job(target="results/small/b")
        said = capsys.readouterr().err
        assert "results/small/" in said and "the disk is full" in said and "Traceback" not in said
        assert not list(small.iterdir())
        subprocess.run(["mount", "-o", "remount,size=1m", str(small)], check=True)
        job(target="results/small/b")
        assert (small / "b").stat().st_size == 200_000
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_files_outside_the_results_have_names_of_their_own(tmp_path):
    results = Results(Path("results"))
    assert results.name_of("results/x/a.parquet") == "x/a.parquet"
    assert results.name_of("data/raw/gershman") == "./data/raw/gershman"
    for path in ("results/x/a.parquet", "data/raw/gershman"):
        assert results.path_of(results.name_of(path)) == Path(path)
    assert len({results.record_of(p) for p in ("results/data/raw/a", "data/raw/a")}) == 2


def test_the_checkouts_files_have_the_same_names_wherever_it_is(tmp_path, monkeypatch):
    """And their records do not climb out of the folder of records."""
    checkout, working = tmp_path / "checkout", tmp_path / "deep/er"
    (checkout / "config").mkdir(parents=True)
    working.mkdir(parents=True)
    monkeypatch.setattr(records, "PROJECT", checkout)
    results = Results(Path("results"))
    file = checkout / "config/published.yaml"
    file.write_text("x")
    for folder, path in (
        (working, "../../checkout/config/published.yaml"),
        (working, str(file)),
    ):
        monkeypatch.chdir(folder)
        assert list(results.check_inputs([path])) == ["./@checkout/config/published.yaml"]
        assert results.path_of(results.name_of(path), checkout).samefile(file)
        assert results.record_of(path).resolve().is_relative_to(folder / "results/provenance")
    monkeypatch.chdir(checkout)
    assert results.name_of("config/published.yaml") == "./config/published.yaml"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Return a function that runs git in a folder that is taken for the project's."""

    def git(*arguments):
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)

    monkeypatch.setattr(origin, "PROJECT", tmp_path)
    monkeypatch.setattr(origin, "git_commit", git_commit.__wrapped__)
    return git


def test_the_commit_of_somebody_elses_checkout_is_told(repository, tmp_path, monkeypatch):
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text("1")
    repository("init", "-q")
    repository("add", "-A")
    repository("commit", "-q", "-m", "x")
    own = commit.__wrapped__()
    assert len(own) == 40
    # Git's own way of having its tests run as somebody else.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert origin.git_commit() == NO_COMMIT  # git refuses
    before = dict(os.environ)
    assert commit.__wrapped__() == own
    assert dict(os.environ) == before
    (tmp_path / "src/a.py").write_text("2")
    assert commit.__wrapped__() == f"{own}+changes"


def test_where_git_cannot_be_asked_it_is_not_said_that_there_is_no_checkout(
    repository, tmp_path, monkeypatch
):
    assert commit.__wrapped__() == NO_COMMIT
    repository("init", "-q")
    assert commit.__wrapped__() == NO_ANSWER  # no commit yet
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit.__wrapped__() == NO_GIT


def test_a_cache_that_cannot_be_kept_is_told_in_the_log_and_in_the_record(job, monkeypatch):
    log = Path("results/logs/double/x.log")
    job()
    assert "cannot be kept" not in log.read_text()
    assert read_record("results/provenance/b.json")["job"]["compiled_code"] in (None, "kept")
    assert surroundings_of_run(Path("results")) == []
    monkeypatch.setattr(compilation, "KEPT", False)
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/nowhere")
    job()
    assert "cannot be kept (NUMBA_CACHE_DIR=/nowhere: " in log.read_text()
    assert read_record("results/provenance/b.json")["job"]["compiled_code"] == "anew"
    (told,) = surroundings_of_run(Path("results"))
    assert told.startswith("1 of 1 jobs had no place")


def test_the_commit_is_that_of_this_project_alone(repository, tmp_path, monkeypatch):
    """And says so if the code is not what was committed."""
    git, commit = repository, git_commit.__wrapped__
    assert commit() == NO_COMMIT
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text("1")
    (tmp_path / "README").write_text("1")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    assert len(commit()) == 40
    (tmp_path / "README").write_text("2")
    assert len(commit()) == 40
    (tmp_path / "src/a.py").write_text("2")
    assert commit().endswith("+changes")
    monkeypatch.setattr(origin, "PROJECT", tmp_path / "src")
    assert commit() == NO_COMMIT


def test_a_table_of_trials_that_is_put_in_place_by_hand_passes_a_gate(job, tmp_path, capsys):
    """Whatever a stage reads of it: here nothing at all of its columns."""
    frame = pd.DataFrame(
        {"subject": "a", "block": 0, "trial": [0, 1], "action": [0, 1], "reward": [1.0, 0.0]}
    )
    path = tmp_path / "results/trials.parquet"

    def touch(smk):
        with atomic_path(smk.output[0]) as temporary:
            temporary.write_text("made")

    frame.to_parquet(path)
    job(touch, source="results/trials.parquet")
    frame.assign(action=[0, 2]).to_parquet(path)
    (tmp_path / "results/b").unlink()
    with pytest.raises(SystemExit):
        job(touch, source="results/trials.parquet")
    said = capsys.readouterr().err
    assert "results/trials.parquet: column 'action' is 2" in said
    assert "subject 'a', block 0, trial 1" in said and "Traceback" not in said
    assert not (tmp_path / "results/b").exists()
