"""JSON schemas of the files of settings, from the types that read them: for editors, and the guide.

A file need not hold all that its type does. One that says `extends`, an override and a variant give
parts of what they change; a null removes what was inherited; what is read from elsewhere, as the
arms of a task that is given in a file, must not stand there. The schemas say so. What holds between
settings, such as a range that must be in order, is checked by `trnn check` alone.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from trnn.config.base import Name
from trnn.config.experiment import Experiment
from trnn.config.extend import EXTENDS
from trnn.config.run import Run
from trnn.data.layout import Layout
from trnn.data.registry import Dataset

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
PART = "part of "  # what the definition of a part is called, before the name of the whole
LARGEST = 2**63 - 1  # of whole numbers in tables: no bound that a reader should see

# What is read from elsewhere: not to be written into a file.
READ = {"GivenTask": ("lengths", "n_blocks", "trials_per_block", "arms", "outcomes")}
# What a file may leave out although the type needs it: its own name says it.
NAMED_BY_THE_FILE = {"Dataset": ("name",)}


def schemas() -> dict[str, Schema]:
    """Return the schemas by kind: of a run, an experiment, and a data set."""
    return {"run": _run(), "experiment": _experiment(), "dataset": _dataset()}


def as_text(schema: Mapping[str, Any]) -> str:
    """Return a schema as its file holds it."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def definitions(model: type[BaseModel]) -> dict[str, Schema]:
    """Return the definition of a type of settings and of all that it holds, by name."""
    whole = model.model_json_schema()
    inner = whole.pop("$defs", {})
    found = {model.__name__: whole, **inner}
    return {name: _as_in_a_file(name, _plain(own)) for name, own in found.items()}


def _run() -> Schema:
    own = definitions(Run)
    run = own.pop("Run")
    # A file that is laid over config.yaml says what it changes.
    del run["required"]
    run["properties"]["overrides"]["additionalProperties"] = _reference(PART + "Experiment")
    run["properties"]["overrides"].pop("patternProperties", None)
    return _document("the run-wide settings", run, own | _parts(_experiments()))


def _experiment() -> Schema:
    own = _experiments()
    either = {
        "if": {"required": [EXTENDS]},
        "then": _reference(PART + "Experiment"),
        "else": _reference("Experiment"),
    }
    return _document("an experiment", either, own | _parts(own))


def _dataset() -> Schema:
    own = definitions(Dataset)
    layout = _parts(definitions(Layout))
    own["Dataset"]["properties"]["also"]["items"] = _reference(PART + "Layout")
    return _document("a data set of people", own.pop("Dataset"), own | layout)


def _experiments() -> dict[str, Schema]:
    """Return the definitions of an experiment, with what its variants may change."""
    own = definitions(Experiment)
    nothing = {"type": "null"}
    own["Estimators"]["properties"]["variants"]["patternProperties"] = {
        "^trnn_[a-z0-9_]+$": {"anyOf": [_reference(PART + "Trnn"), nothing]},
        "^drnn_[a-z0-9_]+$": {"anyOf": [_reference(PART + "Drnn"), nothing]},
    }
    own["Estimators"]["properties"]["variants"]["additionalProperties"] = False
    return own


def _document(title: str, body: Schema, named: dict[str, Schema]) -> Schema:
    used = _used(body, named)
    kept = {name: named[name] for name in sorted(named) if name in used}
    return {"$schema": DRAFT, "title": f"trnn: {title}", **body, "$defs": kept}


def _used(body: Any, named: Mapping[str, Schema]) -> set[str]:
    """Return the names of the definitions that a schema refers to, and those that they do."""
    found: set[str] = set()
    waiting = [body]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            name = referred(part)
            if name is not None and name not in found:
                found.add(name)
                waiting.append(named[name])
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return found


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name.replace(' ', '%20')}"}


def referred(schema: Mapping[str, Any]) -> str | None:
    """Return the name of the definition that a schema refers to."""
    target = schema.get("$ref")
    return target.removeprefix("#/$defs/").replace("%20", " ") if isinstance(target, str) else None


# What pydantic writes and files have otherwise.


def _plain(schema: Any) -> Any:
    """Return a schema without generated titles and large bounds, its other words JSON schema's."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    # Bounds that stand behind a validator of one's own keep pydantic's words.
    words = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
    out: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            out[key] = {name: _plain(part) for name, part in value.items()}
        elif key in ("title", "discriminator") or (key in ("le", "maximum") and value == LARGEST):
            continue
        else:
            out[words.get(str(key), str(key))] = (
                value if key in ("default", "enum") else _plain(value)
            )
    return out


def _as_in_a_file(name: str, schema: Schema) -> Schema:
    away = READ.get(name, ())
    optional = (*away, *NAMED_BY_THE_FILE.get(name, ()))
    if optional:
        kept = schema["properties"]
        schema["properties"] = {key: part for key, part in kept.items() if key not in away}
        schema["required"] = [key for key in schema.get("required", ()) if key not in optional]
    if name == "Walk":  # ends that the experiment puts in
        for end in ("low", "high"):
            del schema["properties"][end]["default"]
    return schema


# Parts: nothing is required, a null removes, and there are no defaults.


def _parts(named: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the definitions of parts of what `named` defines, under names of their own."""
    out = {PART + name: _part(schema) for name, schema in named.items()}
    if PART + "Experiment" in out:
        words = "the experiment whose settings this file changes"
        extends = {**TypeAdapter(Name).json_schema(), "description": words}
        whole = out[PART + "Experiment"]
        whole["properties"] = {EXTENDS: extends, **whole["properties"]}
    return out


def _part(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_part(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out: Schema = {}
    for key, value in schema.items():
        if key in ("required", "default"):
            continue
        if key == "$ref":
            name = str(referred(schema))
            out |= _reference(name if name.startswith(PART) else PART + name)
        elif key == "properties":
            out[key] = {name: _removable(_part(part)) for name, part in value.items()}
        elif key in ("patternProperties", "additionalProperties") and isinstance(value, dict):
            inner = {key: value} if key == "additionalProperties" else value
            made = {name: _removable(_part(part)) for name, part in inner.items()}
            out[key] = made[key] if key == "additionalProperties" else made
        else:
            # Without its kind a part may be of several.
            out["anyOf" if key == "oneOf" else key] = value if key == "enum" else _part(value)
    return out


def _removable(schema: Schema) -> Schema:
    words = {"description": schema.pop("description")} if "description" in schema else {}
    return {**words, "anyOf": [schema, {"type": "null"}]}
