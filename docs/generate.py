"""Write the pages of docs/ that are made from the program: `make guides`.

`reference/cli.md` is what Typer says of the commands; `reference/models.md` the models, each
equation got by running the model's own functions on symbols; `explanation/corrections.md` what
config/published.yaml has of the study's defects. A test keeps them in step.
"""

import inspect
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

import sympy

from ger2024.published import read_published
from trnn.theory.model import Model, State
from trnn.theory.models import get_model, model_names

HERE = Path(__file__).resolve().parent
BEFORE = {-1: "none before", 0: "action 0", 1: "action 1"}  # the action made last
LINKS = {"logistic": r"\frac{1}{1 + e^{-x}}", "probit": r"\Phi(x)"}
CLI = """\
# Command line

`trnn --help` and `trnn COMMAND --help` print the same. Exit codes are 0 for success, 1 where
something was refused, with what to do, and 3 where `trnn estimate` had to leave people out.

"""
MODELS = """\
# Models

Each model is one file of `src/trnn/theory/models`. The equations below are not written by hand:
they are what the model's functions return for symbols. $P(0)$ is the probability of action 0, $r$
the reward of the chosen arm, $r'$ that of the other, where it is shown; a prime marks the state
after a trial. Where an equation asks how large something is, its function stands in its place: it
returns $x$, or the new state. State begins anew with every block, or with a session where a task's
values carry over. A model of your own is written in the same way: [](../howto/own_model.md).
"""


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")


def cli() -> str:
    """Return the page of the commands, as Typer documents them."""
    command = [sys.executable, "-m", "typer", "trnn.cli", "utils", "docs", "--name", "trnn"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    _, _, after = done.stdout.partition("**Commands**")
    return f"{CLI}**Commands**{after}".rstrip() + "\n"


def models() -> str:
    """Return the page of the models."""
    return "\n".join([MODELS, *(section(get_model(name)) for name in model_names())])


def section(model: Model) -> str:
    """Return a model's section: its words, parameters, state and equations."""
    words = inspect.cleandoc(type(model).__doc__ or "")
    lines = [f"## `{model.name}`", "", words, ""]
    lines += ["| parameter | symbol | range | unit | learning |", "|---|---|---|---|---|"]
    lines += [
        f"| {p.words} `{p.name}` | {p.symbol} | {p.low:g} to {p.high:g} | {p.unit} | "
        f"{'yes' if p.learning else 'no'} |"
        for p in model.parameters
    ]
    lines += ["", "| state | words | unit |", "|---|---|---|"]
    lines += [f"| ${_name(s.name)}$ | {s.words} | {_cell(s.unit)} |" for s in model.state]
    return "\n".join([*lines, "", *(f"{part}\n" for part in parts(model))])


def parts(model: Model) -> list[str]:
    """Return a model's equations as Markdown; as code those that ask how large something is."""
    found = []
    for name, tex in (("start", start), ("decide", choice), ("learn", learning)):
        if name == "decide":
            found.append(f"$$\nP(0) = {LINKS[model.link]}\n$$")
        try:
            found += [f"$$\n{line}\n$$" for line in tex(model)]
        except TypeError:  # symbols have no size
            code = textwrap.dedent(inspect.getsource(getattr(type(model), name)))
            found.append(f"```python\n{code}```")
    return found


def start(model: Model) -> list[str]:
    """Return the state before anything is known, in TeX."""
    values = zip(model.state, _many(_run(model, "start", {})), strict=True)
    return [r",\quad ".join(f"{_name(state.name)} = {_tex(value)}" for state, value in values)]


def choice(model: Model) -> list[str]:
    """Return the decision variable x, in TeX: of each last action, if that counts."""
    cases = {last: _run(model, "decide", {"last": last}) for last in BEFORE}
    if len(set(cases.values())) == 1:
        return [rf"x = {_tex(cases[0])}"]
    return [rf"x = {_tex(x)}\quad\text{{({BEFORE[last]})}}" for last, x in cases.items()]


def learning(model: Model) -> list[str]:
    """Return the state after each action, in TeX: what changes of it."""
    found = []
    for action in (0, 1):
        learnt = _many(_run(model, "learn", {"action": action}))
        found += [
            rf"\text{{action {action}:}}\quad {_name(state.name)}' = {_tex(value)}"
            for state, value in zip(model.state, learnt, strict=True)
            if value != _symbol(state)
        ]
    return found


def _run(model: Model, equation: str, given: Mapping[str, int]) -> Any:
    """Return what one of a model's functions returns for symbols, some arguments being given."""
    function = getattr(type(model), equation)
    # The function as it is, with the square root of symbols in the place of that of numbers.
    globals_ = {**function.__globals__, "sqrt": sympy.sqrt}
    symbolic = FunctionType(function.__code__, globals_, function.__name__)
    known = {state.name: _symbol(state) for state in model.state}
    known |= {p.name: sympy.Symbol(p.name) for p in model.parameters}
    known |= {"reward": sympy.Symbol("r"), "other_reward": sympy.Symbol("r'"), **given}
    names = inspect.signature(function).parameters
    return symbolic(*(known[name] for name in names))


def _symbol(state: State) -> sympy.Symbol:
    # A variance, whose unit is a square, is above 0, which a model may ask.
    return sympy.Symbol(state.name, positive=state.unit.endswith("^2") or None)


def _many(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _tex(value: Any) -> str:
    expression = sympy.nsimplify(sympy.sympify(value))
    names = {s: _name(s.name) for s in expression.free_symbols}
    return sympy.latex(expression, symbol_names=names)


def _name(name: str) -> str:
    """Return a name in TeX: Greek and single letters as they are, words upright, numbers below."""
    word, _, index = name.partition("_")
    head = sympy.latex(sympy.Symbol(word))
    if len(word) > 1 and not head.startswith("\\") and "'" not in word:
        head = rf"\mathrm{{{word}}}"
    below = index if len(index) == 1 else rf"\mathrm{{{index}}}"
    return f"{head}_{{{below}}}" if index else head


def _cell(text: str) -> str:
    return text.replace("^2", "²")


def corrections() -> str:
    """Return a table of the defects of the original analysis, and what is done here."""
    published = read_published(HERE.parent / "config/published.yaml")
    rows = ["| data set | the original | here |", "|---|---|---|"]
    rows += [f"| {c.dataset or 'all'} | {c.original} | {c.here} |" for c in published.corrections]
    return "\n".join(rows) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "reference/cli.md": cli,
    "reference/models.md": models,
    "explanation/corrections.md": corrections,
}

if __name__ == "__main__":
    main()
