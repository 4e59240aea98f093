"""The guide to all settings, config/README.md: generated from the types that read them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trnn.config.editor import FOLDER
from trnn.config.experiment import Experiment
from trnn.config.run import Run
from trnn.data.registry import Dataset
from trnn.workflow.settings_schema import Schema, definitions, referred

COMMAND = "trnn settings"

INTRODUCTION = f"""\
# Settings

Generated from the types that read the settings (`{COMMAND} > config/README.md`); a test keeps the
two in step. Three kinds of files:

- [`config.yaml`](#a-run): what a run builds, from which seed, with whose data;
- [`experiments/<name>.yaml`](#an-experiment): the science, one file an experiment;
- [`datasets/<name>.yaml`](#a-data-set): people, and what the columns of their table mean.

`trnn new NAME --data my.csv --model q_learning` writes the last two from a table. The first line of
each file names its JSON schema (`{FOLDER}/`), so that an editor with a YAML language server
completes keys, shows their meaning and marks what is wrong. Misspelt keys, wrong types, impossible
ranges and unknown names are refused before any job starts; `trnn check` does so without a run.

## How they are laid over one another

```
snakemake --cores 8 --configfile mine.yaml --config seed=2 'experiments=[gershman]'
trnn check --config mine.yaml --set seed=2 --set task.n_blocks=4
```

`config.yaml` comes first, then files (`--configfile`), then single values (`--config`). A run's
`overrides` change experiments: those of `all`, then those of an experiment by its name:

```yaml
overrides:
  all: {{estimators: {{trnn: {{training: {{seeds: [0, 1, 2]}}, ensemble: mean}}}}}}
  gershman: {{test: {{n_agents: 100}}}}
```

An experiment's file may say `extends: <another>`, over several steps, and list only what differs;
a null removes what was inherited, and an override of an experiment reaches those that extend it.
After a change exactly the jobs run again that depend on it.

YAML has traps: `1e-3` is a text (write `0.001` or `1.0e-3`), and a label such as `no` or `on` is a
truth value unless it is quoted.
"""

# The types with a file of their own: title, file.
ROOTS = (
    (Run, "A run", "`config/config.yaml`, and files given by `--configfile`."),
    (
        Experiment,
        "An experiment",
        "`config/experiments/<name>.yaml`. Below, *name* is a name of your own: a parameter of the "
        "model, or one of the dynamics.",
    ),
    (
        Dataset,
        "A data set",
        "`config/datasets/<name>.yaml`. Only `file` and `columns` need be said.",
    ),
)


@dataclass(frozen=True)
class _Section:
    """A type of settings below a file's own: where it stands, and its definition."""

    places: tuple[str, ...]
    definition: Schema

    @property
    def kind(self) -> str:
        """Of which kind it is, where there are several in one place."""
        kind = self.definition["properties"].get("kind", {}).get("const")
        return f" of kind {kind}" if kind else ""

    @property
    def title(self) -> str:
        """Its heading."""
        return ", ".join(f"`{place}`" for place in self.places) + self.kind

    @property
    def link(self) -> str:
        """What leads to its heading, whose address Markdown makes."""
        anchor = re.sub(r"[^\w\- ]", "", self.title.lower()).replace(" ", "-")
        return f"[`{self.places[0]}`{self.kind}](#{anchor})"


def settings_guide() -> str:
    """Return the guide as Markdown."""
    parts = [INTRODUCTION]
    for model, title, words in ROOTS:
        named = definitions(model)
        sections = _sections(model.__name__, named)
        root = named[model.__name__]
        parts += [f"## {title}", "", words, "", _table(root, sections), ""]
        for section in sections.values():
            about = section.definition.get("description", "")
            table = _table(section.definition, sections)
            parts += [f"### {section.title}", "", about, "", table, ""]
    return "\n".join(parts).rstrip() + "\n"


def _sections(root: str, named: Mapping[str, Schema]) -> dict[str, _Section]:
    """Return the types below a root by name, in the order in which a reader meets them."""
    places: dict[str, list[str]] = {}
    for name, place in _places(root, named, "", ()):
        if place not in places.setdefault(name, []):
            places[name].append(place)
    return {name: _Section(tuple(found), named[name]) for name, found in places.items()}


def _places(
    name: str, named: Mapping[str, Schema], at: str, above: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield each type below one, and the key by which it is reached."""
    for key, part in named[name].get("properties", {}).items():
        for inner, steps in _references(part):
            where = ".".join(filter(None, (at, key, *steps)))
            if inner in above or "properties" not in named[inner]:
                continue
            yield inner, where
            yield from _places(inner, named, where, (*above, inner))


def _references(schema: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the types that a schema refers to, and the steps to each: of mappings *name*."""
    if not isinstance(schema, dict):
        return
    name = referred(schema)
    if name is not None:
        yield name, ()
    for key in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(key, ()):
            yield from _references(part)
    yield from _references(schema.get("items"))
    for part in _values_of(schema):
        for inner, steps in _references(part):
            yield inner, ("<name>", *steps)


def _values_of(schema: Schema) -> list[Schema]:
    """Return what the values of a mapping with free keys may be."""
    more = schema.get("additionalProperties")
    found = [*schema.get("patternProperties", {}).values()]
    return found + ([more] if isinstance(more, dict) else [])


def _table(definition: Schema, sections: Mapping[str, _Section]) -> str:
    lines = ["| key | type | default | meaning |", "|---|---|---|---|"]
    required = definition.get("required", ())
    for key, part in definition["properties"].items():
        cells = (
            f"`{key}`",
            _type(part, sections),
            "*needed*" if key in required else _default(part),
            _meaning(part, sections),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _meaning(part: Schema, sections: Mapping[str, _Section]) -> str:
    """Return what a setting is for: its own words, or else those of its one type."""
    if "description" in part:
        return str(part["description"])
    found = {name for name, _ in _references(part)}
    about = sections[found.pop()].definition.get("description", "") if len(found) == 1 else ""
    return about.split("\n\n")[0].split(". ")[0].replace("\n", " ").rstrip(".")


def _default(part: Schema) -> str:
    if "default" not in part:
        return ""
    value = part["default"]
    if isinstance(value, dict) and value:
        return "its own"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _type(schema: Schema, sections: Mapping[str, _Section]) -> str:
    """Return a schema's type in words, types of settings as links."""
    name = referred(schema)
    if name is not None:
        return sections[name].link if name in sections else "anything"
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(_type(part, sections) for part in schema[key]))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    kind = schema.get("type")
    if kind == "array":
        if "prefixItems" in schema:
            first, second = (_type(part, sections) for part in schema["prefixItems"])
            return f"pair: {first}" if first == second else f"[{first}, {second}]"
        return f"list of {_type(schema['items'], sections)}"
    if kind == "object":
        inner = " or ".join(dict.fromkeys(_type(part, sections) for part in _values_of(schema)))
        return f"name: {inner or 'anything'}"
    if kind in ("number", "integer"):
        return ("whole number" if kind == "integer" else "number") + _bounds(schema)
    return {"string": "text", "boolean": "`true` or `false`", "null": "`null`"}.get(
        str(kind), "anything"
    )


def _bounds(schema: Schema) -> str:
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    ends = (("≥", low), (">", above), ("≤", high), ("<", below))
    told = [f"{sign} {end:g}" for sign, end in ends if end is not None]
    return f" {', '.join(told)}" if told else ""
