"""What `trnn verify` says of the tiny run, in order and out of order; and the run's manifest."""

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from rocrate.rocrate import ROCrate

from tests.workflow.runs import RESULTS, verify
from trnn.workflow import verify as checked
from trnn.workflow.settings import given_settings, read_settings

pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def copy(tiny, tmp_path_factory) -> Path:
    """A copy of the tiny run's folder, to be spoilt and mended again."""
    folder = tmp_path_factory.mktemp("verify") / "run"
    shutil.copytree(tiny, folder, symlinks=True)
    return folder


def said_of(folder: Path, *arguments: str) -> dict[str, str]:
    """Return what is said of each file that is not in order, and check the exit code."""
    result = verify(folder, *arguments)
    lines = [line.partition("  ") for line in result.stdout.splitlines()[:-1]]
    assert result.returncode == (1 if lines else 0), result.stdout + result.stderr
    return {rest.split(": ")[0]: f"{state}: {rest.split(': ', 1)[1]}" for state, _, rest in lines}


def test_a_finished_run_is_in_order(copy):
    assert said_of(copy) == {}


@pytest.mark.parametrize(
    "name",
    [
        "gershman/checkpoints/trnn/seed0.pt",
        "gershman/estimates/trnn/human.parquet",
        "figures/gershman/errors_of_people.png",
        "report.html",
    ],
)
def test_one_flipped_bit_is_found_though_the_clock_says_nothing(copy, name):
    file = copy / RESULTS / name
    content, times = file.read_bytes(), file.stat()
    flipped = bytearray(content)
    flipped[len(flipped) // 2] ^= 4
    file.write_bytes(flipped)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    said = said_of(copy)
    file.write_bytes(content)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert said.pop(name).startswith("altered")
    # What was made of it is stale, and nothing else is anything.
    assert said and all(text.startswith("stale") for text in said.values())
    assert "ro-crate-metadata.json" in said
    assert not any(other.startswith(("artificial/", "dezfouli/")) for other in said)


def test_missing_and_foreign_files_are_found(copy):
    file, foreign = (
        copy / RESULTS / "artificial/metrics.parquet",
        copy / RESULTS / "artificial/x.csv",
    )
    moved = file.rename(file.with_name("away"))
    foreign.write_text("mine")
    said = said_of(copy)
    moved.rename(file)
    foreign.unlink()
    assert said["artificial/metrics.parquet"].startswith("missing")
    assert said["artificial/x.csv"].startswith("foreign") and "artificial/away" in said
    assert said["summary.md"].startswith("stale")


def test_people_who_would_be_read_otherwise_are_stale(copy, monkeypatch):
    monkeypatch.chdir(copy)
    settings = read_settings(copy, given_settings([copy / "config/tiny.yaml"], []))
    data = settings.registry["gershman"].model_copy(update={"reward_scale": 2.0})
    changed = replace(settings, registry={**settings.registry, "gershman": data})
    found = {v.file: v for v in checked.verify(Path(RESULTS), copy, changed)}
    assert found["gershman/human/trials.parquet"].state == "stale"
    assert (
        found["raw/gershman"].reason == "gershman.reward_scale was 1.0, the configuration says 2.0"
    )
    assert found["dezfouli/human/trials.parquet"].state == "good"
    # Arms that move within blocks have other best actions.
    own = settings.experiments["dezfouli"]
    task = own.task.model_copy(update={"carry_over": True})
    other = {**settings.experiments, "dezfouli": own.model_copy(update={"task": task})}
    found = {
        v.file: v for v in checked.verify(Path(RESULTS), copy, replace(settings, experiments=other))
    }
    reason = "dezfouli.task.carry_over was False, the configuration says True"
    assert found["dezfouli/human/trials.parquet"].reason == reason


def test_files_of_an_experiment_that_is_no_longer_asked_for_are_foreign(copy):
    said = said_of(copy, "--set", "experiments=[artificial, gershman]")
    others = {name for name in said if name.startswith(("dezfouli/", "recovery_"))}
    assert len(others) > 50
    direct = [said[name] for name in others if "has no experiment" in said[name]]
    assert len(direct) > 30 and all(text.startswith("foreign") for text in direct)
    assert not any(name.startswith(("artificial/", "gershman/")) for name in said)


@pytest.mark.parametrize(
    ("setting", "file", "words"),
    [
        (
            "seed=5",
            "artificial/synthetic/train.parquet",
            "seed was 20241, the configuration says 5",
        ),
        (
            "overrides={gershman: {estimators: {bayes: {n_particles: 300}}}}",
            "gershman/estimates/bayes/test.parquet",
            "gershman.estimators.bayes.n_particles was 200, the configuration says 300",
        ),
        (
            "overrides={dezfouli: {estimators: {variants: {trnn_unlinked: {ensemble: first}}}}}",
            "dezfouli/estimates/trnn_unlinked/human.parquet",
            "ensemble was mean, the configuration says first",
        ),
    ],
)
def test_a_setting_that_is_another_now_makes_stale(copy, setting, file, words):
    said = said_of(copy, "--set", setting)
    assert said[file] == f"stale: {words}"
    if "gershman" in setting:
        assert "gershman/estimates/filter/test.parquet" not in said
        assert said["gershman/metrics.parquet"].startswith(
            "stale: its input gershman/estimates/bayes"
        )


def test_the_evidence_of_a_candidate_is_made_of_its_own_model_alone(copy):
    def models(kind: str, theory: str) -> set[str]:
        record = copy / RESULTS / f"provenance/gershman/theories/{kind}/{theory}.parquet.json"
        code = json.loads(record.read_text())["job"]["code"]
        return {Path(name).stem for name in code if "/theory/models/" in name} - {"__init__"}

    # Scored on people by its own model, and agents of each by all.
    assert models("evidence", "hybrid") == {"hybrid_exploration"}
    assert "hybrid_persistence" in models("evidence", "persistence")
    both = models("evidence", "hybrid") | models("evidence", "persistence")
    assert models("recovery", "hybrid") == models("recovery", "persistence") == both


def test_one_more_candidate_makes_the_choice_stale_and_no_others_evidence(copy):
    one = "overrides={dezfouli: {theories: {candidates: {more: {model: q_learning}}}}}"
    said = said_of(copy, "--set", one)
    words = "stale: dezfouli.theories.candidates were ['perseveration', 'forgetting_reward'], "
    for name in ("theories", "theory_evidence", "theory_comparisons"):
        assert said[f"dezfouli/{name}.parquet"].startswith(words)
    assert said["dezfouli/theories/recovery/perseveration.parquet"].startswith(words)
    assert said["dezfouli/theory_recovery.parquet"].startswith("stale: its input")
    assert not any(name.startswith("dezfouli/theories/evidence/") for name in said)
    assert not any(name.startswith("gershman/") for name in said)


def test_code_that_is_other_now_makes_stale(copy):
    module = copy / "src/trnn/estimators/filter/particle_filter.py"
    text = module.read_text()
    module.write_text(text + "\n# changed\n")
    assert said_of(copy) == {}
    module.write_text(text + "\n_CHANGED = 1\n")
    said = said_of(copy)
    module.write_text(text)
    changed = "stale: src/trnn/estimators/filter/particle_filter.py has changed since"
    assert {name for name, words in said.items() if words == changed} == {
        f"{experiment}/estimates/{which}/{population}.parquet"
        for experiment in ("artificial", "dezfouli", "gershman", "recovery_one", "recovery_three")
        for which in ("filter", "bayes", "bayes_smooth")
        for population in ("test", "human")
        if (copy / RESULTS / experiment / "human").exists() or population == "test"
    } | {
        f"{experiment}/{kind}/constant{rest}.parquet"
        for experiment in ("dezfouli", "gershman")
        for kind, rest in (("estimates", "/human"), ("evidence", "/human"))
    } | {f"{experiment}/prior_selection.parquet" for experiment in ("dezfouli", "gershman")} | {
        f"{experiment}/theories/{kind}/{theory}.parquet"
        for kind in ("evidence", "recovery")
        for experiment, theories in {
            "dezfouli": ("perseveration", "forgetting_reward"),
            "gershman": ("hybrid", "persistence"),
        }.items()
        for theory in theories
    } | {
        f"{experiment}/{kind}/{population}.parquet"
        for experiment in ("artificial", "dezfouli", "gershman", "recovery_one", "recovery_three")
        for kind in ("evidence/filter", "evidence/bayes", "nonstationarity")
        for population in ("test", "human")
        if (copy / RESULTS / experiment / "human").exists() or population == "test"
    } | {  # one parameter alone has no null of its own
        f"{experiment}/nonstationarity/null.parquet"
        for experiment in ("artificial", "dezfouli", "gershman", "recovery_three")
    } | {
        f"{experiment}/joint_calibration/{which}.parquet"
        for experiment in ("artificial", "dezfouli", "gershman", "recovery_three")
        for which in ("filter", "bayes")
    }
    assert not any("/synthetic/" in name or "/checkpoints/" in name for name in said)


def test_a_folder_without_records_is_no_results_folder(copy):
    (copy / RESULTS / "provenance").rename(copy / "away")
    result = verify(copy)
    (copy / "away").rename(copy / RESULTS / "provenance")
    assert result.returncode == 1
    assert "no records" in result.stderr and "Traceback" not in result.stderr


def test_the_manifest_is_a_crate_of_all_jobs_with_what_they_read_and_made(copy):
    results = copy / RESULTS
    crate = ROCrate(results)
    assert crate.mainEntity.id == "workflow/Snakefile"
    profiles = {p["@id"] if isinstance(p, dict) else p.id for p in crate.root_dataset["conformsTo"]}
    assert "https://w3id.org/ro/wfrun/provenance/0.5" in profiles
    assert crate.root_dataset["license"].id == "https://spdx.org/licenses/BSD-3-Clause"
    # Stand-ins are nobody's data: no terms but the code's.
    assert not [e.id for e in crate.get_entities() if "license" in e and e.id != "./"]
    files = {e.id: e for e in crate.data_entities if "sha256" in e}
    for name, entity in files.items():
        content = (results / name).read_bytes()
        assert entity["sha256"] == hashlib.sha256(content).hexdigest(), name
        assert entity["contentSize"] == str(len(content)), name
    assert len(files) > 200
    actions = {e.id: e for e in crate.contextual_entities if e.type == "CreateAction"}
    run = actions.pop("#run")
    assert run["instrument"].id == "workflow/Snakefile" and len(actions) > 100
    made = [file.id for action in actions.values() for file in as_list(action["result"])]
    assert sorted(made) == sorted(set(made)) and set(made) <= set(files)
    for action in actions.values():
        assert run["startTime"] <= action["startTime"] <= action["endTime"] <= run["endTime"]
        assert action["instrument"].type == "SoftwareApplication"
    metrics = next(a for a in actions.values() if a["name"] == "metrics experiment=gershman")
    assert "gershman/estimates/trnn/human.parquet" in {f.id for f in as_list(metrics["object"])}
    steps = [e for e in crate.contextual_entities if e.type == "HowToStep"]
    controlled = {
        e["instrument"].id for e in crate.contextual_entities if e.type == "ControlAction"
    }
    assert {step.id for step in steps} == controlled


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def test_what_ran_is_beside_the_results(copy):
    workflow = copy / RESULTS / "workflow"
    assert (workflow / "Snakefile").read_text() == (copy / "Snakefile").read_text()
    for file in (copy / "rules").glob("*.smk"):
        assert (workflow / "rules" / file.name).read_text() == file.read_text()
    settings = yaml.safe_load((workflow / "configuration.yaml").read_text())
    assert settings["run"]["permutations"] == 200
    assert settings["experiments"]["gershman"]["estimators"]["bayes"]["n_particles"] == 200
    assert "data_mirror" not in settings["run"]


def test_every_file_carries_what_made_it(copy):
    """In the file itself, where its format has room for it."""
    from PIL import Image

    record = json.loads(
        (copy / RESULTS / "provenance/figures/gershman/errors_of_people.png.json").read_text()
    )
    with Image.open(copy / RESULTS / "figures/gershman/errors_of_people.png") as image:
        origin = json.loads(image.text["Comment"])
    assert origin["code_digest"] == record["job"]["code_digest"]
    assert origin["git_commit"] == record["job"]["git_commit"]
    pdf = (copy / RESULTS / "figures/gershman/errors_of_people.pdf").read_bytes()
    assert origin["code_digest"].encode() in pdf
    for name in ("summary.md", "replication.md", "report.html"):
        text = (copy / RESULTS / name).read_text()
        made = json.loads((copy / RESULTS / f"provenance/{name}.json").read_text())["job"]
        assert f"code digest {made['code_digest']}" in text, name
