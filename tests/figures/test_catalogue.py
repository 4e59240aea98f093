"""The catalogues: which figures an experiment has, decided by what is there and never by a name."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ger2024.figures import catalogue as study
from ger2024.figures.catalogue import CATALOGUE
from ger2024.figures.labels import LABELS, label_of
from tests.conftest import ROOT
from tests.figures.fakes import FIGURES, plans
from trnn.errors import ConfigError
from trnn.figures import catalogue
from trnn.figures.about import about_of
from trnn.figures.entry import batches, by_kind, figures_of
from trnn.figures.keys import table_file
from trnn.figures.there import There
from trnn.tables.layout import file_of
from trnn.theory.meanings import MEANINGS
from trnn.workflow.modules import modules_of

PLANS = plans("dezfouli_published", "gershman_published")
OF_AGENTS = [
    *("errors_of_agents", "trajectories", "recovery", "training", "calibration", "ranks"),
    *("joint_calibration", "optimality", "identifiability", "nonstationarity"),
]
OF_ANYBODY = [
    *("errors_of_agents", "trajectories", "errors_of_people", "variants", "head_to_head"),
    *(
        "courses",
        "training",
        "drnn_training",
        "calibration",
        "ranks",
        "joint_calibration",
        "optimality",
    ),
    *("identifiability", "nonstationarity", "misspecification", "predictive"),
]
OF_DEZFOULI = [
    *("perseveration_by_group", "perseveration_and_staying", "stretches", "moving_averages"),
    *("course_by_group_alpha", "course_by_group_beta", "course_by_group_kappa"),
]
OF_GERSHMAN = [
    *("against_better_arm", "around_actions", "accuracy_by_difficulty"),
    *("beta_by_difficulty", "gamma_by_difficulty"),
]
# Of the parameters that the theories have which people follow.
BY_GROUP = [
    f"course_by_group_{name}" for name in ("alpha", "beta", "omega", "persistence", "side_bias")
]
BY_DIFFICULTY = [f"{name}_by_difficulty" for name in ("persistence", "side_bias")]
EXPECTED = {
    "artificial": OF_AGENTS,
    "dezfouli": [*OF_ANYBODY, "theories", *OF_DEZFOULI],
    "dezfouli_published": OF_ANYBODY + OF_DEZFOULI,
    "gershman": [*OF_ANYBODY, "theories", *OF_GERSHMAN],
    "dezfouli_chosen": [*OF_ANYBODY, *BY_GROUP],
    "gershman_chosen": [*OF_ANYBODY, *OF_GERSHMAN, *BY_DIFFICULTY],
    "gershman_published": OF_ANYBODY + OF_GERSHMAN,
    # A single parameter has no others to be wrong with.
    "recovery_one": [kind for kind in OF_AGENTS if kind != "joint_calibration"],
    "recovery_three": OF_AGENTS,
}


def kinds(there: There) -> list[str]:
    return [entry.kind for entry in figures_of(CATALOGUE.values(), there)]


def there_of(name: str, **changes) -> There:
    return dataclasses.replace(PLANS[name].there(), **changes)


@pytest.mark.parametrize("experiment", EXPECTED)
def test_every_figure_of_an_experiment_is_there(experiment):
    assert kinds(there_of(experiment)) == EXPECTED[experiment]


@pytest.mark.parametrize("experiment", EXPECTED)
def test_another_name_makes_no_difference(experiment):
    assert kinds(there_of(experiment, experiment="mine")) == EXPECTED[experiment]
    plan = PLANS[experiment]
    # The data set's name decides as little.
    dataset = plan.dataset and plan.dataset.model_copy(update={"name": "theirs"})
    changed = plan.experiment.model_copy(update={"name": "mine", "human": dataset and "theirs"})
    other = dataclasses.replace(plan, experiment=changed, dataset=dataset).there()
    assert kinds(other) == EXPECTED[experiment]


def test_every_kind_is_drawn_for_an_experiment_that_runs_by_default():
    drawn = {name.split("/")[1] for name in FIGURES}
    # Of the parameters of all models, those that people with groups, or blocks that are easy and
    # hard, have here.
    grouped, graded = (
        {name for own in names for name in PLANS[own].experiment.parameters}
        for names in (("dezfouli", "dezfouli_chosen"), ("gershman", "gershman_chosen"))
    )
    other = {f"course_by_group_{name}" for name in set(MEANINGS) - grouped}
    other |= {f"{name}_by_difficulty" for name in set(MEANINGS) - graded}
    assert set(CATALOGUE) - drawn == other & set(CATALOGUE)
    assert {entry.kind for entry in catalogue.ENTRIES} <= drawn


@pytest.mark.parametrize(
    "experiment, changes, gone",
    [
        ("dezfouli", {"columns": []}, {k for k in OF_DEZFOULI if "by_group" in k}),
        (
            "dezfouli",
            {"parameters": ["alpha", "beta"]},
            {*OF_DEZFOULI} - {"course_by_group_alpha", "course_by_group_beta"},
        ),
        ("gershman", {"columns": ["mu_0"]}, set(OF_GERSHMAN)),
        (
            "gershman",
            {"parameters": ["gamma"]},
            {"against_better_arm", "around_actions", "beta_by_difficulty"},
        ),
        ("gershman", {"networks": {"trnn": ["seed0"]}}, {"drnn_training"}),
        ("gershman", {"networks": {}}, {"drnn_training", "training"}),
    ],
)
def test_what_is_not_there_excludes_what_needs_it(experiment, changes, gone):
    left = kinds(there_of(experiment, **changes))
    assert left == [kind for kind in EXPECTED[experiment] if kind not in gone]


@pytest.mark.parametrize("experiment", ["artificial", "dezfouli"])
def test_a_figure_needs_every_one_of_its_tables(experiment):
    there = there_of(experiment)
    for table in there.tables:
        left = kinds(dataclasses.replace(there, tables=[t for t in there.tables if t != table]))
        needing = [k for k in EXPECTED[experiment] if table in CATALOGUE[k].tables]
        assert left == [k for k in EXPECTED[experiment] if k not in needing]
    for population, names in there.estimators.items():
        for name in names:
            fewer = {**there.estimators, population: [n for n in names if n != name]}
            left = kinds(dataclasses.replace(there, estimators=fewer))
            key = f"estimates:{name}:{population}"
            assert not [k for k in left if key in CATALOGUE[k].tables]


def test_without_people_there_are_the_figures_of_agents_alone():
    there = there_of("dezfouli")
    alone = dataclasses.replace(there, estimators={"test": there.estimators["test"]})
    for kind in ("errors_of_people", "variants", "courses", *OF_DEZFOULI):
        assert kind not in kinds(alone)
    assert "people" in CATALOGUE["errors_of_people"].lacks(alone)


def test_variants_are_drawn_where_people_have_one():
    there = there_of("gershman")
    plain = {**there.estimators, "human": ["mle", "trnn", "drnn"]}
    assert "variants" not in kinds(dataclasses.replace(there, estimators=plain))
    some = {**there.estimators, "human": ["mle", "trnn", "drnn", "drnn_other"]}
    assert "variants" in kinds(dataclasses.replace(there, estimators=some))


def test_what_is_lacking_is_said_in_words():
    lacks = CATALOGUE["perseveration_by_group"].lacks(there_of("artificial"))
    assert lacks == [
        "the table human_trials",
        "the table estimates:trnn:human",
        "the model's parameter kappa",
        "the column group of the people's table",
    ]


def test_a_figure_is_drawn_from_all_histories_and_from_what_is_there():
    there = there_of("dezfouli", networks={"trnn": ["seed0", "seed1"], "drnn": ["healthy"]})
    figure = CATALOGUE["training"]
    keys = figure.keys(there)
    assert keys == ["training:trnn:seed0", "training:trnn:seed1"]
    assert CATALOGUE["drnn_training"].keys(there) == ["drnn_training:drnn:healthy"]
    assert all(figure.uses(key) for key in keys) and not figure.uses("metrics")
    assert figure.missing([]) == ["training"] and figure.missing(keys) == []
    bars = CATALOGUE["errors_of_people"]
    assert bars.keys(there) == ["metrics", "statistics"]
    assert bars.missing(["metrics"]) == ["statistics"]
    maps = CATALOGUE["identifiability"]
    assert maps.keys(there) == ["identifiability", "identifiability_moving"]
    assert maps.keys(there_of("recovery_one")) == ["identifiability"]
    assert maps.uses("identifiability_moving") and maps.missing(["identifiability"]) == []


@pytest.mark.parametrize("experiment", EXPECTED)
def test_the_tables_are_those_that_a_run_makes(experiment):
    plan, there = PLANS[experiment], there_of(experiment)
    made = {*plan.tables(), file_of("people", experiment=experiment)}
    made |= {
        file_of("training", experiment=experiment, network=network, part=part)
        for network, parts in plan.networks().items()
        for part in parts
    }
    for entry in figures_of(CATALOGUE.values(), there):
        assert {table_file(key, experiment) for key in entry.keys(there)} <= made


def test_a_key_of_no_table_is_an_error():
    with pytest.raises(KeyError, match="metrix"):
        table_file("metrix", "mine")


def test_figures_that_need_no_people_are_drawn_apart():
    found = batches(CATALOGUE.values(), there_of("dezfouli"))
    assert list(found) == ["dezfouli", "dezfouli_agents"]
    assert [entry.kind for entry in found["dezfouli_agents"]] == [
        *("trajectories", "training", "calibration", "ranks", "joint_calibration"),
        "identifiability",
    ]
    assert list(batches(CATALOGUE.values(), there_of("artificial"))) == ["artificial"]
    together = [entry.kind for batch in found.values() for entry in batch]
    assert sorted(together) == sorted(EXPECTED["dezfouli"])


def test_a_figure_that_shows_people_is_made_of_a_table_of_people():
    for entry in CATALOGUE.values():
        assert entry.takes_people >= entry.of_people


def test_titles_and_captions_are_short_and_the_librarys_name_no_experiment():
    names = "|".join(PLANS)
    for entry in CATALOGUE.values():
        assert entry.title and not entry.title.endswith(".")
        sentences = re.split(r"\. (?=[A-Z])", entry.caption)
        assert 1 <= len(sentences) <= 4, (entry.kind, sentences)
        assert entry.caption.endswith(".")
        assert not re.search(names, entry.title + entry.caption)


def test_every_label_is_that_of_a_figure_that_is_drawn():
    assert {f"{experiment}/{kind}" for experiment, kind in LABELS} <= set(FIGURES)
    assert label_of("dezfouli", "course_by_group_kappa") == "Figure 3E"
    assert label_of("mine", "calibration") == ""


def test_two_entries_of_one_kind_are_refused():
    with pytest.raises(ConfigError, match="two entries are called 'stretches'"):
        by_kind([*study.ENTRIES, CATALOGUE["stretches"]])


@pytest.mark.parametrize("kind", CATALOGUE)
def test_what_draws_a_figure_can_be_imported(kind):
    assert callable(CATALOGUE[kind].load())


def test_the_kind_of_dynamics_is_known_whatever_the_name():
    experiment = PLANS["artificial"].experiment
    dynamics = experiment.dynamics
    renamed = {"at_rest": dynamics["stationary"], "jumping": dynamics["switching"]}
    about = about_of(experiment.model_copy(update={"dynamics": renamed}), {})
    assert about.constant == ["at_rest"]
    assert about.dynamics == {"at_rest": "stationary", "jumping": "switching"}


def test_reading_the_catalogues_needs_no_plotting_library():
    code = (
        "import sys, ger2024.figures.catalogue, trnn.figures.there;"
        "print(sorted({'matplotlib', 'pandas', 'torch'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert answer.stdout.decode().strip() == "[]"


def files_that_draw() -> set[str]:
    """Return the modules that draw, by name and folder."""
    return {entry.module.replace(".", "/") + ".py" for entry in CATALOGUE.values()}


def test_what_draws_is_part_of_no_stage_but_of_its_own_figures():
    for script in (ROOT / "workflow/scripts").glob("*.py"):
        made_of = {Path(file).relative_to(ROOT / "src").as_posix() for file in modules_of(script)}
        assert not made_of & files_that_draw(), script


def test_what_draws_imports_no_catalogue_and_no_catalogue_what_draws():
    for entry in CATALOGUE.values():
        module = ROOT / "src" / f"{entry.module.replace('.', '/')}.py"
        names = {Path(file).stem for file in modules_of(module)}
        assert not names & {"catalogue", "entry", "captions"}
    of_catalogue = {Path(file).stem for file in modules_of(Path(study.__file__))}
    assert not of_catalogue & {entry.module.split(".")[-1] for entry in CATALOGUE.values()}
