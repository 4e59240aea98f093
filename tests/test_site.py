"""The pages of the site agree with the code and with one another; `make docs` builds them."""

import importlib.util
import re
import tomllib

import pytest
import sympy

from tests.conftest import ROOT
from tests.theory.two_rates import TwoRates
from trnn.cli import app
from trnn.theory.models import get_model

DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *(p for p in sorted(DOCS.rglob("*.md")) if not {"_build", "generated"} & set(p.parts)),
]


def module(name: str):
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


generate = module("generate")
offline = module("_ext/offline") if importlib.util.find_spec("sphinx") else None


@pytest.mark.parametrize("name", generate.PAGES)
def test_generated_pages_are_what_the_code_says(name):
    assert (DOCS / name).read_text() == generate.PAGES[name](), "run `make guides`"


def test_every_command_has_a_section():
    text = (DOCS / "reference/cli.md").read_text()
    names = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert len(names) > 10
    assert set(re.findall(r"^## `trnn ([\w-]+)`$", text, re.MULTILINE)) == names


def test_equations_are_those_of_the_model():
    """Against the equations of the paper, written by hand."""
    model = get_model("q_learning_perseveration")
    alpha, beta, kappa, r, q_0, q_1 = sympy.symbols("alpha beta kappa r q_0 q_1")
    run = generate._run
    first, stay = (run(model, "decide", {"last": last}) for last in (-1, 1))
    assert sympy.simplify(first - beta * (q_0 - q_1)) == 0
    assert sympy.simplify(stay - beta * (q_0 - q_1 - kappa)) == 0
    learnt = run(model, "learn", {"action": 1})
    assert learnt[0] == q_0 and sympy.simplify(learnt[1] - ((1 - alpha) * q_1 + alpha * r)) == 0
    assert r"\alpha" in generate.learning(model)[0]


def test_an_equation_that_asks_how_large_something_is_is_shown_as_code():
    told = generate.parts(TwoRates())
    assert told[-1].startswith("```python") and "alpha_up if error > 0" in told[-1]
    assert told[0].startswith("$$") and r"x = \beta" in told[2]


def test_links_lead_to_files():
    found = 0
    for page in PAGES:
        text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if not target.startswith(("http:", "https:")):
                assert (page.parent / target).exists(), (page, target)
                found += 1
    assert found > 40


def test_every_page_is_in_a_table_of_contents():
    named = set()
    for page in PAGES[2:]:
        for tree in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text(), re.DOTALL):
            lines = [line for line in tree.splitlines() if line and not line.startswith(":")]
            named |= {(page.parent / f"{line}.md").resolve() for line in lines}
    included = {DOCS / "index.md", DOCS / "explanation/corrections.md"}
    assert named == set(PAGES[2:]) - included


def test_the_front_page_is_one_screen():
    lines = (ROOT / "README.md").read_text().splitlines()
    assert len(lines) <= 50 and max(map(len, lines)) <= 160


def test_the_sites_lock_adds_to_the_other():
    """It has what the extra names, and nothing that the environment of the project has."""

    def names(file):
        entries = (line.partition("==")[0] for line in file.read_text().splitlines() if line)
        return {re.sub(r"[-_.]+", "-", name).lower() for name in entries}

    own, others = names(DOCS / "requirements.lock"), names(ROOT / "requirements.lock")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[^\w-]", e)[0] for e in project["optional-dependencies"]["docs"]}
    assert wanted <= own and not own & others


@pytest.mark.skipif(offline is None, reason="the site's packages are not installed")
def test_what_a_page_would_fetch_is_seen(tmp_path):
    (tmp_path / "a.html").write_text(
        '<a href="https://x.org">x</a><script src="https://cdn.org/a.js"></script>'
    )
    (tmp_path / "b.css").write_text("@import url(//fonts.org/c.css);")
    (tmp_path / "c.html").write_text('<img src="pictures/a.png"><a href="https://x.org">x</a>')
    seen = {"a.html": ["https://cdn.org/a.js"], "b.css": ["//fonts.org/c.css"]}
    assert offline.fetched(tmp_path) == seen
