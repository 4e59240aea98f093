"""The digest of what a file says: blind to words about the code, and to nothing of the code."""

import ast
import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from trnn.workflow import sources
from trnn.workflow.code import READ, SCRIPTS, code_digest, source_digest, stage_code, stage_files
from trnn.workflow.sources import Source, read_source

PLAIN = '''"""About the module."""

import math
from trnn.theory import words


class A(B):
    """About the class."""

    x: int = 1

    def f(self, a, *, b=2.5):
        """About the function."""
        return f"{a!r:>3}" + "text" if b else math.pi
'''

# Of the text in the test that uses it.
KNOWN = "08b8f251b18094e9cca7bb7661c519ea3f1130ec860944a04fc4b3061a36cb27"


def digest(folder: Path, text: str, words: bool = False) -> str:
    path = folder / f"{abs(hash(text))}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    source = read_source(path)
    return source.digest_with_words if words else source.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("About the module", "Other words"),
        ("About the class", "Other words"),
        ('"""About the class."""\n\n', "# a comment\n"),
        ("About the function", "Other words"),
        ("    x: int = 1\n", "    x: int = 1  # one\n"),
        ("(self, a, *, b=2.5)", "(\n        self,\n        a,\n        *,\n        b=2.5,\n    )"),
        ('"text"', "'text'"),
    ],
)
def test_words_about_the_code_and_layout_change_nothing(tmp_path, old, new):
    assert PLAIN.count(old) == 1
    assert digest(tmp_path, PLAIN.replace(old, new)) == digest(tmp_path, PLAIN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x: int = 1", "x: int = 2"),
        ("x: int = 1", "x: float = 1"),
        ("x: int = 1", "x: int = 1.0"),
        ("x: int = 1", "x: int = True"),
        ("b=2.5", "b=2.5000001"),
        ("*, b", "b"),
        ('"text"', '"Text"'),
        ('"text"', 'b"text"'),
        ("!r", "!s"),
        (":>3", ":<3"),
        ("import math", "import math as maths"),
        ("return", "yield"),
        ("if b else math.pi", "if not b else math.pi"),
        ("class A(B)", "class A"),
    ],
)
def test_any_change_of_the_code_changes_it(tmp_path, old, new):
    assert PLAIN.count(old) == 1
    assert digest(tmp_path, PLAIN.replace(old, new)) != digest(tmp_path, PLAIN)


def test_the_digest_is_this_one_on_every_machine(tmp_path):
    """A digest of another version of Python would make all results outdated."""
    text = "def f(x: int = 1, *rest: str) -> str:\n    return f'{x:>{rest[0]}} α' if x else None\n"
    assert digest(tmp_path, text) == KNOWN


def test_words_of_a_parameter_count_only_in_what_is_read(tmp_path):
    folder = tmp_path / "trnn/theory/models"
    text = "a = Parameter('alpha', low=0, words='rate', symbol='α')\n"
    other = text.replace("rate", "learning rate").replace("'α'", "'a'")
    assert digest(folder, other) == digest(folder, text)
    assert digest(folder, other, words=True) != digest(folder, text, words=True)
    assert digest(folder, text.replace("low=0", "low=1")) != digest(folder, text)
    # Of a parameter, in a model: nothing else that is called so.
    for written in (text.replace("Parameter(", "Other("), text.replace("words=", "word=")):
        changed = written.replace("rate", "learning rate")
        assert digest(folder, changed) != digest(folder, written)
    assert digest(tmp_path, other) != digest(tmp_path, text)


def test_what_was_found_is_kept_and_used_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "a.py"
    file.write_text(PLAIN)
    fresh(monkeypatch)
    found = read_source(file)
    assert "trnn.theory.words" in found.imports and "math" in found.imports
    sources._keep(sources.KEPT.absolute())
    assert not sources.KEPT.exists()  # no Snakemake here
    sources.KEPT.parent.mkdir()
    sources._keep(sources.KEPT.absolute())
    fresh(monkeypatch)
    monkeypatch.setattr(sources, "_parsed", lambda tree, words: pytest.fail("parsed again"))
    assert read_source(file) == found
    file.write_text(PLAIN + "# changed")
    fresh(monkeypatch, _parsed=lambda tree, words: Source((), "new", "new"))
    assert read_source(file).digest == "new"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"x": 1}', '{"x": {"imports": 1}}'])
def test_notes_that_cannot_be_read_are_as_good_as_none(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    sources.KEPT.parent.mkdir()
    sources.KEPT.write_text(content)
    fresh(monkeypatch)
    assert sources._kept() == {}


def fresh(monkeypatch, **replaced) -> None:
    """Forget what is known in this process, as a new one would."""
    for function in (sources.read_source, sources._kept, sources._keep_at_the_end):
        function.cache_clear()
    monkeypatch.setattr(sources.atexit, "register", lambda *arguments: None)
    for name, value in replaced.items():
        monkeypatch.setattr(sources, name, value)


# --- the param of a rule --------------------------------------------------------------------------


def test_the_param_of_a_rule_is_small_and_says_what_the_stage_is_made_of():
    param = stage_code("train", ["trnn.theory.models.q_learning"])
    assert param["script"] == "train" and len(param["digest"]) == 64
    assert len(json.dumps(param)) < 200
    files = stage_files("train", param["modules"])
    assert code_digest(files) == param["digest"]
    assert list(files) == sorted(files)
    assert {"workflow/scripts/train.py", "src/trnn/theory/models/q_learning.py"} <= set(files)
    other = stage_code("train", ["trnn.theory.models.hybrid_exploration"])
    assert other["digest"] != param["digest"] != stage_code("train")["digest"]


def test_only_what_is_read_is_made_of_words():
    assert {path.stem for path in SCRIPTS.glob("*.py")} > READ
    for script in ("train", *READ):
        made = stage_files(script)
        assert any(n.endswith("/words.py") for n in made) == (script in READ), script
    model = ROOT / "src/trnn/theory/models/q_learning.py"
    assert source_digest(model, "train") == read_source(model).digest
    assert source_digest(model, "report") == read_source(model).digest_with_words


def test_no_stage_computes_with_a_docstring():
    """They are no part of the digest."""
    for path in (ROOT / "src").rglob("*.py"):
        names = {
            n.attr for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)
        }
        names |= {n.id for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Name)}
        assert not names & {"__doc__", "getdoc", "getsource"}, path


def test_what_a_package_offers_to_whoever_asks_changes_nothing(tmp_path):
    offers = "\n\ndef __getattr__(name):\n    from trnn.figures import style\n    return style\n"
    assert digest(tmp_path, PLAIN + offers) == digest(tmp_path, PLAIN)
    path = tmp_path / "offers.py"
    path.write_text(PLAIN + offers)
    assert not [name for name in read_source(path).imports if name.startswith("trnn.figures")]
    own = "\n\nclass C:\n    def __getattr__(self, name):\n        return name\n"
    assert digest(tmp_path, PLAIN + own) != digest(tmp_path, PLAIN)
