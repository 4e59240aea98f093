"""Configuration: what is refused, and what the message says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from trnn.config import models
from trnn.config.estimators import ParticleFilter
from trnn.config.experiment import Experiment
from trnn.config.hazards import hazard_words, hazards_in, own_hazards
from trnn.config.load import load_experiments, load_run, read_yaml
from trnn.config.merge import merge
from trnn.config.stage_views import view
from trnn.config.views import from_view
from trnn.data.registry import check_people, load_registry
from trnn.errors import ConfigError
from trnn.estimators.filter.filter_stage import limited
from trnn.theory import meanings
from trnn.theory.models import get_model

RUN = {"experiments": ["artificial"], "seed": 1}


def load(tmp_path: Path, raw: dict, **run):
    (tmp_path / "artificial.yaml").write_text(yaml.safe_dump(raw))
    return load_experiments(load_run({**RUN, **run}), tmp_path)


def spoil(raw: dict, path: str, value) -> dict:
    *folders, last = path.split(".")
    change: dict = {last: value}
    for key in reversed(folders):
        change = {key: change}
    return merge(raw, change)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("tsk", {}, ["tsk", "unknown key", "Did you mean 'task'"]),
        ("task.n_blocs", 3, ["task.n_blocs: unknown key", "Did you mean 'n_blocks'"]),
        ("task.kind", "bandit", ["task", "'bernoulli'", "'gaussian'"]),
        ("task.n_blocks", "ten", ["task", "n_blocks", "'ten'", "integer"]),
        ("task.n_blocks", True, ["n_blocks", "True", "whole number"]),
        ("task.n_blocks", 2.5, ["n_blocks", "2.5", "integer"]),
        ("task.n_blocks", 0, ["n_blocks", "0", "greater than or equal to 1"]),
        ("task.arm_probabilities", [[0.1, 1.9]], ["arm_probabilities", "1.9", "less than"]),
        ("model", "q_lerning", ["model", "'q_lerning'", "'q_learning'"]),
        ("parameters.alpha.low", 2, ["parameters.alpha", "must be below"]),
        ("parameters.kappa", {"low": 0, "high": 1}, ["exactly ['alpha', 'beta']", "kappa"]),
        (
            "dynamics.switching.hazard",
            1.5,
            [" dynamics.switching.hazard:", "1.5", "less than or equal to 1"],
        ),
        ("dynamics.switching.hazard", float("nan"), ["hazard", "nan"]),
        (
            "dynamics.switching.hazard",
            [0.01],
            [" dynamics.switching.hazard:", "[0.01]", "two hazards or more", "as a number"],
        ),
        ("dynamics.switching.hazard", [0.02, 0.01], [" dynamics.switching.hazard:", "ascending"]),
        ("dynamics.switching.hazard", [0.01, 0.01], ["[0.01, 0.01]", "none twice"]),
        ("dynamics.switching.hazard", [0, 0.01], [" dynamics.switching.hazard.0:", "than 0"]),
        ("dynamics.switching.hazard", [0.1, 2], [" dynamics.switching.hazard.1:", "equal to 1"]),
        ("train.dynamics", "swiching", ["train.dynamics", "'swiching'", "'switching'"]),
        ("estimators.filter.dynamics", "none", ["estimators.filter.dynamics", "'none'"]),
        ("estimators.filtr", {}, ["estimators.filtr", "Did you mean 'filter'"]),
        ("estimators.mle.n_starts", 1000, ["n_starts (1000)", "n_candidates"]),
        ("estimators.trnn.training.seeds", [1, 1], ["seeds", "differ"]),
        ("human", "Two words", ["human", "'Two words'"]),
        ("name", "other", ["name is 'other'", "expected 'artificial'"]),
    ],
)
def test_a_wrong_setting_is_refused_with_file_key_value_and_what_is_allowed(
    tmp_path, raw_experiment, path, value, words
):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, spoil(raw_experiment, path, value))
    message = str(caught.value)
    for word in ["artificial.yaml", *words]:
        assert word in message


def test_people_must_be_a_data_set_of_the_registry(tmp_path, raw_experiment):
    registry = load_registry(ROOT / "config/datasets")
    loaded = load(tmp_path, spoil(raw_experiment, "human", "dezfuli"))
    with pytest.raises(ConfigError, match=r"'artificial': human: .*'dezfuli'.*mean 'dezfouli'"):
        check_people(loaded, registry)
    check_people(load(tmp_path, spoil(raw_experiment, "human", "gershman")), registry)


def test_numbers_may_come_as_texts_as_they_do_from_the_command_line(tmp_path, raw_experiment):
    loaded = load(tmp_path, raw_experiment, overrides={"all": {"test": {"n_agents": "7"}}})
    assert loaded["artificial"].test.n_agents == 7


def test_a_hazard_may_be_a_list_of_which_each_agent_has_one(tmp_path, raw_experiment):
    given = spoil(raw_experiment, "dynamics.switching.hazard", ["0.01", 0.02, 0.04])
    own = load(tmp_path, given)["artificial"].dynamics["switching"]
    assert own.hazard == [0.01, 0.02, 0.04]
    assert hazards_in(own.hazard) == own_hazards(own) == (0.01, 0.02, 0.04)
    shared = load(tmp_path, raw_experiment)["artificial"].dynamics
    assert shared["switching"].model_dump()["hazard"] == 0.005
    assert hazards_in(shared["switching"].hazard) == (0.005,)
    assert not any(own_hazards(dynamics) for dynamics in shared.values())


def test_hazards_in_words_say_whether_they_are_log_uniform():
    assert hazard_words(0.0025) == "probability 0.0025"
    words = hazard_words([0.0025, 0.005, 0.01])
    assert words.startswith("a probability of the agent's own, any of 0.0025, 0.005, 0.01 equally")
    assert "log-uniform" in words and "log-uniform" not in hazard_words([0.01, 0.02, 0.05])
    assert "log-uniform" not in hazard_words([0.01, 0.02])  # any two have one ratio


def test_overrides_are_checked_like_the_file(tmp_path, raw_experiment):
    overrides = {"all": {"test": {"n_agents": 7}}, "artificial": {"test": {"n_agents": 3}}}
    loaded = load(tmp_path, raw_experiment, overrides=overrides)
    assert loaded["artificial"].test.n_agents == 3
    with pytest.raises(ConfigError, match=r"overrides name \['artificail'\]; allowed are 'all'"):
        load(tmp_path, raw_experiment, overrides={"artificail": {}})
    with pytest.raises(ConfigError, match="n_agnts"):
        load(tmp_path, raw_experiment, overrides={"all": {"test": {"n_agnts": 1}}})


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"seed": "one"}, "seed"),
        ({"sed": 1}, "Did you mean 'seed'"),
        ({"experiments": []}, "experiments"),
        ({"experiments": ["artificial", "artificial"]}, "twice"),
        ({"data_source": "fake"}, "'real' or 'simulated'"),
        ({"results": "../elsewhere"}, "results"),
        ({"results": "/elsewhere"}, "results: got '/elsewhere'; .*--directory"),
        ({"results": "./"}, "below the working folder"),
        ({"results": "a b"}, "results: got 'a b'; letters"),
    ],
)
def test_run_settings_are_checked(change, word):
    with pytest.raises(ConfigError, match=word):
        load_run({**RUN, **change})


@pytest.mark.parametrize("text", ["results/x/", "./results/x", "results//x", "results/./x/."])
def test_a_results_folder_has_one_name(text):
    """Snakemake takes another way of writing for other files, and makes all of them anew."""
    assert load_run({**RUN, "results": text}).results == "results/x"


def test_yaml_traps(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("a: 1\na: 2\n")
    with pytest.raises(ConfigError, match="stands twice"):
        read_yaml(path)
    path.write_text("- 1\n")
    with pytest.raises(ConfigError, match="keys and values"):
        read_yaml(path)
    path.write_text("a: [1\n")
    with pytest.raises(ConfigError, match="not valid YAML"):
        read_yaml(path)
    with pytest.raises(ConfigError, match="no such file"):
        read_yaml(tmp_path / "absent.yaml")


def test_a_teacher_cannot_follow_a_walk_that_its_range_cuts(tmp_path, raw_experiment):
    raw_experiment["train"]["dynamics"] = "random_walk"
    with pytest.raises(ConfigError, match=r"teacher of network 'trnn' cannot follow.*'beta'"):
        load(tmp_path, raw_experiment)
    walk = raw_experiment["dynamics"]["random_walk"]["parameters"]
    walk["beta"] = {**walk["beta"], "scale": "logit"}
    load(tmp_path, raw_experiment)


def walk_of(raw, name="alpha", dynamics="random_walk"):
    return raw["dynamics"][dynamics]["parameters"][name]


def test_a_walk_has_the_range_of_its_parameter(tmp_path, raw_experiment):
    raw_experiment["parameters"]["beta"] = {"low": 0.1, "high": 6}
    walk_of(raw_experiment, "beta").update(low=0.1, high=6)  # may be stated, if it is the same
    loaded = load(tmp_path, raw_experiment)["artificial"]
    for name in ("random_walk", "filter_walk"):
        walk = loaded.dynamics[name].parameters["beta"]
        assert (walk.low, walk.high) == (0.1, 6)


@pytest.mark.parametrize("dynamics", ["random_walk", "filter_walk"])
@pytest.mark.parametrize("ends", [{"low": 0, "high": 0.5}, {"low": -1, "high": 2}, {"high": 0.9}])
def test_a_walk_in_another_interval_is_refused(tmp_path, raw_experiment, dynamics, ends):
    walk_of(raw_experiment, dynamics=dynamics).update(ends)
    with pytest.raises(ConfigError) as error:
        load(tmp_path, raw_experiment)
    said = str(error.value)
    assert f"dynamics.{dynamics}.parameters.alpha walks in [" in said
    assert "the range of alpha is [0, 1]" in said and "Leave low and high" in said
    assert f"{ends['high']:g}]" in said


def test_a_walk_on_a_log_scale_cannot_begin_below_zero(tmp_path, raw_experiment):
    raw_experiment["parameters"]["beta"] = {"low": -1, "high": 10}
    with pytest.raises(ConfigError, match=r"parameters.beta walks on a log scale.*logit"):
        load(tmp_path, raw_experiment)


@pytest.mark.parametrize("name", models.model_names())
def test_the_parameters_of_a_model_are_those_of_its_class(name):
    model = get_model(name)
    assert models.parameters_of(name).parameters == model.parameters


STATED = 'Parameter("{}", words="rate", symbol="α", unit="1", low=0, high=1{})'


@pytest.fixture
def model_file(tmp_path, monkeypatch):
    """Return a function that makes the body of a class the one model that there is, 'mine'."""

    def write(body):
        (tmp_path / "mine.py").write_text(f"class Mine:\n    {body}\n")
        models._package_parameters.cache_clear()
        return models.parameters_of("mine")

    monkeypatch.setattr(models, "FOLDER", tmp_path)
    yield write
    models._package_parameters.cache_clear()


def test_parameters_are_read_as_they_are_written_out(model_file):
    both = f"{STATED.format('a', '')}, {STATED.format('b', ', learning=True')}"
    found = model_file(f"parameters: tuple = ({both})")
    assert (found.all, found.learning) == (("a", "b"), ("b",))
    assert found.parameters[0].words == "rate" and found.parameters[1].high == 1


@pytest.mark.parametrize(
    "body",
    [
        "name = 'mine'",
        "parameters = names()",
        f"parameters = [{STATED.format('a', '')}]",
        "parameters: tuple",
    ],
)
def test_a_model_whose_class_states_no_parameters_is_refused(model_file, body):
    with pytest.raises(ValueError, match=r"mine\.py: the model's class must state `parameters`"):
        model_file(body)


@pytest.mark.parametrize(
    "entry",
    [
        "'alpha'",
        "1",
        "ALPHA",
        "Parameter('alpha')",
        STATED.format("a", ", colour=1"),
        STATED.format("a", "").replace("low=0", "low=LOWEST"),
        STATED.format("a", "").replace("low=0", "low=0 * 1"),
    ],
)
def test_parameters_that_are_not_written_out_are_named_with_their_line(model_file, entry):
    with pytest.raises(ValueError, match=r"mine\.py:3: .* written out like Parameter\("):
        model_file(f"parameters = (\n        {entry},)")


@pytest.mark.parametrize("ends", ["low=1, high=1", "low=2, high=1"])
def test_a_range_without_width_is_refused(model_file, ends):
    entry = STATED.format("a", "").replace("low=0, high=1", ends)
    with pytest.raises(ValueError, match=r"mine\.py:2: the range of 'a' must have low < high"):
        model_file(f"parameters = ({entry},)")


def test_one_name_means_one_thing_in_all_models(tmp_path, monkeypatch):
    entry = STATED.format("a", "")
    (tmp_path / "first.py").write_text(f"class First:\n    parameters = ({entry},)\n")
    (tmp_path / "second.py").write_text(
        f"class Second:\n    parameters = ({entry.replace('rate', 'weight')},)\n"
    )
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    models._package_parameters.cache_clear()
    with pytest.raises(ValueError, match=r"'second' calls 'a' weight .*another model rate"):
        meanings._meanings()
    (tmp_path / "second.py").write_text(f"class Second:\n    parameters = ({entry},)\n")
    models._package_parameters.cache_clear()
    assert meanings._meanings() == {"a": meanings.Meaning("rate", "α")}
    models._package_parameters.cache_clear()


def test_the_settings_are_read_without_numerical_libraries():
    """They are read before anything starts, and every job waits for it."""
    code = "import sys, trnn.config.load; print(*sys.modules)"
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert not {"numpy", "scipy", "pandas", "trnn.theory"} & set(done.stdout.split())


def test_a_view_holds_what_its_stage_needs_and_nothing_else(experiments):
    for experiment in experiments.values():
        for stage in ("simulate_train", "simulate_test", "mle", "filter", "bayes", "trnn", "model"):
            data = view(experiment, stage)
            back = from_view(data)
            assert view(back, stage) == data
            assert back.parameters == experiment.parameters
    mle = from_view(view(experiments["artificial"], "mle"))
    with pytest.raises(AttributeError):
        _ = mle.task
    with pytest.raises(AttributeError):
        _ = mle.human
    with pytest.raises(AttributeError):
        _ = mle.estimators.trnn


def test_a_change_reaches_the_stages_that_depend_on_it_alone(experiments):
    before = experiments["artificial"]
    raw = before.model_dump(mode="json")
    raw["estimators"]["bayes"]["n_particles"] = 17
    after = Experiment.model_validate(raw)
    changed = {
        stage
        for stage in ("simulate_train", "simulate_test", "mle", "filter", "bayes", "trnn", "whole")
        if view(before, stage) != view(after, stage)
    }
    assert changed == {"bayes", "whole"}


def test_test_agents_may_have_fewer_particles_than_people(experiments):
    experiment = experiments["dezfouli"]
    views = [view(experiment, stage) for stage in ("filter", "filter_test")]
    people, agents = (v["estimators"]["filter"] for v in views)
    read = [limited(ParticleFilter(**settings)) for settings in (people, agents)]
    assert [settings.max_particles for settings in read] == [160_000, 16_000]
    assert agents.pop("max_particles_of_test_agents") == 16_000 < people.pop("max_particles")
    assert agents == people
    # Without a limit of their own they have that of people.
    other = experiments["gershman"]
    assert view(other, "bayes_test") == view(other, "bayes")


# --- models of one's own --------------------------------------------------------------------------

OWN_MODEL = (ROOT / "tests/theory/two_rates.py").read_text()


@pytest.fixture()
def own_experiment(tmp_path, monkeypatch, raw_experiment):
    """Return a function that loads an experiment of this folder's config, of a given model."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "config"
    folder.mkdir()
    ranges = {name: {"low": 0, "high": 0.5} for name in ("alpha_up", "alpha_down", "forgetting")}
    raw_experiment |= {"name": "theirs", "parameters": ranges | {"beta": {"low": 0, "high": 10}}}
    raw_experiment["dynamics"] = {"still": {"kind": "stationary"}}
    raw_experiment["train"]["dynamics"], raw_experiment["test"]["dynamics"] = "still", ["still"]
    raw_experiment["estimators"] = {
        "mle": {},
        "filter": {"dynamics": "still", "n_particles": 10},
        "bayes": {"dynamics": "still", "n_particles": 10},
        "trnn": {"network": {"posterior": {}}, "training": {"n_steps": 1}},
    }

    def load(model, overrides=None):
        raw = {**raw_experiment, "model": model}
        (folder / "theirs.yaml").write_text(yaml.safe_dump(raw))
        run = load_run({**RUN, "experiments": ["theirs"], "overrides": overrides or {}})
        return load_experiments(run, folder)["theirs"]

    return load


def test_a_models_file_lies_beside_the_settings_or_else_in_the_working_folder(
    own_experiment, tmp_path
):
    with pytest.raises(ConfigError) as refused:
        own_experiment("mine.py:TwoRates")
    for words in ("theirs.yaml: model: there is no file mine.py", "/config/mine.py and "):
        assert words in str(refused.value)
    (tmp_path / "mine.py").write_text(OWN_MODEL)
    assert own_experiment("mine.py:TwoRates").model == "mine.py:TwoRates"
    (tmp_path / "config/mine.py").write_text(OWN_MODEL)
    found = own_experiment("mine.py")
    assert found.model == "config/mine.py:TwoRates" and len(found.parameters) == 4
    assert own_experiment("../mine.py:TwoRates").model == "mine.py:TwoRates"
    of_run = own_experiment("mine.py", {"theirs": {"model": "../mine.py"}})
    assert of_run.model == "mine.py:TwoRates"


def test_parameters_of_a_model_of_ones_own_are_read_and_refused_like_the_packages(
    own_experiment, tmp_path
):
    path = tmp_path / "config/mine.py"
    path.write_text(OWN_MODEL.replace('"1", 0, 0.5', '"1", LOW, 0.5'))
    with pytest.raises(ConfigError, match=r"mine\.py:\d+: each of `parameters` must be written"):
        own_experiment("mine.py")
    path.write_text(OWN_MODEL.replace('Parameter("beta"', 'Parameter("slope"'))
    with pytest.raises(ConfigError, match=r"parameters of model 'config/mine\.py:TwoRates' must"):
        own_experiment("mine.py")
    path.write_text("class TwoRates(:\n")
    with pytest.raises(ConfigError, match=r"mine\.py:1: not valid Python"):
        own_experiment("mine.py")
