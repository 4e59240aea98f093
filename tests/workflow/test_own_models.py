"""A model's file among what a stage is made of: its equations and no comments, wherever it lies."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import ROOT
from trnn.errors import ConfigError
from trnn.tables.origin import PROJECT
from trnn.workflow import code, job, models, modules, sources
from trnn.workflow.code import path_of, stage_code, stage_files
from trnn.workflow.models import check_models, copies_of_own, module_of

OWN = (ROOT / "tests/theory/two_rates.py").read_text()
MODEL = "models/mine.py:TwoRates"
EQUATION = "return beta * (q_0 - q_1)"


@pytest.fixture()
def write(tmp_path, monkeypatch):
    """Return a function that writes a file below the working folder, which then begins anew."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sources, "_keep_at_the_end", lambda: None)

    def writing(text: str, file: str = "models/mine.py") -> None:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(text)
        for known in (sources.read_source, modules._imports, code._stage_digest):
            known.cache_clear()

    writing(f"from near import GAIN\nfrom trnn.theory.models.q_learning import QLearning\n{OWN}")
    writing("GAIN = 2\n", "models/near.py")
    yield writing
    for known in (sources.read_source, modules._imports, code._stage_digest):
        known.cache_clear()


def test_a_stage_is_made_of_the_models_file_of_its_neighbours_and_of_what_they_import(write):
    files = set(stage_files("train", [module_of(MODEL)])) - set(stage_files("train"))
    assert files == {
        "./models/mine.py",
        "./models/near.py",
        "src/trnn/theory/models/q_learning.py",
    }
    assert path_of("./models/near.py").read_text() == "GAIN = 2\n"
    assert path_of("src/trnn/cli.py") == PROJECT / "src/trnn/cli.py"
    assert module_of("q_learning") == "trnn.theory.models.q_learning"


def test_an_equation_makes_results_stale_and_a_comment_or_a_word_does_not(write):
    def digests():
        return [stage_code(script, [MODEL])["digest"] for script in ("train", "report")]

    text = Path("models/mine.py").read_text()
    train, report = digests()
    write(f"# A comment.\n{text}")
    assert digests() == [train, report]
    write(text.replace("rate of better", "rate of rewards"))
    assert digests()[0] == train and digests()[1] != report  # it shows the words
    write(text.replace(EQUATION, "return 2 * beta * (q_0 - q_1)"))
    assert digests()[0] != train
    write(text)
    assert digests() == [train, report]
    write("GAIN = 3\n", "models/near.py")
    assert digests()[0] != train


def test_a_job_of_a_model_that_was_edited_since_the_run_began_is_refused(write):
    planned = stage_code("train", [MODEL])
    job._check_unchanged(planned, stage_files("train", [MODEL]))
    write("GAIN = 3\n", "models/near.py")
    with pytest.raises(ConfigError, match=r"mine\.py:TwoRates: the model has changed since this"):
        job._check_unchanged(planned, stage_files("train", [MODEL]))


def test_a_job_knows_the_words_of_the_models_that_its_settings_name():
    own = {"model": MODEL}
    assert job._own_models({"experiment": own, "seed": 1}) == [MODEL]
    many = {"a": {"model": "q_learning"}, "b": own, "c": {}}
    assert job._own_models({"experiments": many}) == [MODEL]
    assert job._own_models({"experiment": {"model": "q_learning"}}) == []


def test_a_run_keeps_copies_of_its_models_by_experiment(write):
    theories = SimpleNamespace(candidates={"own": SimpleNamespace(model=MODEL)})
    found = copies_of_own(
        {
            "a": SimpleNamespace(model=MODEL, theories=None),
            "b": SimpleNamespace(model="q_learning", theories=theories),
        }
    )
    assert found == {
        "models/a/mine.py": "models/mine.py",
        "models/a/near.py": "models/near.py",
        "models/b/own/mine.py": "models/mine.py",
        "models/b/own/near.py": "models/near.py",
    }


def test_one_name_means_one_thing_in_a_run(write, monkeypatch):
    monkeypatch.setattr(models, "_check", lambda name: None)
    write(OWN.replace("inverse temperature", "slope"))
    check_models([MODEL])
    with pytest.raises(
        ConfigError, match=r"calls 'beta' inverse .* 'models/mine\.py:TwoRates' .* slope"
    ):
        check_models([MODEL, "q_learning"])


def test_a_model_that_has_been_checked_is_not_compiled_again_until_it_changes(write, monkeypatch):
    checked = []
    monkeypatch.setattr(models, "_check", checked.append)
    Path(".snakemake").mkdir()
    for _ in range(2):
        check_models([MODEL])
    assert checked == [MODEL]
    write("GAIN = 4\n", "models/near.py")
    check_models([MODEL])
    assert checked == [MODEL, MODEL]
