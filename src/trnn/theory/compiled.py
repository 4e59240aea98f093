"""Models inside of compiled loops.

A loop that is compiled by Numba takes a model as it is, and calls its equations for column `i` of
parameters (n_parameters, n) and column `j` of states (n_state, n):

- ``model.n_state()`` returns how many numbers the state has;
- ``model.start(state, j)`` writes the state at a block's start;
- ``model.decide(state, j, parameters, i, last)`` returns the decision variable x;
- ``model.learn(state, j, parameters, i, action, reward)`` writes the state after a choice; the
  reward is a number, or of `trnn.trials.choices.FEEDBACK` where the other outcome is shown too;
- ``model.learn_from(state, j, parameters, i, action, reward, other)`` does the same from numbers,
  the other not-a-number where it is not shown;
- ``model.terms(state, j, parameters, i, last)`` returns a tuple of what the decision variable
  weighs; of a model that states none, of the decision variable itself;
- ``model.width(n)`` returns how many states go with n parameter sets: one where no parameter is of
  learning, since the state is then the same for all; ``model.column(i)`` which goes with set i;
- ``model.probability(x)`` and ``model.log_probability(x)`` return F(x) and log F(x).

Such a loop has `compiled` from here, by which models are known to Numba. The model's type is its
name and a digest of its source: so every model has loops of its own, into which its equations are
compiled, and what is kept on the disk is never that of another version.
"""

import hashlib
import inspect
import linecache
import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit, types
from numba.core.errors import NumbaError
from numba.extending import (
    NativeValue,
    models,
    overload_method,
    register_model,
    typeof_impl,
    unbox,
)

from trnn.compilation import compiled
from trnn.errors import ConfigError
from trnn.theory import numeric
from trnn.theory.model import Model

# Part of the loop that calls them, however long they are: a loop with a call is not vectorised.
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "forceinline": True}
_inlined = njit(**_OPTIONS)

LINKS = {
    "logistic": (numeric.logistic, numeric.log_logistic),
    "probit": (numeric.normal_cdf, numeric.log_normal_cdf),
}
EQUATIONS = ("start", "decide", "learn", "terms")
# What an equation may take beside state and parameters, and what the calling code calls it.
_LAST = {"last": "last"}
_ALONE = {"action": "action", "reward": "reward", "other_reward": "nan"}
_FEEDBACK = {"action": "action", "reward": "reward.own", "other_reward": "reward.other"}
_NUMBERS = {"action": "action", "reward": "reward", "other_reward": "other"}


class ModelType(types.Type):
    """The type of a model in compiled code."""

    def __init__(self, name: str, digest: str) -> None:
        self.model_name = name
        super().__init__(name=f"Model({name}, {digest})")


# The models that compiled code has met, by their types' names.
_MET: dict[str, Model] = {}


@typeof_impl.register(Model)
def _type_of(model: Model, _context: Any) -> ModelType:
    kind = ModelType(model.name, _digest(type(model)))  # type: ignore[arg-type]
    _MET.setdefault(kind.name, model)
    return kind


register_model(ModelType)(models.OpaqueModel)


@unbox(ModelType)
def _unbox(_kind: ModelType, _model: Any, context: Any) -> NativeValue:
    # A model carries nothing: all is in its type.
    return NativeValue(context.context.get_dummy_value())


@cache
def _digest(model: type[Model]) -> str:
    """Return a digest of a model's source, and of all that its equations use.

    Its module counts too, in which what is kept looks it up.
    """
    bases = [base for base in model.__mro__ if issubclass(base, Model)]
    files = {str(inspect.getsourcefile(base)) for base in bases}
    parts = [Path(file).read_text("utf-8") for file in sorted(files)]
    for equation in EQUATIONS:
        parts += _used_by(getattr(model, equation, None), set())
    return hashlib.sha256("\0".join([model.__module__, *parts]).encode()).hexdigest()[:16]


def _used_by(function: Any, seen: set[Any]) -> list[str]:
    """Return the files of a function and of those that it calls, and the numbers that it names."""
    function = getattr(function, "py_func", function)
    if not inspect.isfunction(function) or function in seen:
        return []
    seen.add(function)
    parts = [Path(str(inspect.getsourcefile(function))).read_text("utf-8")]
    for name, value in sorted(inspect.getclosurevars(function).globals.items()):
        if inspect.ismodule(value):
            source = inspect.getsourcefile(value) if hasattr(value, "__file__") else None
            parts.append(Path(source).read_text("utf-8") if source else name)
        else:
            parts += _used_by(value, seen) or [f"{name} = {_shown(value)}"]
    return parts


def _shown(value: Any) -> str:
    """Return a value to the last digit: a long array's text leaves out its middle."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    return repr(value)


def _method(
    name: str, arguments: tuple[str, ...], body: Callable[..., str], asks: str = ""
) -> None:
    """Give the type of models a method whose text `body` writes for each of them.

    `asks` names an argument by whose type, too, the text is written.
    """

    taken = ", ".join(("model", *arguments))

    def implement(kind: ModelType, *asked: types.Type) -> Callable[..., Any]:
        model = _MET[kind.name]
        text = f"def {name}({taken}):\n    {body(model, *asked)}\n"
        spaces: dict[str, Any] = {**_equations(type(model)), "nan": math.nan}  # type: ignore[arg-type]
        file = f"<{kind.name}.{name}>"
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
        exec(compile(text, file, "exec"), spaces)
        made: Callable[..., Any] = spaces[name]
        return made

    # Numba wants a function of the method's own arguments.
    spaces: dict[str, Any] = {"implement": implement}
    exec(f"def offer({taken}):\n    return implement(model{asks and f', {asks}'})\n", spaces)
    offered = overload_method(ModelType, name, jit_options=_OPTIONS)  # type: ignore[call-arg]
    offered(spaces["offer"])


@cache
def _equations(kind: type[Model]) -> dict[str, Callable[..., Any]]:
    """Return a model's equations and its distribution function, to be called by compiled code."""
    own = {name: getattr(kind, name) for name in EQUATIONS}
    made = {f"own_{name}": _inlined(f) for name, f in own.items() if f is not None}
    return {**made, **dict(zip(("cdf", "log_cdf"), LINKS[kind.link], strict=True))}


def _call(model: Model, equation: str, more: Mapping[str, str]) -> str:
    """Return the text that calls an equation with what it takes."""
    places = {s.name: f"state[{k}, j]" for k, s in enumerate(model.state)}
    places |= {p.name: f"parameters[{k}, i]" for k, p in enumerate(model.parameters)}
    places |= more
    wanted = inspect.signature(getattr(type(model), equation)).parameters
    unknown = [name for name in wanted if name not in places]
    if unknown:
        raise ConfigError(
            f"{_where(model, equation)}: {equation}({', '.join(wanted)}) takes {unknown}, which "
            f"the model does not have; it may take {sorted(places)}. Name what the equation needs "
            "in `parameters` or `state`."
        )
    return f"own_{equation}({', '.join(places[name] for name in wanted)})"


def _store(model: Model, call: str) -> str:
    """Return the text that writes what a call returns into the state."""
    n = len(model.state)
    if n == 1:
        return f"state[0, j] = {call}"
    names = ", ".join(f"s{k}" for k in range(n))
    stores = "; ".join(f"state[{k}, j] = s{k}" for k in range(n))
    return f"{names} = {call}; {stores}"


def _terms_text(model: Model) -> str:
    if model.terms is None:
        return f"return ({_call(model, 'decide', _LAST)},)"
    call = _call(model, "terms", _LAST)
    if model.n_terms == 1:
        return f"return ({call},)"
    names = ", ".join(f"term_{k}" for k in range(model.n_terms))
    return f"{names} = {call}; return {names}"


def _where(model: Model, equation: str) -> str:
    """Return the file and the line of an equation."""
    function = getattr(type(model), equation)
    return f"{inspect.getsourcefile(function)}:{inspect.getsourcelines(function)[1]}"


_method("n_state", (), lambda m: f"return {len(m.state)}")
_method("width", ("n",), lambda m: f"return {'n' if m.learning else 1}")
_method("column", ("i",), lambda m: f"return {'i' if m.learning else 0}")
_method("start", ("state", "j"), lambda m: _store(m, _call(m, "start", {})))
_method(
    "decide",
    ("state", "j", "parameters", "i", "last"),
    lambda m: f"return {_call(m, 'decide', _LAST)}",
)
_method(
    "learn",
    ("state", "j", "parameters", "i", "action", "reward"),
    lambda m, shown: _store(
        m, _call(m, "learn", _FEEDBACK if isinstance(shown, types.Record) else _ALONE)
    ),
    asks="reward",
)
_method(
    "learn_from",
    ("state", "j", "parameters", "i", "action", "reward", "other"),
    lambda m: _store(m, _call(m, "learn", _NUMBERS)),
)
_method("terms", ("state", "j", "parameters", "i", "last"), _terms_text)
_method("probability", ("x",), lambda m: "return cdf(x)")
_method("log_probability", ("x",), lambda m: "return log_cdf(x)")


@compiled
def _once(model, state, parameters):
    """Run every equation once."""
    model.start(state, 0)
    x = model.decide(state, 0, parameters, 0, -1)
    model.learn(state, 0, parameters, 0, 0, 1.0)
    terms = model.terms(state, 0, parameters, 0, -1)
    return model.log_probability(x) + model.probability(x) + terms[0]


def check_model(model: Model) -> None:
    """Raise ConfigError unless a model's equations can be compiled, with file, line and reason."""
    for equation in ("start", "decide", "learn"):
        if not hasattr(type(model), equation):
            raise ConfigError(
                f"{inspect.getsourcefile(type(model))}: the model '{model.name}' has no equation "
                f"`{equation}`; a model has start, decide and learn."
            )
    _check_names(model)
    state = np.zeros((len(model.state), 1))
    parameters = np.array([[(p.low + p.high) / 2] for p in model.parameters])
    try:
        _once(model, state, parameters)
    except NumbaError as error:
        raise ConfigError(
            f"{inspect.getsourcefile(type(model))}: the equations of the model '{model.name}' "
            f"cannot be compiled: {_reason(model, error)}. They may use numbers, `if`, loops, "
            "functions of `math` and numpy's of single numbers."
        ) from error


def _check_names(model: Model) -> None:
    """Raise ConfigError unless what a model names can be told apart, and its link is known."""
    where = f"{inspect.getsourcefile(type(model))}: the model '{model.name}'"
    if not getattr(model, "state", ()):
        raise ConfigError(f"{where} has no `state`; state at least one number that it carries.")
    if getattr(model, "link", None) not in LINKS:
        got = getattr(model, "link", None)
        raise ConfigError(f"{where}: `link` must be one of {sorted(LINKS)}, got {got!r}.")
    names = [*(s.name for s in model.state), *model.names, *_LAST, *_ALONE]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(
            f"{where}: {twice} name more than one thing; names of `state`, of `parameters` and "
            f"{[*_LAST, *_ALONE]} must differ."
        )


def _reason(model: Model, error: NumbaError) -> str:
    """Return the innermost of a compiler's complaints, in one line, with its place in the source.

    It stands after the last of the lines by which one failure is told to come from another.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [i for i, line in enumerate(lines) if "Failed in nopython mode pipeline" in line]
    inner = lines[told[-1] + 1 :] if told else lines
    places = [line.rstrip(":") for line in inner if line.startswith('File "')]
    # A method's text is ours: the place is the equation that it calls.
    called = [re.match(r'File "<Model\(.*\)\.(\w+)>"', place) for place in places[:1]]
    places[:1] = [
        f"in {_where(model, match[1])}" if match and hasattr(model, match[1]) else place
        for match, place in zip(called, places[:1], strict=True)
    ]
    return " ".join([*inner[:1], *places[:1]])
