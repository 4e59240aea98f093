"""Two files from a table of choices: the data set, and an experiment that suits it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from trnn.anybody.assumptions import Assumptions, assume
from trnn.anybody.commented import commented
from trnn.anybody.own_dataset import Understood, own_dataset
from trnn.anybody.own_experiment import own_experiment
from trnn.checks.priors.task_of_people import TaskOfPeople, task_of_people
from trnn.config.base import Name
from trnn.config.editor import schema_line
from trnn.config.experiment import Experiment
from trnn.config.models import Parameter, parameters_of
from trnn.config.plain import parse_yaml
from trnn.data.coding import choices_of, rewards_of
from trnn.data.columns import find_columns
from trnn.data.more_columns import find_more
from trnn.data.own_table import OwnTable, read_own
from trnn.data.prepare import prepare_people
from trnn.data.read_people import PeopleRead
from trnn.data.registry import Dataset
from trnn.data.sessions import people_of
from trnn.errors import ConfigError
from trnn.tables.atomic import atomic_path

FEWEST = 2  # people over whom there is an interval
HEAD_OF_DATA = """\
The people of {name}. Written by `trnn new`, which read {file}: {people}.
Change what is wrong, then `trnn check {name}`. citation and licence may be added: who uses your
results sees them."""
HEAD = """\
The experiment {name}: a model of choice, and agents that are simulated under it in a task like the
people's. Written by `trnn new` from {file}; `trnn check {name}` says what is wrong or doubtful.
Run it: snakemake --cores 8 --config 'experiments=[{name}]'"""


@dataclass(frozen=True)
class New:
    """Both files' texts, what was read, and lines that say what was assumed."""

    dataset: str
    experiment: str
    read: PeopleRead
    lines: tuple[str, ...]


def new_experiment(name: str, data: str | Path, model: str, **given: Any) -> New:
    """Return a data set and an experiment that are measured from a table.

    Parameters
    ----------
    name : of both: letters, digits and underscores
    data : path of a CSV, TSV or Parquet file: a row a trial
    model : name of a model of choice
    **given
        Names of columns by role, `actions`, `missed`, `reward_map`, `reward_scale` and
        `separator`, as in `trnn.anybody.options.Options`; what is not given is guessed.

    Raises
    ------
    TrnnError
        If the name or the model cannot be, the table is not understood, or fewer than two people
        can be used.
    """
    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        raise ConfigError(
            f"name: got '{name}'; expected small letters, digits and underscores, a letter first, "
            f"as '{re.sub(r'[^a-z0-9]+', '_', name.casefold()).strip('_') or 'mystudy'}'."
        ) from error
    assumed = assume(model)
    table = read_own(data, given.get("separator"))
    found = _understood(table, assumed, given)
    settings, comments = own_dataset(_seen_from_here(Path(data)), found)
    dataset = Dataset.model_validate({"name": name, **settings})
    read = prepare_people(data, dataset)
    frame = read.frame
    if frame["subject"].nunique() < FEWEST:
        raise ConfigError(
            f"{data}: {frame['subject'].nunique()} person can be used, and an experiment needs "
            f"{FEWEST} at the least: its intervals and tests are over people. For one person: "
            f"trnn estimate {data} --model {model}."
        )
    task = task_of_people(frame)
    people = _people_words(read)
    heads = {"name": name, "file": str(data), "people": people}
    text = _file("dataset", settings, comments, HEAD_OF_DATA.format(**heads))
    own = _experiment(name, model, assumed, task, frame)
    comments = _comments(assumed, parameters_of(model).parameters, task, own)
    whole = _file("experiment", own, comments, HEAD.format(**heads))
    # What is written is read as it was meant, or not written.
    Dataset.model_validate({"name": name, **parse_yaml(text.encode(), name)})
    Experiment.model_validate(parse_yaml(whole.encode(), name))
    return New(text, whole, read, _lines(str(data), people, read, task))


def write_new(new: New, name: str, config: Path, replace: bool = False) -> tuple[Path, Path]:
    """Write both files below a folder `config`; return their paths.

    Raises
    ------
    ConfigError
        If one of them is there and shall not be replaced, or there is no such folder; then
        neither is written.
    """
    if not (config / "config.yaml").is_file():
        raise ConfigError(
            f"{config}: no settings are there. Run this in a checkout of the project, the folder "
            "that holds Snakefile and config/."
        )
    paths = (config / "datasets" / f"{name}.yaml", config / "experiments" / f"{name}.yaml")
    there = [str(path) for path in paths if path.exists()]
    if there and not replace:
        raise ConfigError(
            f"{', '.join(there)}: there already. Choose another name, or give --replace."
        )
    for path, text in zip(paths, (new.dataset, new.experiment), strict=True):
        with atomic_path(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return paths


def _file(kind: str, settings: Mapping[str, Any], comments: Mapping[str, str], head: str) -> str:
    """Return the text of a file of settings, whose first line is for editors."""
    return f"{schema_line(kind, 1)}\n{commented(settings, comments, head)}"


def _understood(table: OwnTable, assumed: Assumptions, given: Mapping[str, Any]) -> Understood:
    columns = find_columns(table, given)
    missed = given.get("missed") or ()
    choices = choices_of(table, columns.needed("action"), given.get("actions"), missed)
    rewards = rewards_of(
        table,
        columns.needed("reward"),
        given.get("reward_map"),
        given.get("reward_scale"),
        choices.code >= 0,
        assumed.reward_unit(),
    )
    people = people_of(table, columns, choices, rewards)
    taken = [name for name in columns.of.values() if name is not None]
    more = find_more(table, taken, choices, rewards, people)
    return Understood(
        table=table,
        columns=columns,
        choices=choices,
        rewards=rewards,
        people=people,
        more=more,
        missed=missed,
        reward_map=given.get("reward_map"),
        separator=given.get("separator"),
    )


def _seen_from_here(path: Path) -> str:
    """Return a path as a run in this folder sees it."""
    whole = path.resolve()
    here = Path.cwd()
    return str(whole.relative_to(here) if whole.is_relative_to(here) else whole)


def _experiment(
    name: str, model: str, assumed: Assumptions, task: TaskOfPeople, frame: pd.DataFrame
) -> dict[str, Any]:
    people = frame.drop_duplicates("subject")
    groups = people["group"].dropna().value_counts()
    return own_experiment(
        name,
        model,
        assumed,
        {p.name: p.learning for p in parameters_of(model).parameters},
        task.settings,
        round(len(frame) / len(people)),
        {str(group): int(n) for group, n in groups.items()},
        len(people),
    )


def _comments(
    assumed: Assumptions,
    parameters: tuple[Parameter, ...],
    task: TaskOfPeople,
    own: Mapping[str, Any],
) -> dict[str, str]:
    """Return the comments on the experiment's settings, by key."""
    hazard = own["dynamics"]["switching"]["hazard"]
    comments = {
        "parameters": "Ranges: the prior of the agents, uniform, and the bounds of maximum "
        "likelihood. They are the model's own; change them if you know better.",
        **{f"parameters.{p.name}": f"{p.words}, in units of {p.unit}" for p in parameters},
        "task": "What the simulated agents face, measured on the people.",
        **{f"task.{key}": words for key, words in task.words.items() if words},
        "dynamics": "How parameters may move.",
        "dynamics.switching": f"Each parameter is drawn anew about {assumed.changes:g} times in a "
        f"session: hazard {hazard:g} a trial.",
        "dynamics.random_walk": "Within a session a walk moves from the middle of a range nearly "
        "to its end.",
        "dynamics.training": "As switching, and every fifth agent's parameters never change, so "
        "that both are known.",
        "train": "The agents that networks learn from.",
        "test": "The agents that estimators are compared on.",
        "estimators.trnn.network.reference_values": "The model's values under these are inputs of "
        "the network.",
        "estimators.variants": "A network that reads the whole session: for description.",
        "estimators.drnn": "A network trained on the people themselves; each person is predicted "
        "by networks that have not seen that person.",
    }
    return comments


def _people_words(read: PeopleRead) -> str:
    n = read.frame["subject"].nunique()
    left = f", {len(read.left_out)} left out" if read.left_out else ""
    return f"{n:,} people, {len(read.frame):,} trials{left}"


def _lines(file: str, people: str, read: PeopleRead, task: TaskOfPeople) -> tuple[str, ...]:
    """Return what a terminal shows."""
    told = ", ".join(f"{key} {value}" for key, value in task.settings.items())
    out = [f"{file}: {people}.", *(f"  {words}" for words in read.said), f"  task: {told}"]
    out += [f"  {key}: {words}" for key, words in task.words.items() if words]
    out += [f"Left out: {name}: {reason}" for name, reason in read.left_out.items()]
    return tuple(out)
