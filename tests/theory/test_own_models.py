"""A model in a file anywhere: found or refused in words, and what is written is what runs."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.estimators.plain import random_sessions
from trnn.config.model_files import equations_digest, located, sources_of
from trnn.config.models import parameters_of
from trnn.errors import ConfigError
from trnn.theory.compiled import check_model
from trnn.theory.likelihood import negative_log_likelihood
from trnn.theory.meanings import MEANINGS
from trnn.theory.models import get_model
from trnn.theory.own_models import load_own, origin_of

OWN = (Path(__file__).parent / "two_rates.py").read_text()
GAINED = "return beta * (q_0 - q_1)"  # an equation, to be changed
VALUES = np.array([0.3, 0.4, 0.1, 2.0])


@pytest.fixture()
def write(tmp_path, monkeypatch):
    """Return a function that writes files into the working folder, the model's by default."""
    monkeypatch.chdir(tmp_path)

    def writing(text: str = OWN, file: str = "mine.py") -> Path:
        path = Path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return writing


def nll(model) -> float:
    sequences = random_sessions("q_learning", [(9,)])
    return float(negative_log_likelihood(model, sequences, VALUES[:, None, None])[0, 0])


# --- found and refused ----------------------------------------------------------------------------


def test_a_model_is_called_by_its_file_and_its_class(write, tmp_path):
    write(file="models/mine.py")
    model = get_model("models/mine.py:TwoRates")
    assert model.name == "two_rates" and model.names == parameters_of("models/mine.py").all
    assert get_model("models/mine.py") is model  # the only one in it
    assert origin_of(model).called == "models/mine.py:TwoRates"
    assert MEANINGS["forgetting"].symbol == "φ"
    whole = f"{tmp_path}/models/mine.py"
    assert located(f"{whole}:TwoRates") == "models/mine.py:TwoRates"  # seen from here
    assert located("mine.py", Path("models")) == "models/mine.py:TwoRates"
    assert located("../mine.py", Path("models/none")) == "models/mine.py:TwoRates"


def test_a_file_elsewhere_keeps_the_way_in_which_it_was_given(write, tmp_path, monkeypatch):
    write()
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert located("../mine.py") == "../mine.py:TwoRates"
    assert located(f"{tmp_path}/mine.py") == f"{tmp_path}/mine.py:TwoRates"


def test_a_file_that_is_not_there_is_named_with_every_place_tried(write, tmp_path):
    with pytest.raises(ConfigError) as refused:
        located("none.py:A", tmp_path / "config")
    assert f"{tmp_path}/config/none.py and {tmp_path}/none.py" in str(refused.value)


TWO = f"""{OWN}

class Other(TwoRates):
    name = "other"
    parameters = (Parameter("rate", "rate", "r", "1", 0, 1, learning=True),)
"""


@pytest.mark.parametrize(
    ("text", "called", "words"),
    [
        (OWN, "mine.py:Rates", r"'Rates' is not there.* defines are \['TwoRates'\]"),
        (TWO, "mine.py", r"which of its models\? .*\['TwoRates', 'Other'\]"),
        (f"{OWN}\nclass A:\n    pass\n", "mine.py:A", "'A' is no model: it states no `parameters`"),
        ("x = 1\n", "mine.py", "it defines none"),
        (OWN.replace("def learn(", "def learn(("), "mine.py", r"mine\.py:\d+: not valid Python"),
        (OWN.replace("(Model)", ""), "mine.py", "'TwoRates' is no model: it must be a class of"),
        (OWN.replace('    name = "two_rates"', ""), "mine.py", "must state `name`"),
        (OWN.replace('"two_rates"', '"../x"'), "mine.py", "must state `name`.*got '../x'"),
        (OWN.replace('"two_rates"', '"q_learning"'), "mine.py", "which a model of the package is"),
        (f"{OWN}\nTwoRates.parameters = ()\n", "mine.py", "other `parameters` in its body"),
        (f"{OWN}\n1 / 0\n", "mine.py", r"mine\.py:\d+: .*ZeroDivisionError: division by zero"),
        (f"import nothing_at_all\n{OWN}", "mine.py", r"mine\.py:1: .*No module named 'nothing_at"),
    ],
)
def test_what_is_no_model_is_refused_in_words(write, text, called, words):
    write(text)
    with pytest.raises(ConfigError, match=words):
        load_own(called)


def test_one_of_two_models_of_a_file_is_the_one_that_is_named(write):
    write(TWO)
    assert load_own("mine.py:Other").name == "other"
    assert load_own("mine.py:TwoRates").name == "two_rates"


def test_equations_that_cannot_be_compiled_are_named_with_file_and_line(write):
    write(OWN.replace(GAINED, "return open(str(beta))"))
    with pytest.raises(ConfigError, match=r"mine\.py: the equations.*'open'.*mine\.py.*\d"):
        check_model(load_own("mine.py"))


# --- what is written is what runs -----------------------------------------------------------------

AGAIN = """
import sys
from pathlib import Path
from tests.theory.test_own_models import nll
from trnn.theory.own_models import load_own
print(nll(load_own("mine.py")))
for name, old, new in (("gain.py", "3.0", "1.0"), ("mine.py", "own(beta", "own(2*beta")):
    Path(name).write_text(Path(name).read_text().replace(old, new))
    print(nll(load_own("mine.py")))
"""


def test_a_changed_equation_gives_new_numbers_in_this_process_and_in_another(write):
    """The likelihood is that of 1, 2 and 3 times beta, whatever was compiled and kept before."""
    write()
    expected = {}
    for gain in (1, 2, 3):
        values = VALUES * np.array([1, 1, 1, gain])
        model, sequences = load_own("mine.py"), random_sessions("q_learning", [(9,)])
        expected[gain] = negative_log_likelihood(model, sequences, values[:, None, None])[0, 0]
    assert len(set(expected.values())) == 3
    # Of equal length, within one second: no time or size tells the versions apart.
    write(f"from gain import own\n{OWN.replace(GAINED, 'return own(beta * (q_0 - q_1))')}")
    for gain in (2, 3):
        write(f"from numba import njit\n\n@njit\ndef own(x):\n    return {gain}.0 * x\n", "gain.py")
        assert nll(load_own("mine.py")) == pytest.approx(expected[gain], rel=1e-14)
        assert nll(get_model("mine.py")) == pytest.approx(expected[gain], rel=1e-14)
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", AGAIN],
        **{"env": {**os.environ, "PYTHONPATH": paths}, "text": True, "capture_output": True},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = list(map(float, done.stdout.split()))
    assert found == pytest.approx([expected[3], expected[1], expected[2]], rel=1e-14)
    # What the other process has changed is seen here.
    assert nll(load_own("mine.py")) == pytest.approx(expected[2], rel=1e-14)


def test_a_process_keeps_the_equations_that_it_began_with(write):
    """Until somebody loads the file anew: a training must not go on with others."""
    write()
    first = get_model("mine.py:TwoRates")
    write(OWN.replace(GAINED, "return 2 * beta * (q_0 - q_1)"))
    assert get_model("mine.py:TwoRates") is first
    assert load_own("mine.py:TwoRates") is not first
    assert get_model("mine.py:TwoRates") is not first


def test_neighbours_are_those_of_the_models_own_folder_and_hide_nothing_else(write, monkeypatch):
    for folder, gain in (("a", 2), ("b", 3)):
        write(f"import math\nimport random\nimport near\nGAIN = near.GAIN\n{OWN}", f"{folder}/m.py")
        write("from deep.er import GAIN\nassert __name__ != 'near'\n", f"{folder}/near.py")
        write("", f"{folder}/deep/__init__.py")
        write(f"GAIN = {gain}\n", f"{folder}/deep/er.py")
        write("raise RuntimeError('the standard library is hidden')\n", f"{folder}/random.py")
    before = object()
    monkeypatch.setitem(sys.modules, "near", before)
    kinds = [type(load_own(f"{folder}/m.py")) for folder in ("a", "b")]
    assert [sys.modules[kind.__module__].GAIN for kind in kinds] == [2, 3]
    assert sys.modules["near"] is before and "deep" not in sys.modules
    assert set(sources_of(Path("a/m.py"))) == {"", "near", "deep", "deep.er"}
    assert not list(Path("a").rglob("*.pyc"))


def test_the_digest_of_equations_sees_neighbours_and_no_comments_or_words(write):
    path = write(f"from near import GAIN\n{OWN}")
    write("GAIN = 2\n", "near.py")
    first = equations_digest(sources_of(path))
    words = OWN.replace("rate of better", "better's rate").replace("α₊", "a")
    write(f"# About it.\nfrom near import GAIN\n{words}")
    write('"""Near."""\nGAIN = 2  # times\n', "near.py")
    assert equations_digest(sources_of(path)) == first
    write("GAIN = 3\n", "near.py")
    assert equations_digest(sources_of(path)) != first
    write("GAIN = 2\n", "near.py")
    write(f"from near import GAIN\n{OWN.replace(GAINED, 'return GAIN * (q_0 - q_1) * beta')}")
    assert equations_digest(sources_of(path)) != first
